"""Decodes OTLP protobuf: reads the framing, selects the suspects, parses only those in full.

Requests of the size that SDKs send are parsed at once. A larger one, or one of countless elements, is split into parts
of that size, each decoded like a request of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from google.protobuf.message import DecodeError

from failcat_catalog.contract import EXCEPTION_EVENT, MAX_EVENTS
from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import Signal
from failcat_sidecar.otlp.ancestors import Ancestor, Ancestors, ancestor_of
from failcat_sidecar.otlp.layout import RequestLayout
from failcat_sidecar.otlp.log_records import log_item
from failcat_sidecar.otlp.marks import LOG_MARKS, SPAN_MARKS
from failcat_sidecar.otlp.model import Decoded, Event, LogItem, Resource, SpanItem
from failcat_sidecar.otlp.parts import Group, LargeRequestItems, Part, ScopeSource, parts_of, small_request
from failcat_sidecar.otlp.raw import (
    RawLog,
    RawSpan,
    parse_event,
    parse_log,
    parse_span,
    span_id_of,
)
from failcat_sidecar.otlp.slim import LOG_RECORD, SPAN, slimmed
from failcat_sidecar.otlp.statuses import failing_spans
from failcat_sidecar.otlp.steps import UNREADABLE, in_steps
from failcat_sidecar.otlp.unrecognised import Unrecognised, protobuf_items, protobuf_without_items
from failcat_sidecar.otlp.values import allowance, attributes_of, value_of

_EXCEPTION = EXCEPTION_EVENT.encode()
_REASON = b"eason"  # the end of each name of a finish reason


class _Suspect(NamedTuple):
    origin: ScopeSource
    data: bytes


def decode_traces(body: bytes) -> Iterator[Decoded]:
    """Decodes in steps. Raises InvalidPayload before the first suspect."""
    small = small_request(body)
    if small is not None:
        if what := _unrecognised(small, Signal.TRACES):
            yield Decoded(rejected=small.total, unrecognised=what)
        else:
            yield from _spans(small, Ancestors(body, small.items, span_id_of, _ancestor))
        return
    layout = RequestLayout(body)
    yield from _found(layout)
    if what := _unrecognised_large(layout, Signal.TRACES):
        yield Decoded(rejected=len(layout), unrecognised=what)
        return
    ancestors = Ancestors(body, lambda: LargeRequestItems(layout), span_id_of, _ancestor)
    for part in parts_of(layout, SPAN):
        yield from _more(_spans(part, ancestors))
    yield Decoded()


def decode_logs(body: bytes) -> Iterator[Decoded]:
    """Decodes in steps. Raises InvalidPayload before the first suspect."""
    small = small_request(body)
    if small is not None:
        if what := _unrecognised(small, Signal.LOGS):
            yield Decoded(rejected=small.total, unrecognised=what)
        else:
            yield from _logs(small)
        return
    layout = RequestLayout(body)
    yield from _found(layout)
    if what := _unrecognised_large(layout, Signal.LOGS):
        yield Decoded(rejected=len(layout), unrecognised=what)
        return
    for part in parts_of(layout, LOG_RECORD):
        yield from _more(_logs(part))
    yield Decoded()


def _unrecognised(request: Part, signal: Signal) -> Unrecognised | None:
    for group in request.groups:
        if group.items:
            return protobuf_items(group.items, signal)
    return protobuf_without_items(request.body)


def _unrecognised_large(layout: RequestLayout, signal: Signal) -> Unrecognised | None:
    return protobuf_items(LargeRequestItems(layout), signal) if len(layout) else protobuf_without_items(layout.body)


def _spans(part: Part, ancestors: Ancestors[bytes]) -> Iterator[Decoded]:
    failing = _failing(part)
    suspects = [
        _Suspect(group.origin, group.items[place])
        for group, places in zip(part.groups, failing, strict=True)
        for place in places
    ]
    total = part.total
    if len(suspects) < total and SPAN_MARKS.are_outside(part.body, (suspect.data for suspect in suspects)):
        suspects += _marked_spans(part.groups, failing)
    yield from in_steps(
        suspects,
        _size_of,
        _span_item,
        Decoded(spans=total, rejected=part.rejections.count, error=part.rejections.error),
        ancestors,
    )


def _logs(part: Part) -> Iterator[Decoded]:
    suspects = list(_marked_logs(part.groups)) if LOG_MARKS.are_in(part.body) else []
    yield from in_steps(
        suspects,
        _size_of,
        _log_item,
        Decoded(log_records=part.total, rejected=part.rejections.count, error=part.rejections.error),
    )


def _found(layout: RequestLayout) -> Iterator[Decoded]:
    try:
        for _ in layout.find():
            yield Decoded(more=True)
    except InvalidPayload as error:
        raise InvalidPayload(f"not an OTLP protobuf message: {error}") from error


def _more(steps: Iterator[Decoded]) -> Iterator[Decoded]:
    for step in steps:
        yield step._replace(more=True)


def _failing(part: Part) -> Sequence[Sequence[int]]:
    """The indexes of spans with status ERROR, or of all spans if one is broken, so that it is rejected alone."""
    try:
        return failing_spans(part.body)
    except DecodeError:
        return [range(len(group.items)) for group in part.groups]


def _marked_spans(groups: list[Group], failing: Sequence[Sequence[int]]) -> Iterator[_Suspect]:
    for group, places in zip(groups, failing, strict=True):
        known = set(places)
        for place, data in enumerate(group.items):
            if place not in known and SPAN_MARKS.are_in(data):
                yield _Suspect(group.origin, data)


def _marked_logs(groups: list[Group]) -> Iterator[_Suspect]:
    for group in groups:
        for data in group.items:
            if LOG_MARKS.are_in(data):
                yield _Suspect(group.origin, data)


def _size_of(suspect: _Suspect) -> int:
    return len(suspect.data)


_NOBODY = Resource({})


def _ancestor(data: bytes) -> Ancestor | None:
    """The ancestor data of a healthy span. An invalid one is no suspect, so it is not rejected."""
    try:
        return ancestor_of(_span(parse_span(slimmed(data, SPAN)), _NOBODY, ""))
    except UNREADABLE:
        return None


def _span_item(suspect: _Suspect) -> SpanItem:
    return _span(parse_span(slimmed(suspect.data, SPAN)), *suspect.origin.named)


def _span(span: RawSpan, resource: Resource, scope: str) -> SpanItem:
    return SpanItem(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_span_id=span.parent_span_id,
        name=span.name,
        kind=span.kind,
        start_unix_nano=span.start_time_unix_nano,
        end_unix_nano=span.end_time_unix_nano,
        attributes=attributes_of(span.attributes),
        events=tuple(_events(span)) if span.events else (),
        status_code=span.status.code,
        status_message=span.status.message,
        resource=resource,
        scope=scope,
    )


def _events(span: RawSpan) -> Iterator[Event]:
    """Those that may tell of an exception or a finish reason; without a status message all, one may have the text."""
    is_text_known = bool(span.status.message)
    for index, data in enumerate(islice(span.events, MAX_EVENTS)):
        if is_text_known and _EXCEPTION not in data and _REASON not in data:
            continue
        event = parse_event(data)
        yield Event(index, event.name, event.time_unix_nano, attributes_of(event.attributes))


def _log_item(suspect: _Suspect) -> LogItem | None:
    log: RawLog = parse_log(slimmed(suspect.data, LOG_RECORD))
    return log_item(
        trace_id=log.trace_id,
        span_id=log.span_id,
        time_unix_nano=log.time_unix_nano,
        observed_unix_nano=log.observed_time_unix_nano,
        severity_number=log.severity_number,
        severity_text=log.severity_text,
        event_name=log.event_name,
        body=value_of(log.body, allowance()),
        attributes=attributes_of(log.attributes),
        origin=lambda: suspect.origin.named,
    )
