"""Any Python value as what an attribute can hold: text, numbers, lists and mappings, bounded.

An agent's context holds datetimes, decimals, paths, records and objects whose methods raise. None of them may cost the
failure: what cannot be read is stored as the name of its class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import islice
from typing import Any

from failcat._guard import reraise_if_signalled
from failcat._reporting.observation import class_name_of
from failcat._scope import text_of_value
from failcat_catalog.sanitize import MAX_DEPTH, MAX_ELEMENTS, MAX_VALUE_BYTES
from failcat_catalog.types import AttributeValue

MAX_KEYS = 64
_MAX_CHARS = 4 * MAX_VALUE_BYTES  # the sanitiser reads as many of one text
_MAX_VALUES = 1_024  # of one context, nested ones too: a container may hold itself


def plain_values(context: object) -> dict[str, AttributeValue]:
    """The items of a mapping; of anything else one item `context`, unless it is None."""
    if context is None:
        return {}
    reader = _Reader()
    items = reader.guarded(lambda: reader.items(context), None)
    return items if isinstance(items, dict) else {"context": reader.read(context, 0)}


class _Reader:
    """Reads one context, at most _MAX_VALUES values of it."""

    def __init__(self) -> None:
        self._values_left = _MAX_VALUES

    def guarded(self, read: Callable[[], AttributeValue], default: AttributeValue) -> AttributeValue:
        try:
            return read()
        except BaseException as error:  # methods of the agent's objects raise anything, SystemExit too
            reraise_if_signalled(error)
            return default

    def read(self, value: object, depth: int) -> AttributeValue:
        self._values_left -= 1
        if depth > MAX_DEPTH or self._values_left < 0:
            return f"<{type(value).__name__}>"
        return self.guarded(lambda: self._read(value, depth), f"<{type(value).__name__}>")

    def _read(self, value: object, depth: int) -> AttributeValue:
        for types, convert in _SCALARS:
            if isinstance(value, types):
                return convert(value)
        if isinstance(value, Enum):
            return self.read(value.value, depth + 1)
        if isinstance(value, Mapping):
            return self.mapping(value, depth, MAX_ELEMENTS)
        if isinstance(value, list | tuple | Set):
            return [self.read(item, depth + 1) for item in islice(value, MAX_ELEMENTS)]
        if is_dataclass(value) and not isinstance(value, type):
            return {each.name: self.read(getattr(value, each.name, None), depth + 1) for each in fields(value)}
        return text_of_value(value, _MAX_CHARS)

    def items(self, context: object) -> AttributeValue:
        return self.mapping(context, 0, MAX_KEYS) if isinstance(context, Mapping) else None

    def mapping(self, value: Mapping[object, object], depth: int, max_items: int) -> dict[str, AttributeValue]:
        items = islice(value.items(), max_items)
        return {text_of_value(key, _MAX_CHARS): self.read(item, depth + 1) for key, item in items}


_SCALARS: tuple[tuple[type | tuple[type, ...], Callable[[Any], AttributeValue]], ...] = (
    ((type(None), bool), lambda value: value),
    # Without the methods of a subclass.
    (str, lambda value: str.__str__(value)[:_MAX_CHARS]),
    (int, int.__int__),
    (float, float.__float__),
    ((bytes, bytearray, memoryview), lambda value: bytes(memoryview(value)[:MAX_VALUE_BYTES])),
    (BaseException, lambda value: f"{class_name_of(value)}: {text_of_value(value, _MAX_CHARS)}"),
)
