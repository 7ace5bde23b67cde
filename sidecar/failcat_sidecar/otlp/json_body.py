"""Decoding OTLP JSON: the request's frame first, then each suspect on its own, so that a bad one is rejected alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import islice
from typing import NamedTuple, TypeVar

import msgspec

from failcat_catalog import attributes as own
from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.otlp import json_types as shapes
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.ancestors import inherit, lacks_identity
from failcat_sidecar.otlp.json_values import attributes_of, id_of, nanoseconds_of
from failcat_sidecar.otlp.model import (
    STATUS_OK,
    STATUS_UNSET,
    Decoded,
    Event,
    Item,
    LogItem,
    Rejections,
    Resource,
    SpanItem,
)
from failcat_sidecar.otlp.search import Needles
from failcat_sidecar.otlp.surrogates import mend_surrogates
from failcat_sidecar.otlp.values import MAX_EVENTS

MAX_OBJECTS = 500_000
"""Braces in a body. The largest request allowed (8 MiB) holds about 300,000 in real spans."""

T = TypeVar("T")

_REPORTS = (own.FAILURE_CODE.encode(), own.RECOVERY_FAILURE_ID.encode(), own.LOSS_REPORT_ID.encode())
_SPAN_MARKS = Needles(names.ERROR_TYPE.encode(), names.FINISH_REASONS.encode(), b'"exception"', *_REPORTS)
_LOG_MARKS = Needles(names.EXCEPTION_TYPE.encode(), names.EXCEPTION_MESSAGE.encode(), *_REPORTS)

_traces = msgspec.json.Decoder(shapes.TracesRequest)
_logs = msgspec.json.Decoder(shapes.LogsRequest)
_span = msgspec.json.Decoder(shapes.Span)
_lean_span = msgspec.json.Decoder(shapes.LeanSpan)
_log = msgspec.json.Decoder(shapes.LogRecord)
_lean_log = msgspec.json.Decoder(shapes.LeanLogRecord)


class _Raw(NamedTuple):
    """One span or log record as text, with what is said once for all items of its scope."""

    data: bytes
    resource: Callable[[], Resource]  # raises ValueError if it cannot be read
    scope: str


def decode_traces(body: bytes) -> Decoded:
    """Raises InvalidPayload."""
    raws = [
        _Raw(bytes(span), resource, _scope_name(group.scope))
        for outer in _frame(body, _traces).resource_spans or ()
        for resource in (cache(partial(_resource, outer.resource)),)
        for group in outer.scope_spans or ()
        for span in group.spans or ()
    ]
    rejections = Rejections()
    spans = _read_all(raws, partial(_suspect_span, marks=_SPAN_MARKS.found_in(body)), rejections)
    if any(map(lacks_identity, spans)):
        spans = _with_ancestors(spans, raws)
    return Decoded(len(raws), 0, list[Item](spans), rejections.count, rejections.error)


def decode_logs(body: bytes) -> Decoded:
    """Raises InvalidPayload."""
    raws = [
        _Raw(bytes(log), resource, _scope_name(group.scope))
        for outer in _frame(body, _logs).resource_logs or ()
        for resource in (cache(partial(_resource, outer.resource)),)
        for group in outer.scope_logs or ()
        for log in group.log_records or ()
    ]
    rejections = Rejections()
    logs = _read_all(raws, partial(_suspect_log, marks=_LOG_MARKS.found_in(body)), rejections)
    return Decoded(0, len(raws), list[Item](logs), rejections.count, rejections.error)


def _frame(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        body.decode()
        if body.count(b"{") > MAX_OBJECTS:
            raise InvalidPayload(f"more than {MAX_OBJECTS} objects in one request")
        return decoder.decode(mend_surrogates(body))
    except RecursionError as error:
        raise InvalidPayload("the JSON is nested too deeply") from error
    except ValueError as error:  # msgspec's errors are ValueErrors
        raise InvalidPayload(f"not an OTLP JSON message: {error}") from error


def _read_all(raws: Iterable[_Raw], read: Callable[[_Raw], T | None], rejections: Rejections) -> list[T]:
    """What `read` makes of each raw item: None for a healthy one; one that raises is rejected."""
    items = []
    for raw in raws:
        try:
            item = read(raw)
        except (ValueError, RecursionError) as error:
            rejections.add(error)
        else:
            if item is not None:
                items.append(item)
    return items


def _suspect_span(raw: _Raw, marks: Iterable[bytes]) -> SpanItem | None:
    status = _lean_span.decode(raw.data).status
    may_fail = bool(status and status.code not in (None, STATUS_UNSET, STATUS_OK))
    return _span_item(raw) if may_fail or any(mark in raw.data for mark in marks) else None


def _suspect_log(raw: _Raw, marks: Iterable[bytes]) -> LogItem | None:
    event_name = _lean_log.decode(raw.data).event_name or ""
    marked = event_name.endswith(names.EXCEPTION_EVENT) or any(mark in raw.data for mark in marks)
    return _log_item(raw) if marked else None


def _with_ancestors(spans: list[SpanItem], raws: list[_Raw]) -> list[SpanItem]:
    by_id = {lean.span_id.lower(): raw for raw in raws if (lean := _lean(raw)) and lean.span_id}

    @cache
    def find(span_id: bytes) -> SpanItem | None:
        raw = by_id.get(span_id.hex())
        found = _read_all([raw], _span_item, Rejections()) if raw else []  # no suspect: not rejected
        return found[0] if found else None

    return [inherit(span, find) if lacks_identity(span) else span for span in spans]


def _lean(raw: _Raw) -> shapes.LeanSpan | None:
    found = _read_all([raw], lambda raw: _lean_span.decode(raw.data), Rejections())
    return found[0] if found else None


def _resource(shape: shapes.Resource | None) -> Resource:
    return Resource(attributes_of(shape.attributes if shape else None))


def _scope_name(shape: shapes.Scope | None) -> str:
    return (shape and shape.name) or ""


def _span_item(raw: _Raw) -> SpanItem:
    span = _span.decode(raw.data)
    return SpanItem(
        trace_id=id_of(span.trace_id),
        span_id=id_of(span.span_id),
        parent_span_id=id_of(span.parent_span_id),
        name=span.name or "",
        kind=span.kind or 0,
        start_unix_nano=nanoseconds_of(span.start_time_unix_nano),
        end_unix_nano=nanoseconds_of(span.end_time_unix_nano),
        attributes=attributes_of(span.attributes),
        exceptions=_exceptions(span),
        status_code=(span.status and span.status.code) or STATUS_UNSET,
        status_message=(span.status and span.status.message) or "",
        resource=raw.resource(),
        scope=raw.scope,
    )


def _exceptions(span: shapes.Span) -> tuple[Event, ...]:
    return tuple(
        Event(index, nanoseconds_of(event.time_unix_nano), attributes_of(event.attributes))
        for index, event in enumerate(islice(span.events or (), MAX_EVENTS))
        if event.name == names.EXCEPTION_EVENT
    )


def _log_item(raw: _Raw) -> LogItem:
    log = _log.decode(raw.data)
    return LogItem(
        trace_id=id_of(log.trace_id),
        span_id=id_of(log.span_id),
        time_unix_nano=nanoseconds_of(log.time_unix_nano) or nanoseconds_of(log.observed_time_unix_nano),
        event_name=log.event_name or "",
        body=(log.body and log.body.string_value) or "",
        attributes=attributes_of(log.attributes),
        resource=raw.resource(),
        scope=raw.scope,
    )
