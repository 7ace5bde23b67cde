"""Inherits the identity of a failing span from its healthy ancestors: the span of a tool often has no agent, but the
span of the agent that called it is in the same request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.marks import Marks, key_mark
from failcat_sidecar.otlp.model import Attributes, Item, SpanItem
from failcat_sidecar.otlp.names import AGENT_KEYS, IDENTITY_KEYS, RUN_KEYS

MAX_DEPTH = 16
"""Ancestors that are read; agents nest less than ten deep."""

MAX_SPANS = 100_000
"""Of a request, among which ancestors are searched."""

STEP_SPANS = 4_096
STEP_BYTES = 1 << 20
"""Per step, about 5 ms."""

MAX_NAME_CHARS = 4_096
"""Of an inherited string; stored names are shorter."""

_WANTED: tuple[tuple[tuple[str, ...], Marks], ...] = (
    (RUN_KEYS, Marks(*map(key_mark, RUN_KEYS))),
    (AGENT_KEYS, Marks(*map(key_mark, AGENT_KEYS))),
)
"""The attributes that are inherited, and the marks that a protobuf body with one of them contains."""

Raw = TypeVar("Raw")


class Ancestor(NamedTuple):
    """The data of a healthy span."""

    trace_id: bytes
    parent_span_id: bytes
    attributes: Attributes  # the identity attributes


def ancestor_of(span: SpanItem) -> Ancestor:
    known = {key: _cut(span.attributes[key]) for key in IDENTITY_KEYS if key in span.attributes}
    return Ancestor(span.trace_id, span.parent_span_id, known)


def _cut(value: AttributeValue) -> AttributeValue:
    return value[:MAX_NAME_CHARS] if isinstance(value, str) else value


class Ancestors(Generic[Raw]):
    """The ancestors in one request. Searched only when a span lacks identity attributes; each is read once."""

    def __init__(
        self,
        body: bytes,
        spans: Callable[[], Sequence[Raw]],
        id_of: Callable[[Raw], bytes],
        read: Callable[[Raw], Ancestor | None],
    ) -> None:
        """`body` is the protobuf request, which is searched for marks; empty for JSON. `spans` is called when the spans
        are needed. `id_of` returns a span's id, empty for an invalid one."""
        self._body = body
        self._all = spans
        self._spans: Sequence[Raw] = ()
        self._id_of = id_of
        self._read = read
        self._places: dict[bytes, int] | None = None
        self._known: dict[bytes, Ancestor | None] = {}
        self._in_body: dict[Marks, bool] = {}  # what was searched for

    def may_complete(self, items: Iterable[Item]) -> bool:
        """Whether the request may contain an attribute that one of the spans lacks."""
        children = [item.attributes.keys() for item in items if isinstance(item, SpanItem) and item.parent_span_id]
        for keys, marks in _WANTED:
            for known in children:
                if known.isdisjoint(keys):
                    if self._is_in_body(marks):
                        return True
                    break
        return False

    def find(self) -> Iterator[None]:
        """Indexes the spans by id, in steps; only once."""
        if self._places is not None:
            return
        self._places = {}
        self._spans = self._all()
        step_bytes = 0
        for place in range(min(len(self._spans), MAX_SPANS)):
            span = self._spans[place]
            self._places.setdefault(self._id_of(span), place)
            step_bytes += len(span) if isinstance(span, bytes) else 0
            if place % STEP_SPANS == STEP_SPANS - 1 or step_bytes >= STEP_BYTES:
                step_bytes = 0
                yield

    def complete(self, item: Item) -> Item:
        """The span with the attributes of its ancestors."""
        if not (isinstance(item, SpanItem) and item.parent_span_id):
            return item
        if not any(item.attributes.keys().isdisjoint(keys) for keys, _ in _WANTED):
            return item
        inherited: dict[str, AttributeValue] = {}
        parent = self._of(item.parent_span_id)
        for _ in range(MAX_DEPTH):
            if parent is None or parent.trace_id != item.trace_id:
                break
            for key, value in parent.attributes.items():
                inherited.setdefault(key, value)
            parent = self._of(parent.parent_span_id)
        return msgspec.structs.replace(item, inherited=inherited) if inherited else item

    def _of(self, span_id: bytes) -> Ancestor | None:
        if span_id not in self._known:
            assert self._places is not None, "to be called after `find`"
            place = self._places.get(span_id) if span_id else None
            self._known[span_id] = None if place is None else self._read(self._spans[place])
        return self._known[span_id]

    def _is_in_body(self, marks: Marks) -> bool:
        if marks not in self._in_body:
            self._in_body[marks] = not self._body or marks.are_in(self._body)
        return self._in_body[marks]
