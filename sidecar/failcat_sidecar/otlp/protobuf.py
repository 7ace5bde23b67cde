"""Decoding OTLP protobuf: parse the framing, pick the suspects, parse only those in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from google.protobuf.message import DecodeError
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1 import resource_pb2

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.otlp.ancestors import inherit, lacks_identity, may_inherit
from failcat_sidecar.otlp.framing import parse_request
from failcat_sidecar.otlp.marks import LOG_BODY_MARKS, LOG_MARKS, SPAN_MARKS
from failcat_sidecar.otlp.model import Decoded, Event, Item, LogItem, Rejections, Resource, SpanItem
from failcat_sidecar.otlp.names import EXCEPTION_EVENT
from failcat_sidecar.otlp.raw_span import RawSpan, parse_span, span_id_of
from failcat_sidecar.otlp.statuses import failing_spans
from failcat_sidecar.otlp.values import MAX_EVENTS, attributes_of, raw_attributes_of
from failcat_sidecar.otlp.wire import Shape, check_message_count

MAX_REQUEST_MESSAGES = 250_000
"""ResourceSpans, ScopeSpans and spans of a request; the largest allowed (32 MiB) holds about 50,000 real ones."""

MAX_ITEM_MESSAGES = 10_000
"""Attributes, events and nested values of one item."""

MAX_REMEMBERED_RESOURCES = 256
MAX_REMEMBERED_BYTES = 2_048
"""Of a resource; SDKs and detectors write less than 1 KiB. Both bound the memory to a few MiB."""

_UNCOUNTED_REQUEST_BYTES = 1 << 20  # up to these sizes even empty messages take little memory
_UNCOUNTED_ITEM_BYTES = 1 << 16

_REQUEST: Shape = {1: {2: {2: {}}}}
_VALUE: dict[int, Shape] = {}
_PAIR: Shape = {2: _VALUE}
_VALUE.update({5: {1: _VALUE}, 6: {1: _PAIR}})
_SPAN: Shape = {9: _PAIR, 11: {3: _PAIR}, 13: {4: _PAIR}}
_LOG_RECORD: Shape = {5: _VALUE, 6: _PAIR}
_RESOURCE: Shape = {1: _PAIR, 3: {}}
_SCOPE: Shape = {3: _PAIR}

_EXCEPTION = EXCEPTION_EVENT.encode()


class _Group:
    """The items of one scope, with what is said once for all of them."""

    def __init__(self, resource: bytes, scope: bytes, items: Sequence[bytes]) -> None:
        self._resource = resource
        self._scope = scope
        self.items = items

    @cached_property
    def origin(self) -> tuple[Resource, str]:
        """The resource, and the scope's name. Raises DecodeError or InvalidPayload."""
        is_short = len(self._resource) <= MAX_REMEMBERED_BYTES
        resource = _remembered_resource(self._resource) if is_short else _resource(self._resource)
        return resource, InstrumentationScope.FromString(_counted(self._scope, _SCOPE)).name


class _Suspect(NamedTuple):
    group: _Group
    data: bytes


def decode_traces(body: bytes) -> Decoded:
    """Raises InvalidPayload."""
    groups = _groups(body)
    total = sum(len(group.items) for group in groups)
    failing = _failing(body, groups)
    suspects = [
        _Suspect(group, group.items[place]) for group, places in zip(groups, failing, strict=True) for place in places
    ]
    if len(suspects) < total and SPAN_MARKS.are_outside(body, (suspect.data for suspect in suspects)):
        suspects += _marked_spans(groups, failing)
    reader = _Reader()
    spans = [span for suspect in suspects if (span := reader.span(suspect))]
    if may_inherit(spans, body):
        spans = _with_ancestors(spans, groups)
    return Decoded(total, 0, list[Item](spans), reader.rejections.count, reader.rejections.error)


def decode_logs(body: bytes) -> Decoded:
    """Raises InvalidPayload."""
    groups = _groups(body)
    total = sum(len(group.items) for group in groups)
    suspects = _marked_logs(groups) if LOG_BODY_MARKS.are_in(body) else ()
    reader = _Reader()
    logs = [log for suspect in suspects if (log := reader.log(suspect))]
    return Decoded(0, total, list[Item](logs), reader.rejections.count, reader.rejections.error)


def _groups(body: bytes) -> list[_Group]:
    if len(body) > _UNCOUNTED_REQUEST_BYTES:
        check_message_count(body, _REQUEST, MAX_REQUEST_MESSAGES)
    try:
        request = parse_request(body)
    except DecodeError as error:
        raise InvalidPayload(f"not an OTLP protobuf message: {error}") from error
    return [
        _Group(resource.resource, scope.scope, scope.items)
        for resource in request.resources
        for scope in resource.scopes
    ]


def _failing(body: bytes, groups: list[_Group]) -> Sequence[Sequence[int]]:
    """The places of spans with status ERROR; of all spans where one is broken, so that it can be rejected alone."""
    try:
        return failing_spans(body)
    except DecodeError:
        return [range(len(group.items)) for group in groups]


def _marked_spans(groups: list[_Group], failing: Sequence[Sequence[int]]) -> Iterator[_Suspect]:
    for group, places in zip(groups, failing, strict=True):
        known = set(places)
        for place, data in enumerate(group.items):
            if place not in known and SPAN_MARKS.are_in(data):
                yield _Suspect(group, data)


def _marked_logs(groups: list[_Group]) -> Iterator[_Suspect]:
    for group in groups:
        for data in group.items:
            if LOG_MARKS.are_in(data) or (_EXCEPTION in data and _is_exception_event(data)):
                yield _Suspect(group, data)


def _is_exception_event(data: bytes) -> bool:
    """Whether a log record calls itself one; a broken one is looked into, and rejected."""
    try:
        return LogRecord.FromString(_counted(data, _LOG_RECORD)).event_name.endswith(EXCEPTION_EVENT)
    except (DecodeError, InvalidPayload):
        return True


def _with_ancestors(spans: list[SpanItem], groups: list[_Group]) -> list[SpanItem]:
    by_id = {span_id_of(data): _Suspect(group, data) for group in reversed(groups) for data in group.items}
    reader = _Reader()  # what cannot be read here is not rejected: it is no suspect

    @cache
    def find(span_id: bytes) -> SpanItem | None:
        return reader.span(by_id[span_id]) if span_id in by_id else None

    return [inherit(span, find) if lacks_identity(span) else span for span in spans]


class _Reader:
    """Parses suspects in full. One that cannot be read is rejected alone."""

    def __init__(self) -> None:
        self.rejections = Rejections()

    def span(self, suspect: _Suspect) -> SpanItem | None:
        try:
            return _span(parse_span(_counted(suspect.data, _SPAN)), *suspect.group.origin)
        except (DecodeError, InvalidPayload) as error:
            self.rejections.add(error)
            return None

    def log(self, suspect: _Suspect) -> LogItem | None:
        try:
            return _log(LogRecord.FromString(_counted(suspect.data, _LOG_RECORD)), *suspect.group.origin)
        except (DecodeError, InvalidPayload) as error:
            self.rejections.add(error)
            return None


def _counted(data: bytes, shape: Shape) -> bytes:
    if len(data) > _UNCOUNTED_ITEM_BYTES:
        check_message_count(data, shape, MAX_ITEM_MESSAGES)
    return data


def _resource(data: bytes) -> Resource:
    return Resource(attributes_of(resource_pb2.Resource.FromString(_counted(data, _RESOURCE)).attributes))


# A process sends the same resource with every request, and what follows from it is found by its identity.
_remembered_resource = lru_cache(maxsize=MAX_REMEMBERED_RESOURCES)(_resource)


def _span(span: RawSpan, resource: Resource, scope: str) -> SpanItem:
    return SpanItem(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_span_id=span.parent_span_id,
        name=span.name,
        kind=span.kind,
        start_unix_nano=span.start_time_unix_nano,
        end_unix_nano=span.end_time_unix_nano,
        attributes=raw_attributes_of(span.attributes),
        exceptions=_exceptions(span) if span.events else (),
        status_code=span.status.code,
        status_message=span.status.message,
        resource=resource,
        scope=scope,
    )


def _exceptions(span: RawSpan) -> tuple[Event, ...]:
    return tuple(
        Event(index, event.time_unix_nano, attributes_of(event.attributes))
        for index, event in enumerate(islice(span.events, MAX_EVENTS))
        if event.name == EXCEPTION_EVENT
    )


def _log(log: LogRecord, resource: Resource, scope: str) -> LogItem:
    return LogItem(
        trace_id=log.trace_id,
        span_id=log.span_id,
        time_unix_nano=log.time_unix_nano or log.observed_time_unix_nano,
        event_name=log.event_name,
        body=log.body.string_value,
        attributes=attributes_of(log.attributes),
        resource=resource,
        scope=scope,
    )
