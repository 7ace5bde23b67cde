"""Attribute values, ids and numbers of OTLP JSON as Python values. All functions raise ValueError."""

from __future__ import annotations

import math
from binascii import unhexlify
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from failcat_catalog.log_failures import severity_of
from failcat_catalog.text import CUT_MARK
from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.json_types import AnyValue, Integer64, KeyValue
from failcat_sidecar.otlp.values import MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, Allowance, allowance, take

_ABSENT = (b"", b"null")
_UNUSUAL_NUMBERS = {b'"NaN"': math.nan, b'"Infinity"': math.inf, b'"-Infinity"': -math.inf}


def attributes_of(pairs: Iterable[KeyValue] | None) -> dict[str, AttributeValue]:
    left = allowance()
    return {pair.key or "": value_of(pair.value, left) for pair in islice(pairs or (), MAX_ATTRIBUTES)}


def value_of(value: AnyValue | None, left: Allowance, depth: int = 0) -> AttributeValue:  # noqa: PLR0911  # one return for each kind
    """None for an empty value."""
    if value is None:
        return None
    if value.string_value is not None:
        return value.string_value
    if value.int_value is not None:
        return _bounded(value.int_value, -(1 << 63), (1 << 63) - 1)
    if value.bool_value is not None:
        return value.bool_value
    if (double := bytes(value.double_value)) not in _ABSENT:
        return _double(double)
    if value.bytes_value is not None:
        return value.bytes_value
    if depth > MAX_DEPTH:
        raise ValueError("values are nested too deeply")
    if value.array_value is not None:
        return _array(value.array_value.values or (), left, depth + 1)
    if value.kvlist_value is not None:
        return _map(value.kvlist_value.values or (), left, depth + 1)
    return None


def _array(values: Sequence[AnyValue], left: Allowance, depth: int) -> AttributeValue:
    elements: list[AttributeValue] = []
    for value in islice(values, MAX_ELEMENTS):
        if not take(left):
            return [*elements, CUT_MARK]
        elements.append(value_of(value, left, depth))
    return elements


def _map(pairs: Sequence[KeyValue], left: Allowance, depth: int) -> AttributeValue:
    entries: dict[str, AttributeValue] = {}
    for pair in islice(pairs, MAX_ELEMENTS):
        if not take(left):
            return {**entries, CUT_MARK: None}
        entries[pair.key or ""] = value_of(pair.value, left, depth)
    return entries


def nanoseconds_of(value: Integer64) -> int:
    """An unsigned 64-bit number; 0 when absent."""
    return 0 if value is None else _bounded(value, 0, (1 << 64) - 1)


def severity_number_of(value: int | str | None) -> int:
    """0 when absent, or the name of no level."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() and len(value) <= 2 else severity_of(0, value.rpartition("_")[2])
    return value or 0


def id_of(text: str | None) -> bytes:
    """The bytes of hexadecimal digits of either case; empty when absent. Any length is accepted: short ids are no
    error."""
    return unhexlify(text) if text else b""


def _bounded(value: int | str, lowest: int, highest: int) -> int:
    if isinstance(value, str) and not (len(value) <= 20 and value.removeprefix("-").isdecimal() and value.isascii()):
        raise ValueError(f"{value[:40]!r} is not a 64-bit number")
    number = int(value)
    if not lowest <= number <= highest:
        raise ValueError(f"{number} is out of range")
    return number


def _double(raw: bytes) -> float:
    """A number too large for a double is infinite, as in Python; an error would reject the whole failure."""
    if raw in _UNUSUAL_NUMBERS:
        return _UNUSUAL_NUMBERS[raw]
    if raw[:1] == b'"':
        raw = msgspec.json.decode(raw, type=str).encode()
    if raw[:1] not in b"-0123456789" or b"_" in raw:
        raise ValueError("a double is neither a number nor NaN nor Infinity")
    return float(raw)
