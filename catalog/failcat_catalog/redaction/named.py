"""Redaction of a text by the name of its attribute."""

from __future__ import annotations

from failcat_catalog.redaction.assignments import kind_of_key
from failcat_catalog.redaction.marks import MARKS, mark
from failcat_catalog.redaction.scan import redact


def redact_named(text: str, key: str) -> str:
    """`text` without secrets; under a secret's name the whole text is replaced. Idempotent."""
    kind = kind_of_key(key) if key else ""
    if not kind:
        return redact(text)
    return mark(kind) if text and text not in MARKS else text
