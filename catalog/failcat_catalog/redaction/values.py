"""Redaction of attribute values, which may be nested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import is_

from failcat_catalog.redaction.assignments import kind_of_key
from failcat_catalog.redaction.marks import MARKS, mark
from failcat_catalog.redaction.scan import redact
from failcat_catalog.types import AttributeValue

_MAX_CACHED_CHARS = 128
MAX_DEPTH = 16
"""Deeper values are replaced as a whole, because they have not been inspected."""


def redact_value(value: AttributeValue, key: str = "") -> AttributeValue:
    """`value` without secrets; the same object when none was found. Under a secret's name every text is redacted."""
    return _redact(value, kind_of_key(key) if key else "", 0)


def _redact(value: AttributeValue, kind: str, depth: int) -> AttributeValue:
    """`kind` is that of the nearest secret's name above; empty without one."""
    if isinstance(value, str):
        return mark(kind) if kind and value and value not in MARKS else redact(value)
    if isinstance(value, bytes):
        return mark(kind) if kind and value else value
    if value is None or isinstance(value, int | float):
        return value
    if depth >= MAX_DEPTH:
        return mark("nested")
    return _redact_mapping(value, kind, depth) if isinstance(value, Mapping) else _redact_sequence(value, kind, depth)


def _redact_mapping(value: Mapping[str, AttributeValue], kind: str, depth: int) -> AttributeValue:
    clean: dict[str, AttributeValue] = {}
    same = True
    for key, item in value.items():
        name, key_kind = _known_key(key) if len(key) <= _MAX_CACHED_CHARS else _read_key(key)
        clean[name] = _redact(item, kind or key_kind, depth + 1)
        same = same and name == key and clean[name] is item
    return value if same else clean


def _read_key(key: str) -> tuple[str, str]:
    """The key without secrets, and the kind of secret that its name implies."""
    return redact(key), kind_of_key(key)


# Attribute names repeat.
_known_key = lru_cache(maxsize=2048)(_read_key)


def _redact_sequence(value: Sequence[AttributeValue], kind: str, depth: int) -> AttributeValue:
    clean = [_redact(item, kind, depth + 1) for item in value]
    return value if all(map(is_, clean, value)) else clean
