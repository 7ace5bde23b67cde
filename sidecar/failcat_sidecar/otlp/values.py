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


def attributes_of(pairs: Iterable[KeyValue]) -> dict[str, AttributeValue]:
    """A key that is sent twice has its last value."""
    # Texts are nearly all values: asking for one first spares a call.
    return {pair.key: pair.value.string_value or value_of(pair.value) for pair in islice(pairs, MAX_ATTRIBUTES)}


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
