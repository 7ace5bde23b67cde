"""Large items cut to what is read of them before they are parsed.

A parser takes memory for every element of a message, thirty to a hundred bytes for two on the wire, and holds the
interpreter meanwhile. This goes past the fields one by one and keeps as many as later stages look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from failcat_catalog.contract import MAX_EVENTS
from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.otlp import wire
from failcat_sidecar.otlp.raw import lean_log, lean_span
from failcat_sidecar.otlp.values import MAX_ATTRIBUTES, MAX_ELEMENTS

LARGE_BYTES = 256 << 10
"""Items up to this size are parsed as they are."""

MAX_FIELDS = 8_192
"""Of one large item: attributes, events, links, nested values and what OTLP does not know. SDKs stop at 128 of each.
Attributes and events behind them are not read."""

MAX_COUNTLESS_BYTES = 8 << 20
"""Of an item with more fields: its parser holds the interpreter 25 ms and takes twice as much. A larger one is
rejected."""

MAX_DEPTH = 16
"""Of nested values in a large item; half of it is stored."""

_SMALL_BYTES = 1_024  # a field up to this size is kept as it is
_END_BYTES = 128 << 10  # of a long text, at either end
_TEXTS_BYTES = 1 << 20  # kept of all long texts of an item; of each further one
_SHORT_END_BYTES = 2_048  # at either end
_KEPT_BYTES = 4 << 20  # of an item, until its attributes and events end
_SINGLE = 16  # of a field that is there once; the last one counts


class Part(NamedTuple):
    """A field that is read."""

    shape: Shape | None = None  # of a message; None for a scalar, text or bytes
    most: int = _SINGLE
    is_all: bool = False  # nothing behind the last one that is kept is looked at


Shape = Mapping[int, Part]
"""Which fields of a message are read."""

_SCALAR = Part()
_VALUE: dict[int, Part] = dict.fromkeys((1, 2, 3, 4, 7), _SCALAR)
_PAIR: Shape = {1: _SCALAR, 2: Part(_VALUE)}
_VALUE[5] = Part({1: Part(_VALUE, MAX_ELEMENTS, is_all=True)})
_VALUE[6] = Part({1: Part(_PAIR, MAX_ELEMENTS, is_all=True)})
_ATTRIBUTES = Part(_PAIR, MAX_ATTRIBUTES)
_EVENT: Shape = {1: _SCALAR, 2: _SCALAR, 3: _ATTRIBUTES}

_SPAN: Shape = {
    **dict.fromkeys((1, 2, 4, 5, 6, 7, 8), _SCALAR),
    9: _ATTRIBUTES,
    11: Part(_EVENT, MAX_EVENTS),
    15: Part({2: _SCALAR, 3: _SCALAR}),
}
_LOG_RECORD: Shape = {**dict.fromkeys((1, 9, 10, 11, 12), _SCALAR), 5: Part(_VALUE), 6: _ATTRIBUTES}


class Kind(NamedTuple):
    """Of a message."""

    shape: Shape
    lean: Callable[[bytes], bytes] | None = None  # it without what repeats; None if nothing else is read of it


SPAN = Kind(_SPAN, lean_span)
LOG_RECORD = Kind(_LOG_RECORD, lean_log)
RESOURCE = Kind({1: _ATTRIBUTES})
SCOPE = Kind({1: _SCALAR})


def slimmed(data: bytes, kind: Kind) -> bytes:
    """A message that parses into what is read of `data`; small ones as they are. Raises InvalidPayload for one that is
    none, or that has more than MAX_FIELDS in more than MAX_COUNTLESS_BYTES, and DecodeError."""
    return data if len(data) <= LARGE_BYTES else slim(data, 0, len(data), kind)


def slim(data: bytes, start: int, end: int, kind: Kind) -> bytes:
    """The same of the large message that is `data[start:end]`."""
    slimming = _Slimming(data)
    slim = slimming.message(start, end, kind.shape, 0)
    if not slimming.is_countless or kind.lean is None:
        return slim
    if end - start > MAX_COUNTLESS_BYTES:
        raise InvalidPayload(f"it has more than {MAX_FIELDS} fields and {MAX_COUNTLESS_BYTES} bytes")
    return slim + kind.lean(data[start:end])


class _Slimming:
    """Of one item."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._fields_left = MAX_FIELDS
        self._texts_bytes = 0
        self._kept_bytes = 0

    @property
    def is_countless(self) -> bool:
        """Whether it has more fields than are looked at."""
        return self._fields_left < 0

    def message(self, start: int, end: int, shape: Shape, depth: int) -> bytes:
        kept: list[bytes] = []
        counts: dict[int, int] = {}
        for field in wire.fields(self._data, start, end):
            self._fields_left -= 1
            if self.is_countless:
                break
            part = shape.get(field.tag >> 3)
            if part is None:
                continue
            counts[field.tag] = count = counts.get(field.tag, 0) + 1
            if count <= part.most and (part.most == _SINGLE or self._kept_bytes < _KEPT_BYTES):
                kept.append(self._field(field, part, depth))
            elif part.is_all:
                break
        return b"".join(kept)

    def _field(self, field: wire.Field, part: Part, depth: int) -> bytes:
        if field.end - field.start <= _SMALL_BYTES or field.tag & 7 != wire.LENGTH:
            self._kept_bytes += field.end - field.begin
            return self._data[field.begin : field.end]
        if part.shape is None:
            text = self._text(field.start, field.end)
            self._kept_bytes += len(text)
            return wire.message(field.tag >> 3, text)
        inner = self.message(field.start, field.end, part.shape, depth + 1) if depth < MAX_DEPTH else b""
        return wire.message(field.tag >> 3, inner)

    def _text(self, start: int, end: int) -> bytes:
        """Both ends of a long text: of a stack trace, later stages keep the last lines too."""
        end_bytes = _END_BYTES if self._texts_bytes < _TEXTS_BYTES else _SHORT_END_BYTES
        if end - start > 2 * end_bytes:
            head = _character(self._data, start + end_bytes)
            tail = _character(self._data, end - end_bytes)
            text = self._data[start:head] + self._data[tail:end]
        else:
            text = self._data[start:end]
        self._texts_bytes += len(text)
        return text


def _character(data: bytes, at: int) -> int:
    """Where the UTF-8 character begins that `at` is in; `at` itself where it is in none."""
    for begin in range(at, at - 4, -1):
        if data[begin] & 0xC0 != 0x80:
            return begin
    return at
