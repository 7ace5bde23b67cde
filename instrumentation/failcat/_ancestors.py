"""The spans around a span. The sidecar takes from them what a failing span does not say itself: the agent, the session,
the tool. The shim sends failing spans only, so it sends these names of their healthy parents along.

The link lies on the attributes of the span, the only object that a started span and its ended copy share. It is removed
at the span's end, so that an endless chain of spans, each the child of the one before, keeps no memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span
from opentelemetry.trace import SpanContext
from opentelemetry.trace.propagation import _SPAN_KEY

from failcat_catalog.identity_names import FOREIGN_KEYS
from failcat_catalog.types import AttributeValue

MAX_ANCESTORS = 16  # the sidecar reads as many
MAX_VALUE_CHARS = 1_024

_LINK = "_failcat_parent"
_get_current = otel_context.get_current


class HealthySpan(NamedTuple):
    """What is sent of a healthy span."""

    name: str
    context: SpanContext
    parent: SpanContext | None
    resource: Resource
    attributes: dict[str, AttributeValue]
    start_time: int | None


def link_parent(span: Span, context: Context | None) -> None:
    """Remembers the span around `span`. Runs for every span: its cost is measured."""
    parent = (_get_current() if context is None else context).get(_SPAN_KEY)
    if parent is not None:
        setattr(span._attributes, _LINK, parent)


def unlink_parent(span: ReadableSpan) -> None:
    setattr(span._attributes, _LINK, None)


def ancestors_of(span: object) -> list[HealthySpan]:
    """The spans of this process around `span`, nearest first, up to the last that names something."""
    found: list[HealthySpan] = []
    named = 0
    for parent in _parents(span):
        ancestor = _ancestor(parent)
        if ancestor is None:
            break
        found.append(ancestor)
        named = len(found) if ancestor.attributes else named
    return found[:named]


def with_ancestors(span: object) -> list[HealthySpan]:
    """The same of a report that is made inside `span`."""
    around = _ancestor(span) if isinstance(span, ReadableSpan) else None
    outer = ancestors_of(span)
    return [around, *outer] if around is not None and (outer or around.attributes) else []


def _parents(span: object) -> Iterator[ReadableSpan]:
    for _ in range(MAX_ANCESTORS):
        parent = getattr(getattr(span, "_attributes", None), _LINK, None)
        if not isinstance(parent, ReadableSpan):
            return
        yield parent
        span = parent


def _ancestor(span: ReadableSpan) -> HealthySpan | None:
    if span.context is None:
        return None
    attributes = getattr(span._attributes, "_dict", None) or {}
    named = {key: attributes[key] for key in FOREIGN_KEYS.intersection(tuple(attributes))}
    return HealthySpan(span.name, span.context, span.parent, span.resource, _cut(named), span.start_time)


def _cut(attributes: dict[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {key: value[:MAX_VALUE_CHARS] for key, value in attributes.items() if isinstance(value, str)}
