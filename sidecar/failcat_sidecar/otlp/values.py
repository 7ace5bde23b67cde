"""Attribute values of protobuf messages as Python values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from failcat_catalog.types import AttributeValue

MAX_ATTRIBUTES = 1_024
"""Of one item; SDKs stop at 128. What lies behind is not read."""

MAX_EVENTS = 1_024
"""Of one span; SDKs stop at 128 here too."""

_MAX_KNOWN = 8_192  # pairs; most are short and repeat from span to span
_MAX_KNOWN_BYTES = 96

_Pair = tuple[str, AttributeValue]


def attributes_of(pairs: Iterable[KeyValue]) -> dict[str, AttributeValue]:
    """A key that is sent twice has its last value."""
    return dict(map(_read, islice(pairs, MAX_ATTRIBUTES)))


def raw_attributes_of(pairs: Iterable[bytes]) -> dict[str, AttributeValue]:
    """The same of pairs that are still bytes. Raises DecodeError, whichever pair is broken."""
    read = [_known[pair] if len(pair) <= _MAX_KNOWN_BYTES else _parse(pair) for pair in pairs]
    return dict(read if len(read) <= MAX_ATTRIBUTES else read[:MAX_ATTRIBUTES])


class _Known(dict[bytes, _Pair]):
    """Pairs that were read before. Forgets all when it is full, which costs less than to know what was used last."""

    def __missing__(self, pair: bytes) -> _Pair:
        if len(self) >= _MAX_KNOWN:
            self.clear()
        self[pair] = read = _parse(pair)
        return read


_known = _Known()


def _parse(pair: bytes) -> _Pair:
    return _read(KeyValue.FromString(pair))


def _read(pair: KeyValue) -> _Pair:
    value = pair.value
    return pair.key, value.string_value or value.int_value or value_of(value)  # nearly all are texts or numbers


def value_of(value: AnyValue) -> AttributeValue:
    """None for an empty value."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(inner) for inner in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: value_of(pair.value) for pair in value.kvlist_value.values}
    if kind is None or kind == "string_value_strindex":  # an index into a table that only profiles have
        return None
    scalar: str | bool | int | float | bytes = getattr(value, kind)
    return scalar
