"""Decodes OTLP protobuf: reads the framing, selects the suspects, parses only those in full.

Requests of the size that SDKs send are parsed at once. A larger one, or one of countless elements, is split into parts
of that size, each decoded like a request of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import NamedTuple, TypeVar

from google.protobuf.message import DecodeError

from failcat_catalog.contract import EXCEPTION_EVENT, MAX_EVENTS
from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.otlp import framing, wire
from failcat_sidecar.otlp.ancestors import Ancestor, Ancestors, ancestor_of
from failcat_sidecar.otlp.layout import RequestLayout
from failcat_sidecar.otlp.marks import LOG_BODY_MARKS, LOG_MARKS, SPAN_MARKS
from failcat_sidecar.otlp.model import Decoded, Event, LogItem, Rejections, Resource, SpanItem
from failcat_sidecar.otlp.raw import (
    RawLog,
    RawSpan,
    parse_event,
    parse_log,
    parse_resource,
    parse_scope,
    parse_span,
    span_id_of,
)
from failcat_sidecar.otlp.slim import LARGE_BYTES, LOG_RECORD, RESOURCE, SCOPE, SPAN, MessageKind, slim, slimmed
from failcat_sidecar.otlp.statuses import failing_spans
from failcat_sidecar.otlp.steps import in_steps
from failcat_sidecar.otlp.values import attributes_of

SMALL_REQUEST_BYTES = 2 << 20
SMALL_REQUEST_ITEMS = 8_192
SMALL_REQUEST_SCOPES = 512
"""Up to these three limits a request is parsed at once, at most 25 ms."""

PART_BYTES = 256 << 10
PART_ITEMS = 512
"""A part of a larger request ends when it reaches either."""

MAX_REMEMBERED_RESOURCES = 256
MAX_REMEMBERED_BYTES = 2_048
"""Of a resource; SDKs and detectors write less than 1 KiB. Both limit the memory to a few MiB."""

_EXCEPTION = EXCEPTION_EVENT.encode()
_UNREADABLE = (DecodeError, InvalidPayload, ValueError)

Item = TypeVar("Item", SpanItem, LogItem)


class _ResourceSource:
    """The resource of a ResourceSpans or ResourceLogs, parsed on demand."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def resource(self) -> Resource:
        """Raises InvalidPayload."""
        if isinstance(self._read, InvalidPayload):
            raise self._read
        return self._read

    @cached_property
    def _read(self) -> Resource | InvalidPayload:
        """Caches an error, too."""
        is_short = len(self._data) <= MAX_REMEMBERED_BYTES
        try:
            return _remembered_resource(self._data) if is_short else _resource(self._data)
        except _UNREADABLE as error:
            return InvalidPayload(f"its resource cannot be read: {error}")


class _ScopeSource:
    """The resource and the scope of a group of items, parsed on demand."""

    def __init__(self, sender: _ResourceSource, scope: bytes) -> None:
        self._sender = sender
        self._scope = scope

    @cached_property
    def named(self) -> tuple[Resource, str]:
        """The resource, and the scope's name. Raises InvalidPayload."""
        if isinstance(self._name, InvalidPayload):
            raise self._name
        return self._sender.resource, self._name

    @cached_property
    def _name(self) -> str | InvalidPayload:
        """Caches an error, too."""
        try:
            return parse_scope(slimmed(self._scope, SCOPE)).name
        except _UNREADABLE as error:
            return InvalidPayload(f"its scope cannot be read: {error}")


class _Group(NamedTuple):
    """Items of one scope."""

    origin: _ScopeSource
    items: Sequence[bytes]


class _Part(NamedTuple):
    """A request, or a part of a large one."""

    body: bytes  # framing and items; a part has no resources and scopes
    groups: list[_Group]
    rejections: Rejections  # of items that could not be reduced

    @property
    def total(self) -> int:
        return sum(len(group.items) for group in self.groups) + self.rejections.count

    def items(self) -> list[bytes]:
        return [data for group in self.groups for data in group.items]


class _Suspect(NamedTuple):
    origin: _ScopeSource
    data: bytes


def decode_traces(body: bytes) -> Iterator[Decoded]:
    """Decodes in steps. Raises InvalidPayload before the first suspect."""
    small = _small(body)
    if small is not None:
        yield from _spans(small, Ancestors(body, small.items, span_id_of, _ancestor))
        return
    layout = RequestLayout(body)
    yield from _found(layout)
    ancestors = Ancestors(body, lambda: _Items(layout), span_id_of, _ancestor)
    for part in _parts(layout, SPAN):
        yield from _more(_spans(part, ancestors))
    yield Decoded()


def decode_logs(body: bytes) -> Iterator[Decoded]:
    """Decodes in steps. Raises InvalidPayload before the first suspect."""
    small = _small(body)
    if small is not None:
        yield from _logs(small)
        return
    layout = RequestLayout(body)
    yield from _found(layout)
    for part in _parts(layout, LOG_RECORD):
        yield from _more(_logs(part))
    yield Decoded()


def _spans(part: _Part, ancestors: Ancestors[bytes]) -> Iterator[Decoded]:
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
        partial(_read_all, read=_span_item),
        Decoded(spans=total, rejected=part.rejections.count, error=part.rejections.error),
        ancestors,
    )


def _logs(part: _Part) -> Iterator[Decoded]:
    suspects = list(_marked_logs(part.groups)) if LOG_BODY_MARKS.are_in(part.body) else []
    yield from in_steps(
        suspects,
        _size_of,
        partial(_read_all, read=_log_item),
        Decoded(log_records=part.total, rejected=part.rejections.count, error=part.rejections.error),
    )


def _small(body: bytes) -> _Part | None:
    """The whole request; None if it is too large for one step. Raises InvalidPayload."""
    if len(body) > SMALL_REQUEST_BYTES:
        return None
    try:
        request = framing.parse_request(body)
    except DecodeError as error:
        raise InvalidPayload(f"not an OTLP protobuf message: {error}") from error
    groups: list[_Group] = []
    scopes = len(request.resources)
    items = 0
    for resource in request.resources if scopes <= SMALL_REQUEST_SCOPES else ():
        scopes += len(resource.scopes)
        if scopes > SMALL_REQUEST_SCOPES:
            break
        sender = _ResourceSource(resource.resource)
        for scope in resource.scopes:
            items += len(scope.items)
            groups.append(_Group(_ScopeSource(sender, scope.scope), scope.items))
    if scopes > SMALL_REQUEST_SCOPES or items > SMALL_REQUEST_ITEMS:
        return None
    return _Part(body, groups, Rejections())


def _found(layout: RequestLayout) -> Iterator[Decoded]:
    try:
        for _ in layout.find():
            yield Decoded(more=True)
    except InvalidPayload as error:
        raise InvalidPayload(f"not an OTLP protobuf message: {error}") from error


def _more(steps: Iterator[Decoded]) -> Iterator[Decoded]:
    for step in steps:
        yield step._replace(more=True)


def _parts(layout: RequestLayout, kind: MessageKind) -> Iterator[_Part]:
    """Splits a large request into parts and reduces its large items."""
    cutter = _Cutter(layout, kind)
    sender, sender_of = _ResourceSource(b""), -1
    for scope in layout.scopes():
        if scope.sender != sender_of:
            sender, sender_of = _ResourceSource(_cut(layout.body, *scope.resource, RESOURCE)), scope.sender
        origin = _ScopeSource(sender, _cut(layout.body, *scope.scope, SCOPE))
        for item in scope.items:
            cutter.add(origin, item)
            if cutter.is_full:
                yield cutter.part()
    yield cutter.part()


class _Cutter:
    """Collects items until a part is full."""

    def __init__(self, layout: RequestLayout, kind: MessageKind) -> None:
        self._layout = layout
        self._kind = kind
        self._begin()

    def _begin(self) -> None:
        self._groups: list[_Group] = []
        self._items: list[bytes] = []
        self._of: _ScopeSource | None = None
        self._rejections = Rejections()
        self._count = 0
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._count >= PART_ITEMS or self._bytes >= PART_BYTES

    def add(self, origin: _ScopeSource, item: int) -> None:
        start, end = self._layout.place(item)
        self._count += 1
        self._bytes += end - start
        try:
            data = _cut(self._layout.body, start, end, self._kind)
        except _UNREADABLE as error:
            self._rejections.add(error)
            return
        if origin is not self._of:
            self._of, self._items = origin, []
            self._groups.append(_Group(origin, self._items))
        self._items.append(data)

    def part(self) -> _Part:
        """The items since the last part."""
        body = b"".join(
            wire.message(1, wire.message(2, b"".join(wire.message(2, data) for data in group.items)))
            for group in self._groups
        )
        part = _Part(body, self._groups, self._rejections)
        self._begin()
        return part


def _cut(body: bytes, start: int, end: int, kind: MessageKind) -> bytes:
    return body[start:end] if end - start <= LARGE_BYTES else slim(body, start, end, kind)


class _Items(Sequence[bytes]):
    """The items of a large request, copied on access."""

    def __init__(self, layout: RequestLayout) -> None:
        self._layout = layout

    def __len__(self) -> int:
        return len(self._layout)

    def __getitem__(self, item: int) -> bytes:  # type: ignore[override]  # no slices
        start, end = self._layout.place(item)
        return self._layout.body[start:end]


def _failing(part: _Part) -> Sequence[Sequence[int]]:
    """The indexes of spans with status ERROR, or of all spans if one is broken, so that it is rejected alone."""
    try:
        return failing_spans(part.body)
    except DecodeError:
        return [range(len(group.items)) for group in part.groups]


def _marked_spans(groups: list[_Group], failing: Sequence[Sequence[int]]) -> Iterator[_Suspect]:
    for group, places in zip(groups, failing, strict=True):
        known = set(places)
        for place, data in enumerate(group.items):
            if place not in known and SPAN_MARKS.are_in(data):
                yield _Suspect(group.origin, data)


def _marked_logs(groups: list[_Group]) -> Iterator[_Suspect]:
    for group in groups:
        for data in group.items:
            if LOG_MARKS.are_in(data) or (_EXCEPTION in data and _is_exception_event(data)):
                yield _Suspect(group.origin, data)


def _is_exception_event(data: bytes) -> bool:
    """Whether a log record has the name of an exception event. A broken one is parsed again, and rejected."""
    try:
        return parse_log(slimmed(data, LOG_RECORD)).event_name.endswith(EXCEPTION_EVENT)
    except _UNREADABLE:
        return True


def _size_of(suspect: _Suspect) -> int:
    return len(suspect.data)


def _read_all(suspects: Sequence[_Suspect], read: Callable[[_Suspect], Item]) -> tuple[list[Item], Rejections]:
    """Parses suspects in full; an invalid one is rejected alone."""
    items, rejections = [], Rejections()
    for suspect in suspects:
        try:
            items.append(read(suspect))
        except _UNREADABLE as error:
            rejections.add(error)
    return items, rejections


def _resource(data: bytes) -> Resource:
    return Resource(attributes_of(parse_resource(slimmed(data, RESOURCE)).attributes))


# A process sends the same resource with every request, and later stages cache by its identity.
_remembered_resource = lru_cache(maxsize=MAX_REMEMBERED_RESOURCES)(_resource)

_NOBODY = Resource({})


def _ancestor(data: bytes) -> Ancestor | None:
    """The ancestor data of a healthy span. An invalid one is no suspect, so it is not rejected."""
    try:
        return ancestor_of(_span(parse_span(slimmed(data, SPAN)), _NOBODY, ""))
    except _UNREADABLE:
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
        exceptions=tuple(_exceptions(span.events)) if span.events else (),
        status_code=span.status.code,
        status_message=span.status.message,
        resource=resource,
        scope=scope,
    )


def _exceptions(events: Sequence[bytes]) -> Iterator[Event]:
    for index, data in enumerate(islice(events, MAX_EVENTS)):
        if _EXCEPTION in data:
            event = parse_event(data)
            if event.name == EXCEPTION_EVENT:
                yield Event(index, event.time_unix_nano, attributes_of(event.attributes))


def _log_item(suspect: _Suspect) -> LogItem:
    log: RawLog = parse_log(slimmed(suspect.data, LOG_RECORD))
    resource, scope = suspect.origin.named
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
