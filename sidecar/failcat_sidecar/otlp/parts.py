"""An OTLP protobuf request as items by scope: at once, or in parts when it is large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from google.protobuf.message import DecodeError

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.otlp import framing, wire
from failcat_sidecar.otlp.layout import RequestLayout
from failcat_sidecar.otlp.model import Rejections, Resource
from failcat_sidecar.otlp.raw import parse_resource, parse_scope
from failcat_sidecar.otlp.slim import LARGE_BYTES, RESOURCE, SCOPE, MessageKind, slim, slimmed
from failcat_sidecar.otlp.steps import UNREADABLE
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

T = TypeVar("T")


class ResourceSource:
    """The resource of a ResourceSpans or ResourceLogs, parsed on demand."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._read: Resource | InvalidPayload | None = None

    @property
    def resource(self) -> Resource:
        """Raises InvalidPayload."""
        if self._read is None:
            self._read = _readable_resource(self._data)
        return _raised(self._read)


class ScopeSource:
    """The resource and the scope of a group of items, parsed on demand."""

    def __init__(self, sender: ResourceSource, scope: bytes) -> None:
        self._sender = sender
        self._scope = scope
        self._read: tuple[Resource, str] | InvalidPayload | None = None

    @property
    def named(self) -> tuple[Resource, str]:
        """The resource, and the scope's name. Raises InvalidPayload."""
        if self._read is None:
            self._read = _named(self._sender, self._scope)
        return _raised(self._read)


class Group(NamedTuple):
    """Items of one scope."""

    origin: ScopeSource
    items: Sequence[bytes]


class Part(NamedTuple):
    """A request, or a part of a large one."""

    body: bytes  # framing and items; a part has no resources and scopes
    groups: list[Group]
    rejections: Rejections  # of items that could not be reduced

    @property
    def total(self) -> int:
        return sum(len(group.items) for group in self.groups) + self.rejections.count

    def items(self) -> list[bytes]:
        return [data for group in self.groups for data in group.items]


def small_request(body: bytes) -> Part | None:
    """The whole request; None if it is too large for one step. Raises InvalidPayload."""
    if len(body) > SMALL_REQUEST_BYTES:
        return None
    try:
        request = framing.parse_request(body)
    except DecodeError as error:
        raise InvalidPayload(f"not an OTLP protobuf message: {error}") from error
    groups: list[Group] = []
    scopes = len(request.resources)
    items = 0
    for resource in request.resources if scopes <= SMALL_REQUEST_SCOPES else ():
        scopes += len(resource.scopes)
        if scopes > SMALL_REQUEST_SCOPES:
            break
        sender = ResourceSource(resource.resource)
        for scope in resource.scopes:
            items += len(scope.items)
            groups.append(Group(ScopeSource(sender, scope.scope), scope.items))
    if scopes > SMALL_REQUEST_SCOPES or items > SMALL_REQUEST_ITEMS:
        return None
    return Part(body, groups, Rejections())


def parts_of(layout: RequestLayout, kind: MessageKind) -> Iterator[Part]:
    """Splits a large request into parts and reduces its large items."""
    cutter = _Cutter(layout, kind)
    sender, sender_of = ResourceSource(b""), -1
    for scope in layout.scopes():
        if scope.sender != sender_of:
            sender, sender_of = ResourceSource(_cut(layout.body, *scope.resource, RESOURCE)), scope.sender
        origin = ScopeSource(sender, _cut(layout.body, *scope.scope, SCOPE))
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
        self._groups: list[Group] = []
        self._items: list[bytes] = []
        self._of: ScopeSource | None = None
        self._rejections = Rejections()
        self._count = 0
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._count >= PART_ITEMS or self._bytes >= PART_BYTES

    def add(self, origin: ScopeSource, item: int) -> None:
        start, end = self._layout.place(item)
        self._count += 1
        self._bytes += end - start
        try:
            data = _cut(self._layout.body, start, end, self._kind)
        except UNREADABLE as error:
            self._rejections.add(error)
            return
        if origin is not self._of:
            self._of, self._items = origin, []
            self._groups.append(Group(origin, self._items))
        self._items.append(data)

    def part(self) -> Part:
        """The items since the last part."""
        body = b"".join(
            wire.message(1, wire.message(2, b"".join(wire.message(2, data) for data in group.items)))
            for group in self._groups
        )
        part = Part(body, self._groups, self._rejections)
        self._begin()
        return part


def _cut(body: bytes, start: int, end: int, kind: MessageKind) -> bytes:
    return body[start:end] if end - start <= LARGE_BYTES else slim(body, start, end, kind)


class LargeRequestItems(Sequence[bytes]):
    """The items of a large request, copied on access."""

    def __init__(self, layout: RequestLayout) -> None:
        self._layout = layout

    def __len__(self) -> int:
        return len(self._layout)

    def __getitem__(self, item: int) -> bytes:  # type: ignore[override]  # no slices
        start, end = self._layout.place(item)
        return self._layout.body[start:end]


def _named(sender: ResourceSource, scope: bytes) -> tuple[Resource, str] | InvalidPayload:
    try:
        name = parse_scope(slimmed(scope, SCOPE)).name
    except UNREADABLE as error:
        return InvalidPayload(f"its scope cannot be read: {error}")
    try:
        return sender.resource, name
    except InvalidPayload as error:
        return error


def _readable_resource(data: bytes) -> Resource | InvalidPayload:
    try:
        return _remembered_resource(data) if len(data) <= MAX_REMEMBERED_BYTES else _resource(data)
    except UNREADABLE as error:
        return InvalidPayload(f"its resource cannot be read: {error}")


def _raised(read: T | InvalidPayload) -> T:
    """What was read; an error is raised anew, so that its traceback does not grow with every item."""
    if isinstance(read, InvalidPayload):
        raise read.with_traceback(None)
    return read


def _resource(data: bytes) -> Resource:
    return Resource(attributes_of(parse_resource(slimmed(data, RESOURCE)).attributes))


# A process sends the same resource with every request, and later stages cache by its identity.
_remembered_resource = lru_cache(maxsize=MAX_REMEMBERED_RESOURCES)(_resource)
