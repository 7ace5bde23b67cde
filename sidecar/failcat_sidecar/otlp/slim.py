"""Reduces large items to the fields that later stages read, before they are parsed.

A parser allocates memory for every element of a message, 30 to 100 bytes for two on the wire, and holds the interpreter
lock meanwhile. This module walks the fields one by one and keeps as many as later stages read.
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
"""Of one large item: attributes, events, links, nested values and unknown fields. SDKs stop at 128 of each. Attributes
and events behind them are not read."""

MAX_COUNTLESS_BYTES = 8 << 20
"""Of an item with more fields: its parser holds the interpreter lock for 25 ms and allocates twice as many bytes. A
larger item is rejected."""

MAX_DEPTH = 16
"""Of nested values in a large item; half of this depth is stored."""

_SMALL_BYTES = 1_024  # fields up to this size are kept unchanged
_END_BYTES = 128 << 10  # kept at either end of a long text
_TEXTS_BYTES = 1 << 20  # of all long texts of an item; then, of each further text
_SHORT_END_BYTES = 2_048  # are kept at either end
_KEPT_BYTES = 4 << 20  # of an item, until its attributes and events end
_SINGLE = 16  # copies kept of a singular field, of which the last one counts


class SlimField(NamedTuple):
    """How a field is read."""

    shape: Shape | None = None  # of a message; None for a scalar, string or bytes
    most: int = _SINGLE
    is_all: bool = False  # the rest of the message is skipped after `most` of them


Shape = Mapping[int, SlimField]
"""The fields of a message that are read."""

_SCALAR = SlimField()
_VALUE: dict[int, SlimField] = dict.fromkeys((1, 2, 3, 4, 7), _SCALAR)
_PAIR: Shape = {1: _SCALAR, 2: SlimField(_VALUE)}
_VALUE[5] = SlimField({1: SlimField(_VALUE, MAX_ELEMENTS, is_all=True)})
_VALUE[6] = SlimField({1: SlimField(_PAIR, MAX_ELEMENTS, is_all=True)})
_ATTRIBUTES = SlimField(_PAIR, MAX_ATTRIBUTES)
_EVENT: Shape = {1: _SCALAR, 2: _SCALAR, 3: _ATTRIBUTES}

_SPAN: Shape = {
    **dict.fromkeys((1, 2, 4, 5, 6, 7, 8), _SCALAR),
    9: _ATTRIBUTES,
    11: SlimField(_EVENT, MAX_EVENTS),
    15: SlimField({2: _SCALAR, 3: _SCALAR}),
}
_LOG_RECORD: Shape = {**dict.fromkeys((1, 2, 3, 9, 10, 11, 12), _SCALAR), 5: SlimField(_VALUE), 6: _ATTRIBUTES}


class MessageKind(NamedTuple):
    """How one kind of message is reduced."""

    shape: Shape
    lean: Callable[[bytes], bytes] | None = None  # the message without repeated fields; None if nothing else is read


SPAN = MessageKind(_SPAN, lean_span)
LOG_RECORD = MessageKind(_LOG_RECORD, lean_log)
RESOURCE = MessageKind({1: _ATTRIBUTES})
SCOPE = MessageKind({1: _SCALAR})


def slimmed(data: bytes, kind: MessageKind) -> bytes:
    """A message with the fields of `data` that are read; a small one is unchanged. Raises InvalidPayload if `data` is
    no message or has more than MAX_FIELDS in more than MAX_COUNTLESS_BYTES, and DecodeError."""
    return data if len(data) <= LARGE_BYTES else slim(data, 0, len(data), kind)


def slim(data: bytes, start: int, end: int, kind: MessageKind) -> bytes:
    """The same for the large message `data[start:end]`."""
    slimming = _Slimming(data)
    slim = slimming.message(start, end, kind.shape, 0)
    if not slimming.is_countless or kind.lean is None:
        return slim
    if end - start > MAX_COUNTLESS_BYTES:
        raise InvalidPayload(f"it has more than {MAX_FIELDS} fields and {MAX_COUNTLESS_BYTES} bytes")
    return slim + kind.lean(data[start:end])


class _Slimming:
    """Reduces one item."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._fields_left = MAX_FIELDS
        self._texts_bytes = 0
        self._kept_bytes = 0

    @property
    def is_countless(self) -> bool:
        """Whether the item has more than MAX_FIELDS."""
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

    def _field(self, field: wire.Field, part: SlimField, depth: int) -> bytes:
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
        """Both ends of a long text: later stages also keep the last lines of a stack trace."""
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
    """The start of the UTF-8 character at `at`; `at` itself if it is in none."""
    for begin in range(at, at - 4, -1):
        if data[begin] & 0xC0 != 0x80:
            return begin
    return at
