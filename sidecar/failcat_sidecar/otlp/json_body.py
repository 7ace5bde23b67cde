"""Decodes OTLP JSON: the request's frame first, then each suspect on its own, so that an invalid one is rejected
alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import accumulate, islice
from typing import NamedTuple, TypeVar

import msgspec

from failcat_catalog.contract import MAX_EVENTS, REPORTING_ATTRIBUTES
from failcat_catalog.log_failures import MARKED_KEYS, MARKED_NAMES
from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import Signal
from failcat_sidecar.otlp import json_types as shapes
from failcat_sidecar.otlp.ancestors import Ancestor, Ancestors, ancestor_of
from failcat_sidecar.otlp.json_values import attributes_of, id_of, nanoseconds_of, severity_number_of, value_of
from failcat_sidecar.otlp.log_records import log_item
from failcat_sidecar.otlp.model import (
    STATUS_OK,
    STATUS_UNSET,
    Decoded,
    Event,
    LogItem,
    Rejections,
    Resource,
    SpanItem,
)
from failcat_sidecar.otlp.search import Patterns, literal
from failcat_sidecar.otlp.steps import in_steps
from failcat_sidecar.otlp.surrogates import may_need_mending, mend_surrogates, windows
from failcat_sidecar.otlp.unrecognised import json_without_items
from failcat_sidecar.otlp.values import allowance

MAX_OBJECTS = 500_000
"""Objects in a body, and elements of any kind. The largest request allowed (8 MiB) holds about 300,000 in real
spans."""

STEP_RAWS = 1_024
"""Spans or log records that are checked in one step."""

_WINDOW_BYTES = 64 << 10

T = TypeVar("T")

_SPAN_MARKS = Patterns(
    *(literal(name.encode()) for name in REPORTING_ATTRIBUTES),
    *map(literal, (b"_reason", b"Reason", b'"exception"', b'.exception"')),
)
_LOG_MARKS = Patterns(
    *(literal(f'"{key}"'.encode()) for key in MARKED_KEYS), *(literal(name.encode()) for name in MARKED_NAMES)
)

_traces = msgspec.json.Decoder(shapes.TracesRequest)
_logs = msgspec.json.Decoder(shapes.LogsRequest)
_span = msgspec.json.Decoder(shapes.Span)
_lean_span = msgspec.json.Decoder(shapes.LeanSpan)
_log = msgspec.json.Decoder(shapes.LogRecord)


class _Raw(NamedTuple):
    """The JSON of one span or log record, with the resource and the scope of its group."""

    data: bytes
    resource: Callable[[], Resource]  # raises ValueError if it cannot be read
    scope: str


class _RawGroup(NamedTuple):
    """The items of one scope, with their resource."""

    resource: Callable[[], Resource]
    scope: str
    items: Sequence[msgspec.Raw]


class _RawItems(Sequence[_Raw]):
    """All items of a request. Each is created on access: a request may hold half a million."""

    def __init__(self, groups: Iterable[_RawGroup]) -> None:
        self._groups = [group for group in groups if group.items]
        self._behind = list(accumulate(len(group.items) for group in self._groups))

    def __len__(self) -> int:
        return self._behind[-1] if self._behind else 0

    def __getitem__(self, item: int) -> _Raw:  # type: ignore[override]  # no slices
        place = bisect_right(self._behind, item)
        group = self._groups[place]
        return _Raw(bytes(group.items[item - self._behind[place]]), group.resource, group.scope)


def decode_traces(body: bytes) -> Iterator[Decoded]:
    """Decodes in steps. Raises InvalidPayload before the first suspect."""
    frame = yield from _frame(body, _traces)
    items = _RawItems(
        _RawGroup(resource, _scope_name(group.scope), group.spans or ())
        for outer in frame.resource_spans or ()
        for resource in (cache(partial(_resource, outer.resource)),)
        for group in outer.scope_spans or ()
    )
    if not items and (what := json_without_items(body, Signal.TRACES)):
        yield Decoded(unrecognised=what)
        return
    is_suspect = partial(_is_suspect_span, may_be_marked=bool(_SPAN_MARKS.found_in(body)))
    ancestors = Ancestors(b"", lambda: items, _id_of, _ancestor)
    for first in range(0, len(items), STEP_RAWS) or (0,):
        raws, rejections = _suspects(items, first, is_suspect)
        counted = Decoded(min(STEP_RAWS, len(items) - first), 0, (), rejections.count, rejections.error)
        is_last = first + STEP_RAWS >= len(items)
        for step in in_steps(raws, _size_of, _span_item, counted, ancestors):
            yield step._replace(more=step.more or not is_last)


def decode_logs(body: bytes) -> Iterator[Decoded]:
    """Decodes in steps. Raises InvalidPayload before the first suspect."""
    frame = yield from _frame(body, _logs)
    items = _RawItems(
        _RawGroup(resource, _scope_name(group.scope), group.log_records or ())
        for outer in frame.resource_logs or ()
        for resource in (cache(partial(_resource, outer.resource)),)
        for group in outer.scope_logs or ()
    )
    if not items and (what := json_without_items(body, Signal.LOGS)):
        yield Decoded(unrecognised=what)
        return
    is_suspect = partial(_is_suspect_log, may_be_marked=bool(_LOG_MARKS.found_in(body)))
    for first in range(0, len(items), STEP_RAWS) or (0,):
        raws, rejections = _suspects(items, first, is_suspect)
        counted = Decoded(0, min(STEP_RAWS, len(items) - first), (), rejections.count, rejections.error)
        is_last = first + STEP_RAWS >= len(items)
        for step in in_steps(raws, _size_of, _log_item, counted):
            yield step._replace(more=step.more or not is_last)


def _frame(body: bytes, decoder: msgspec.json.Decoder[T]) -> Generator[Decoded, None, T]:
    try:
        body = _utf8(body)
        if body.count(b"{") > MAX_OBJECTS:
            raise InvalidPayload(f"more than {MAX_OBJECTS} objects in one request")
        if body.count(b",") > MAX_OBJECTS:
            yield from _check_separators(body)
        if may_need_mending(body):
            body = yield from _mended(body)
        return decoder.decode(body)
    except RecursionError as error:
        raise InvalidPayload("the JSON is nested too deeply") from error
    except ValueError as error:  # msgspec's errors are ValueErrors
        raise InvalidPayload(f"not an OTLP JSON message: {error}") from error


def _utf8(body: bytes) -> bytes:
    """The body with U+FFFD for what is not UTF-8: a text that was cut in a character must not cost the request."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode(errors="replace").encode()
    return body


def _check_separators(body: bytes) -> Iterator[Decoded]:
    """Limits elements other than objects, which need memory, too. Raises InvalidPayload."""
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    separators, in_text = 0, 0
    for start in range(0, len(plain), _WINDOW_BYTES):
        texts = plain[start : start + _WINDOW_BYTES].split(b'"')
        separators += b"".join(texts[in_text::2]).count(b",")
        if separators > MAX_OBJECTS:
            raise InvalidPayload(f"more than {MAX_OBJECTS} elements in one request")
        in_text ^= (len(texts) - 1) & 1
        yield Decoded(more=True)


def _mended(body: bytes) -> Generator[Decoded, None, bytes]:
    mended = []
    for window in windows(body):
        mended.append(mend_surrogates(window))
        yield Decoded(more=True)
    return b"".join(mended)


def _suspects(items: Sequence[_Raw], first: int, is_suspect: Callable[[bytes], bool]) -> tuple[list[_Raw], Rejections]:
    """The suspects among the next STEP_RAWS items."""
    raws, rejections = [], Rejections()
    for place in range(first, min(first + STEP_RAWS, len(items))):
        raw = items[place]
        try:
            if is_suspect(raw.data):
                raws.append(raw)
        except (ValueError, RecursionError) as error:
            rejections.add(error)
    return raws, rejections


def _size_of(raw: _Raw) -> int:
    return len(raw.data)


def _is_suspect_span(data: bytes, *, may_be_marked: bool) -> bool:
    status = _lean_span.decode(data).status
    may_fail = bool(status and status.code not in (None, STATUS_UNSET, STATUS_OK))
    return may_fail or (may_be_marked and bool(_SPAN_MARKS.found_in(data)))


def _is_suspect_log(data: bytes, *, may_be_marked: bool) -> bool:
    return may_be_marked and bool(_LOG_MARKS.found_in(data))


def _id_of(raw: _Raw) -> bytes:
    """Empty for an invalid span."""
    with suppress(ValueError, RecursionError):
        return id_of(_lean_span.decode(raw.data).span_id)
    return b""


def _ancestor(raw: _Raw) -> Ancestor | None:
    """The ancestor data of a healthy span. An invalid one is no suspect, so it is not rejected."""
    with suppress(ValueError, RecursionError):
        return ancestor_of(_span_item(raw))
    return None


def _resource(shape: shapes.ResourceShape | None) -> Resource:
    return Resource(attributes_of(shape.attributes if shape else None))


def _scope_name(shape: shapes.ScopeShape | None) -> str:
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
        events=_events(span),
        status_code=(span.status and span.status.code) or STATUS_UNSET,
        status_message=(span.status and span.status.message) or "",
        resource=raw.resource(),
        scope=raw.scope,
    )


def _events(span: shapes.Span) -> tuple[Event, ...]:
    return tuple(
        Event(index, event.name or "", nanoseconds_of(event.time_unix_nano), attributes_of(event.attributes))
        for index, event in enumerate(islice(span.events or (), MAX_EVENTS))
    )


def _log_item(raw: _Raw) -> LogItem | None:
    log = _log.decode(raw.data)
    return log_item(
        trace_id=id_of(log.trace_id),
        span_id=id_of(log.span_id),
        time_unix_nano=nanoseconds_of(log.time_unix_nano),
        observed_unix_nano=nanoseconds_of(log.observed_time_unix_nano),
        severity_number=severity_number_of(log.severity_number),
        severity_text=log.severity_text or "",
        event_name=log.event_name or "",
        body=value_of(log.body, allowance()),
        attributes=attributes_of(log.attributes),
        origin=lambda: (raw.resource(), raw.scope),
    )
