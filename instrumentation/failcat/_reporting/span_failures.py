"""Failures in ended spans: whether a span reports one, and the id under which the sidecar stores it.

The rules are the sidecar's. Where it examines more, this sends spans that it may discard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import StatusCode

from failcat._attributes import attributes_of, events_of, plain
from failcat._reporting.observation import (
    HTTP_STATUS,
    JSONRPC_CODE,
    RPC_STATUS,
    SQLSTATE,
    class_name_of,
    codes_of,
    text_of,
)
from failcat_catalog.contract import (
    ERROR_TYPE,
    EXCEPTION_EVENT,
    MAX_EVENTS,
    NO_EVENT,
    OWN_REPORTS,
    Events,
    SpanSigns,
    exceptions_of,
    is_exception,
    signs_of,
    told_error_type,
)
from failcat_catalog.finish_reasons import ended_well, may_tell_reason
from failcat_catalog.identity import failure_id, uuid_text

MIN_CONTAINED_CHARS = 12
"""Shorter texts occur in too many others."""

_OWN = frozenset(OWN_REPORTS)
_NO_SIGNS = SpanSigns("", "", "")
_CODE_KEYS = (ERROR_TYPE, HTTP_STATUS, "http.status_code", RPC_STATUS, "rpc.grpc.status_code", SQLSTATE, JSONRPC_CODE)


class SpanFailure(NamedTuple):
    """The failure that a span reports."""

    failure_id: str  # UUID text
    exception_type: str  # a class or a code; empty when the span has none
    message: str
    codes: frozenset[str] = frozenset()  # machine codes and protocol statuses of a span without a message


def is_suspect(span: ReadableSpan) -> bool:
    """Whether the sidecar may find a failure or a recovery outcome in `span`. Runs for every span: its cost is
    measured. So it reads the SDK's own fields, whose properties copy, and remembers names and values that tell
    nothing."""
    fields: Any = span
    try:
        status, attributes, events = fields._status._status_code, fields._attributes._dict, fields._events._dq
    except AttributeError:  # another class, or another SDK
        status, attributes, events = span.status.status_code, plain(span.attributes or {}), span.events
    if status is StatusCode.ERROR:
        return True
    if attributes:
        telling = _telling_names.get(tuple(attributes))
        if telling is None:
            telling = _remember_names(attributes)
        if telling and _reports_by_attribute(telling, attributes, status):
            return True
    return len(events) > 0 and _reports_by_event(span, status)


_telling_names: dict[tuple[str, ...], tuple[str, ...]] = {}
"""By the names of a span's attributes, in their order: those that may tell of a failure or an outcome, mostly none."""

_harmless: set[tuple[str, object]] = set()
"""Attributes whose values tell of none, such as the finish reason `stop`."""

_MAX_REMEMBERED = 4_096
_MAX_REMEMBERED_CHARS = 64


def _remember_names(attributes: Mapping[str, object]) -> tuple[str, ...]:
    names = tuple(attributes)
    telling = tuple(name for name in names if name in _OWN or name == ERROR_TYPE or may_tell_reason({name: ""}))
    if len(_telling_names) < _MAX_REMEMBERED and sum(map(len, names)) < _MAX_REMEMBERED:
        _telling_names[names] = telling
    return telling


def _reports_by_attribute(telling: tuple[str, ...], attributes: Mapping[str, object], status: StatusCode) -> bool:
    for name in telling:
        if name in _OWN:
            return True
        value = attributes[name]
        if name == ERROR_TYPE:
            if status is not StatusCode.OK and told_error_type(value):
                return True
        elif not _is_harmless(name, value):
            return True
    return False


def _is_harmless(name: str, value: object) -> bool:
    try:
        if (name, value) in _harmless:
            return True
    except TypeError:  # not hashable
        return ended_well({name: value})
    ended = ended_well({name: value})
    if ended and len(_harmless) < _MAX_REMEMBERED and len(repr(value)) <= _MAX_REMEMBERED_CHARS:
        _harmless.add((name, value))
    return ended


def _reports_by_event(span: ReadableSpan, status: StatusCode) -> bool:
    events = _told(events_of(span))
    if status is not StatusCode.OK and any(is_exception(*event) for event in events):
        return True
    return not all(ended_well(told) for _, told in events)


def span_failure(span: ReadableSpan) -> SpanFailure | None:
    """The failure of an ended span; None for a span without a valid context."""
    context = span.context
    if context is None or not context.is_valid or span.end_time is None:
        return None
    attributes, events, status = attributes_of(span), events_of(span)[:MAX_EVENTS], span.status
    ordinal = _last_exception(attributes, events, status.status_code)
    event = None if ordinal == NO_EVENT else events[ordinal]
    time_unix_nano = (event.timestamp if event else 0) or span.end_time
    raw = failure_id(time_unix_nano, context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big"), ordinal)
    told = plain(event.attributes or {}) if event else {}
    exception_type = str(told.get("exception.type") or attributes.get("error.type") or "")
    message = str(told.get("exception.message") or status.description or "")
    return SpanFailure(uuid_text(raw), exception_type, message, frozenset() if message else _codes(attributes))


def _codes(attributes: Mapping[str, object]) -> frozenset[str]:
    return frozenset(str(attributes[key]) for key in _CODE_KEYS if key in attributes)


def _last_exception(attributes: Mapping[str, object], events: Sequence[Event], status: StatusCode) -> int:
    """The index of the span's final exception, at its first event; NO_EVENT without one."""
    is_error = status is StatusCode.ERROR
    if is_error and len(events) == 1 and events[0].name == EXCEPTION_EVENT:  # nearly always
        return 0
    told = _told(events)
    signs = _NO_SIGNS if is_error else signs_of(attributes, told)  # an error counts whatever the signs
    exceptions = exceptions_of(told, signs, is_error=is_error, is_ok=status is StatusCode.OK)
    return exceptions[-1] if exceptions else NO_EVENT


def _told(events: Sequence[Event]) -> Events:
    return [(event.name, plain(event.attributes or {})) for event in events[:MAX_EVENTS]]


def describes(failure: SpanFailure, exception: BaseException) -> bool:
    """Whether the failure of a span is `exception`: by its class, its text, or, where the span has no text, by its
    machine code or status. A span that ends inside an `except` block may also have failed for another reason."""
    class_name = failure.exception_type.rpartition(".")[2]
    if class_name and class_name == class_name_of(exception).rpartition(".")[2]:
        return True
    text = text_of(exception)
    if text == failure.message != "" or _contains(failure.message, text) or _contains(text, failure.message):
        return True
    return bool(failure.codes) and not failure.codes.isdisjoint(codes_of(exception))


def _contains(text: str, part: str) -> bool:
    return len(part) >= MIN_CONTAINED_CHARS and part in text
