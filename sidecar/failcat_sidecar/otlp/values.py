"""Attribute values of protobuf messages as Python values, and the limits of their number."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from failcat_catalog.text import CUT_MARK
from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.raw import RawValue, parse_array, parse_map, parse_pair, parse_value

MAX_ATTRIBUTES = 1_024
"""Of one item; SDKs stop at 128. Further ones are not read."""

MAX_ELEMENTS = 129
"""Of one array or map: one more than is stored, so that the truncation is visible."""

MAX_VALUES = 2_048
"""Elements of all arrays and maps of one item, at any depth. CUT_MARK replaces further ones."""

MAX_DEPTH = 48
"""Of nested values. Stored values are much less deep."""

_MAX_KNOWN = 8_192  # pairs; most are short and repeat from span to span
_MAX_KNOWN_BYTES = 96

_Pair = tuple[str, AttributeValue]


Allowance = list[int]
"""The number of elements of arrays and maps that may still be read of an item; `take` decrements it."""


def allowance() -> Allowance:
    """For one item."""
    return [MAX_VALUES]


def take(left: Allowance) -> bool:
    """Returns whether one more may be read."""
    left[0] -= 1
    return left[0] >= 0


def attributes_of(pairs: Iterable[bytes]) -> dict[str, AttributeValue]:
    """The attributes of KeyValue messages. The last value of a key wins. Raises DecodeError for a broken pair among
    those that are read, ValueError for values that are nested too deeply."""
    _known.left = allowance()
    return dict(map(_known.__getitem__, islice(pairs, MAX_ATTRIBUTES)))


class _Known(dict[bytes, _Pair]):
    """A cache of pairs; long ones are read each time. It is cleared when it is full, which costs less than tracking the
    order of use."""

    left: Allowance  # of the item, for its long pairs

    def __missing__(self, pair: bytes) -> _Pair:
        if len(pair) > _MAX_KNOWN_BYTES:
            return _read(pair, self.left)
        if len(self) >= _MAX_KNOWN:
            self.clear()
        self[pair] = read = _read(pair, allowance())
        return read


_known = _Known()


def _read(data: bytes, left: Allowance, depth: int = 0) -> _Pair:
    pair = parse_pair(data)
    value = pair.value
    # most values are strings or numbers
    return pair.key, value.string_value or value.int_value or value_of(value, left, depth)


def value_of(value: RawValue, left: Allowance, depth: int = 0) -> AttributeValue:
    """None for an empty value."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return _array(value.array_value, left, depth + 1)
    if kind == "kvlist_value":
        return _map(value.kvlist_value, left, depth + 1)
    if kind is None or kind == "string_value_strindex":  # an index into a table that only profiles have
        return None
    scalar: str | bool | int | float | bytes = getattr(value, kind)
    return scalar


def _array(data: bytes, left: Allowance, depth: int) -> AttributeValue:
    _check_depth(depth)
    elements: list[AttributeValue] = []
    for element in islice(parse_array(data).values, MAX_ELEMENTS):
        if not take(left):
            return [*elements, CUT_MARK]
        elements.append(value_of(parse_value(element), left, depth))
    return elements


def _map(data: bytes, left: Allowance, depth: int) -> AttributeValue:
    _check_depth(depth)
    entries: dict[str, AttributeValue] = {}
    for entry in islice(parse_map(data).values, MAX_ELEMENTS):
        if not take(left):
            return {**entries, CUT_MARK: None}
        key, value = _read(entry, left, depth)
        entries[key] = value
    return entries


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("values are nested too deeply")
