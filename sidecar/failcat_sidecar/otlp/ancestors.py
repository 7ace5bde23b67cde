"""Inherits the identity of a failing span from its healthy ancestors: the span of a tool often has no agent, but the
span of the agent that called it is in the same request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.kinds import KIND_NAMES, with_kind_names
from failcat_sidecar.otlp.marks import key_mark
from failcat_sidecar.otlp.model import Attributes, Item, SpanItem
from failcat_sidecar.otlp.names import AGENT_KEYS, IDENTITY_KEYS, MODEL_KEYS, RUN_KEYS, SKILL_KEYS
from failcat_sidecar.otlp.search import Patterns

MAX_DEPTH = 16
"""Ancestors that are read; agents nest less than ten deep."""

MAX_SPANS = 100_000
"""Of a request, among which ancestors are searched."""

STEP_SPANS = 4_096
STEP_BYTES = 1 << 20
"""Per step, about 5 ms."""

MAX_NAME_CHARS = 4_096
"""Of an inherited string; stored names are shorter."""

_WANTED: tuple[tuple[str, ...], ...] = (RUN_KEYS, SKILL_KEYS, AGENT_KEYS, MODEL_KEYS)
"""The attributes for which ancestors are read, by kind: a span that has one of a kind lacks none of it."""

_LACKED = tuple(map(frozenset, _WANTED))  # a tuple that is longer than a span's attributes is searched for each

_KINDS_OF: dict[bytes, frozenset[int]] = {}
for _kind, _keys in enumerate(_WANTED):
    for _key in (*_keys, *(name for key in _keys for name in KIND_NAMES.get(key, ()))):
        _KINDS_OF[key_mark(_key).pattern] = _KINDS_OF.get(key_mark(_key).pattern, frozenset()) | {_kind}
_PATTERNS = Patterns(*_KINDS_OF)
"""What a protobuf body with one of these attributes contains; one search for all, because it reads the whole body."""

Raw = TypeVar("Raw")


class Ancestor(NamedTuple):
    """The data of a healthy span."""

    trace_id: bytes
    parent_span_id: bytes
    attributes: Attributes  # the identity attributes


def ancestor_of(span: SpanItem) -> Ancestor:
    attributes = with_kind_names(span.attributes)
    known = {key: _cut(attributes[key]) for key in IDENTITY_KEYS if key in attributes}
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
        self._kinds: frozenset[int] | None = None  # of _WANTED, that the body may contain

    def may_complete(self, items: Iterable[Item]) -> bool:
        """Whether the request may contain an attribute that one of the spans lacks."""
        return any(isinstance(item, SpanItem) and self._lacks(item) for item in items)

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
        if not (isinstance(item, SpanItem) and self._lacks(item)):
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

    def _lacks(self, span: SpanItem) -> bool:
        """Whether the request may contain an attribute that the span lacks. It does not depend on the other spans, so
        that a request gives the same in parts as in one."""
        if not span.parent_span_id:
            return False
        known = span.attributes.keys()
        for kind, keys in enumerate(_LACKED):  # noqa: SIM110  # a generator costs as much as the rest
            if keys.isdisjoint(known) and kind in self._kinds_in_body():
                return True
        return False

    def _of(self, span_id: bytes) -> Ancestor | None:
        if span_id not in self._known:
            assert self._places is not None, "to be called after `find`"
            place = self._places.get(span_id) if span_id else None
            self._known[span_id] = None if place is None else self._read(self._spans[place])
        return self._known[span_id]

    def _kinds_in_body(self) -> frozenset[int]:
        if self._kinds is None:
            found = _PATTERNS.found_in(self._body) if self._body else _KINDS_OF
            self._kinds = frozenset[int]().union(*(_KINDS_OF[pattern] for pattern in found))
        return self._kinds
