"""Redaction of attribute values, which may be nested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from failcat_catalog.redaction.assignments import kind_of_key
from failcat_catalog.redaction.marks import mark
from failcat_catalog.redaction.scan import redact
from failcat_catalog.types import AttributeValue

MAX_DEPTH = 16
"""What lies deeper is replaced as a whole, because nobody has looked into it."""


def redact_value(value: AttributeValue, key: str = "", depth: int = 0) -> AttributeValue:
    """`value` without secrets; the same object when none was found. Under a name of a secret every text goes."""
    kind = kind_of_key(key) if key else ""
    if isinstance(value, str):
        return mark(kind) if kind and value else redact(value)
    if isinstance(value, bytes):
        return mark(kind) if kind and value else value
    if isinstance(value, Mapping):
        return _redact_mapping(value, depth)
    if isinstance(value, Sequence):
        return _redact_sequence(value, key, depth)
    return value


def _redact_mapping(value: Mapping[str, AttributeValue], depth: int) -> AttributeValue:
    if depth >= MAX_DEPTH:
        return mark("nested")
    clean = {redact(key): redact_value(item, key, depth + 1) for key, item in value.items()}
    same = len(clean) == len(value) and all(clean.get(key) is item for key, item in value.items())
    return value if same else clean


def _redact_sequence(value: Sequence[AttributeValue], key: str, depth: int) -> AttributeValue:
    if depth >= MAX_DEPTH:
        return mark("nested")
    clean = [redact_value(item, key, depth + 1) for item in value]
    return value if all(map(lambda new, old: new is old, clean, value)) else clean
