"""Sanitised copies of failing spans: redacted and bounded before they leave the process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Status
from opentelemetry.util.types import Attributes

from failcat._ancestors import HealthySpan
from failcat._delivery.settings import keeps_contents
from failcat_catalog.contract import EXCEPTION_EVENT, EXCEPTION_MESSAGE, MAX_EVENTS
from failcat_catalog.finish_reasons import FINISH_REASONS, failing_finish_reason
from failcat_catalog.redaction import mark_of_number
from failcat_catalog.sanitize import MAX_ATTRIBUTES, JsonValue, Sanitizer, holds_content, sanitize_name, sanitize_text
from failcat_catalog.text import MAX_MESSAGE_BYTES, MAX_STACKTRACE_BYTES, cleaned, cleaned_middle
from failcat_catalog.types import AttributeValue

_STACKTRACE = "exception.stacktrace"
_MAX_CACHED_CHARS = 64
_MAX_CACHED_RESOURCES = 8

_clean_resources: dict[int, tuple[Resource, Resource]] = {}


def outgoing(span: ReadableSpan, extra: Mapping[str, str]) -> ReadableSpan:
    """A sanitised copy of an ended span with `extra` attributes. Events keep their indexes, on which ids depend."""
    keep = keeps_contents()
    attributes = clean_attributes(span.attributes or {}, keep_contents=keep)
    if not keep:
        attributes.update(_finish_reasons(span.attributes or {}, attributes))
    attributes.update(extra)
    return ReadableSpan(
        name=sanitize_name(span.name)[0],
        context=span.context,
        parent=span.parent,
        resource=clean_resource(span.resource),
        attributes=cast("Attributes", attributes),
        events=[_clean_event(event, keep_contents=keep) for event in span.events[:MAX_EVENTS]],
        kind=span.kind,
        status=_clean_status(span.status, keep_contents=keep),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def ancestor_span(ancestor: HealthySpan) -> ReadableSpan:
    """A healthy span that only names: without an end, because it may still run."""
    return ReadableSpan(
        name=sanitize_name(ancestor.name)[0],
        context=ancestor.context,
        parent=ancestor.parent,
        resource=clean_resource(ancestor.resource),
        attributes=cast("Attributes", clean_attributes(ancestor.attributes)),
        start_time=ancestor.start_time,
        end_time=ancestor.start_time,
    )


def clean_attributes(
    attributes: Mapping[str, AttributeValue], *, keep_contents: bool = True
) -> dict[str, AttributeValue]:
    """The attributes without secrets and unwanted contents, storable, each value bounded in bytes."""
    clean: dict[str, AttributeValue] = {}
    sanitizer = Sanitizer(keep_contents=keep_contents)
    for key, value in attributes.items():
        if len(clean) == MAX_ATTRIBUTES:
            break
        if keep_contents or not holds_content(str(key), value):
            clean[sanitize_name(str(key))[0]] = _clean_value(value, str(key), sanitizer)
    return clean


def _finish_reasons(
    attributes: Mapping[str, AttributeValue], clean: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """The failing finish reason that only a left-out message tells: without it the sidecar would see no failure."""
    reason = failing_finish_reason(attributes)
    return {FINISH_REASONS: [reason]} if reason and not failing_finish_reason(clean) else {}


def clean_resource(resource: Resource) -> Resource:
    """A sanitised copy: command lines may hold secrets. Cached, because a process has one or two resources."""
    known = _clean_resources.get(id(resource))  # not by hash: hashing a resource takes longer than the rest
    if known is None or known[0] is not resource:
        if len(_clean_resources) == _MAX_CACHED_RESOURCES:
            _clean_resources.clear()
        known = _clean_resources[id(resource)] = (resource, _clean_resource(resource))
    return known[1]


def _clean_resource(resource: Resource) -> Resource:
    return Resource(cast("Attributes", clean_attributes(resource.attributes)), resource.schema_url)  # type: ignore[arg-type]  # what a resource holds fits another


def _clean_value(value: AttributeValue, key: str, sanitizer: Sanitizer) -> AttributeValue:
    if isinstance(value, str) and len(value) <= _MAX_CACHED_CHARS:
        return _short_text(value, key, keep_contents=sanitizer.keep_contents)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return mark_of_number(key) or value
    return _flat(sanitizer.value(value, key), key)


def _flat(value: JsonValue, key: str) -> AttributeValue:
    """OpenTelemetry 1.30 encodes no mappings as attributes: they are sent as text."""
    if isinstance(value, list):
        return [_flat(item, key) for item in value]
    return sanitize_text(str(value), key)[0] if isinstance(value, dict) else value


# Most values are short and repeat.
@lru_cache(maxsize=4_096)
def _short_text(value: str, key: str, *, keep_contents: bool) -> str:
    return sanitize_text(value, key, keep_contents=keep_contents)[0]


def _clean_event(event: Event, *, keep_contents: bool) -> Event:
    if event.name != EXCEPTION_EVENT:
        return Event(sanitize_name(event.name)[0], None, event.timestamp)
    attributes: dict[str, AttributeValue] = {}
    sanitizer = Sanitizer(keep_contents=keep_contents)
    for key, value in (event.attributes or {}).items():
        if isinstance(value, str) and key == _STACKTRACE:
            attributes[key] = cleaned_middle(value, MAX_STACKTRACE_BYTES, keep_contents=keep_contents)
        elif isinstance(value, str) and key == EXCEPTION_MESSAGE:
            attributes[key] = cleaned(value, MAX_MESSAGE_BYTES, keep_contents=keep_contents)
        elif len(attributes) < MAX_ATTRIBUTES and (keep_contents or not holds_content(key, value)):
            attributes[key] = _clean_value(value, key, sanitizer)
    return Event(event.name, cast("Attributes", attributes), event.timestamp)


def _clean_status(status: Status, *, keep_contents: bool) -> Status:
    if not status.description:
        return status
    return Status(status.status_code, cleaned(status.description, MAX_MESSAGE_BYTES, keep_contents=keep_contents))
