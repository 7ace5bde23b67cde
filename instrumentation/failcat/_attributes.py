"""Attributes of spans as plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from opentelemetry.sdk.trace import Event, ReadableSpan


def plain(attributes: Mapping[str, object]) -> Mapping[str, object]:
    """The SDK's own dict, or a copy of its view, in which a lookup is faster by half a microsecond. To be read only."""
    found = getattr(attributes, "_dict", None)
    if type(found) is dict:
        return found
    return attributes.copy() if isinstance(attributes, MappingProxyType) else attributes


def attributes_of(span: ReadableSpan) -> Mapping[str, object]:
    """The attributes of an ended span. To be read only."""
    return plain(getattr(span, "_attributes", None) or span.attributes or {})


def events_of(span: ReadableSpan) -> Sequence[Event]:
    """The events of an ended span, in a copy; the property `events` takes ten times as long."""
    found = getattr(getattr(span, "_events", None), "_dq", None)
    return span.events if found is None else tuple(found)
