"""Ended spans: whether one reports a failure, and the id that this failure has in the sidecar.

The rules are the sidecar's; where it looks closer, this sends a little more than it will keep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import StatusCode

from failcat._attributes import plain
from failcat._reporting.observation import class_name_of, text_of
from failcat_catalog.contract import (
    EXCEPTION_EVENT,
    EXCEPTION_MESSAGE,
    EXCEPTION_TYPE,
    FINISH_REASONS,
    MAX_EVENTS,
    NO_EVENT,
    REPORTING_ATTRIBUTES,
    code_text,
    ended_well,
    first_occurrences,
)
from failcat_catalog.identity import failure_id, uuid_text

MIN_CONTAINED_CHARS = 12
"""Shorter texts are in too many others."""

_REPORTING = frozenset(REPORTING_ATTRIBUTES)
_ANY_MARK = _REPORTING | {FINISH_REASONS}


class Failing(NamedTuple):
    """What the status of a failing span is about."""

    failure_id: str  # UUID text
    exception_type: str  # a class or a code; empty when the span tells none
    message: str


def is_suspect(span: ReadableSpan) -> bool:
    """Whether the sidecar may find a failure or a recovery outcome in it. Runs for every span, so it is measured."""
    status = span.status.status_code
    if status is StatusCode.ERROR:
        return True
    attributes = span.attributes
    if attributes and not _ANY_MARK.isdisjoint(attributes) and _is_marked(plain(attributes)):
        return True
    if status is StatusCode.OK or not getattr(span, "_events", True):  # the property copies them, which takes 0.4 us
        return False
    return any(event.name == EXCEPTION_EVENT for event in span.events)


def _is_marked(attributes: Mapping[str, object]) -> bool:
    if not _REPORTING.isdisjoint(attributes):
        return True
    return FINISH_REASONS in attributes and not ended_well(attributes[FINISH_REASONS])


def failing_of(span: ReadableSpan) -> Failing | None:
    """None for a span without a valid context."""
    context = span.context
    if context is None or not context.is_valid or span.end_time is None:
        return None
    event, ordinal = _last_exception(span.events)
    time_unix_nano = (event.timestamp if event else 0) or span.end_time
    raw = failure_id(time_unix_nano, context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big"), ordinal)
    attributes: Mapping[str, object] = span.attributes or {}
    told: Mapping[str, object] = (event.attributes if event else None) or {}
    return Failing(
        uuid_text(raw),
        str(told.get("exception.type") or attributes.get("error.type") or ""),
        str(told.get("exception.message") or span.status.description or ""),
    )


def _last_exception(events: Sequence[Event]) -> tuple[Event | None, int]:
    """The span's final exception, at its first event, and that event's index."""
    exceptions = [(at, event) for at, event in enumerate(events[:MAX_EVENTS]) if event.name == EXCEPTION_EVENT]
    if not exceptions:
        return None, NO_EVENT
    ordinal, event = exceptions[first_occurrences(_described(event) for _, event in exceptions)[-1]]
    return event, ordinal


def _described(event: Event) -> tuple[str, str]:
    attributes = event.attributes or {}
    return code_text(attributes.get(EXCEPTION_TYPE)), code_text(attributes.get(EXCEPTION_MESSAGE))


def is_about(failing: Failing, exception: BaseException) -> bool:
    """Whether a failing span that ends while `exception` is being handled ends because of it: a span may also fail in
    its own way inside an `except` block."""
    named = failing.exception_type.rpartition(".")[2]
    if named and named == class_name_of(exception).rpartition(".")[2]:
        return True
    text = text_of(exception)
    return text == failing.message != "" or (len(text) >= MIN_CONTAINED_CHARS and text in failing.message)
