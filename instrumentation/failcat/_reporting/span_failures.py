"""Failures in ended spans: whether a span reports one, and the id under which the sidecar stores it.

The rules are the sidecar's. Where it examines more, this sends spans that it may discard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import StatusCode

from failcat._attributes import plain
from failcat._reporting.observation import class_name_of, text_of
from failcat_catalog.contract import (
    ERROR_TYPE,
    MAX_EVENTS,
    NO_EVENT,
    OWN_REPORTS,
    Events,
    exceptions_of,
    is_exception,
    signs_of,
    told_error_type,
)
from failcat_catalog.finish_reasons import ended_well
from failcat_catalog.identity import failure_id, uuid_text

MIN_CONTAINED_CHARS = 12
"""Shorter texts occur in too many others."""

_OWN = frozenset(OWN_REPORTS)


class SpanFailure(NamedTuple):
    """The failure that a span reports."""

    failure_id: str  # UUID text
    exception_type: str  # a class or a code; empty when the span has none
    message: str


def is_suspect(span: ReadableSpan) -> bool:
    """Whether the sidecar may find a failure or a recovery outcome in `span`. Runs for every span: its cost is
    measured."""
    status = span.status.status_code
    if status is StatusCode.ERROR:
        return True
    attributes = span.attributes
    if attributes and _reports_by_attribute(plain(attributes), status):
        return True
    if not getattr(span, "_events", True):  # the property `events` copies them: 0.4 us
        return False
    events = _read(span.events)
    if status is not StatusCode.OK and any(is_exception(*event) for event in events):
        return True
    return not all(ended_well(told) for _, told in events)


def _reports_by_attribute(attributes: Mapping[str, object], status: StatusCode) -> bool:
    if not _OWN.isdisjoint(attributes) or not ended_well(attributes):
        return True
    return status is not StatusCode.OK and ERROR_TYPE in attributes and bool(told_error_type(attributes[ERROR_TYPE]))


def span_failure(span: ReadableSpan) -> SpanFailure | None:
    """The failure of an ended span; None for a span without a valid context."""
    context = span.context
    if context is None or not context.is_valid or span.end_time is None:
        return None
    event, ordinal = _last_exception(span)
    time_unix_nano = (event.timestamp if event else 0) or span.end_time
    raw = failure_id(time_unix_nano, context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big"), ordinal)
    attributes: Mapping[str, object] = span.attributes or {}
    event_attributes: Mapping[str, object] = (event.attributes if event else None) or {}
    return SpanFailure(
        uuid_text(raw),
        str(event_attributes.get("exception.type") or attributes.get("error.type") or ""),
        str(event_attributes.get("exception.message") or span.status.description or ""),
    )


def _last_exception(span: ReadableSpan) -> tuple[Event | None, int]:
    """The span's final exception, at its first event, and that event's index."""
    events, status = _read(span.events), span.status.status_code
    signs = signs_of(span.attributes or {}, events)
    exceptions = exceptions_of(events, signs, is_error=status is StatusCode.ERROR, is_ok=status is StatusCode.OK)
    return (span.events[exceptions[-1]], exceptions[-1]) if exceptions else (None, NO_EVENT)


def _read(events: Sequence[Event]) -> Events:
    return [(event.name, event.attributes or {}) for event in events[:MAX_EVENTS]]


def describes(failure: SpanFailure, exception: BaseException) -> bool:
    """Whether the failure of a span is `exception`, by its class or its text. A span that ends inside an `except` block
    may also have failed for another reason."""
    class_name = failure.exception_type.rpartition(".")[2]
    if class_name and class_name == class_name_of(exception).rpartition(".")[2]:
        return True
    text = text_of(exception)
    return text == failure.message != "" or (len(text) >= MIN_CONTAINED_CHARS and text in failure.message)
