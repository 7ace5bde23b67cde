"""A MatchResult that the agent passed explicitly, as JSON on the span."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TypeVar

import msgspec

from failcat_catalog.types import AttributeValue
from failcat_catalog.vocabulary import Category, RecoveryMode, Severity
from failcat_sidecar.extract.attribution import name_of
from failcat_sidecar.extract.failure import ExplicitVerdict

MAX_JSON_CHARS = 4_096
MAX_SUGGESTIONS = 8

E = TypeVar("E", bound=StrEnum)


class _Passed(msgspec.Struct):
    code: str
    rule: str | None = None
    confidence: float | None = None
    matched: bool = True
    category: str | None = None
    severity: str | None = None
    recovery_mode: str | None = None
    retryable: bool | None = None
    suggestions: list[str] | None = None


_decoder = msgspec.json.Decoder(_Passed)


def verdict_of(value: AttributeValue) -> ExplicitVerdict | None:
    """None if it is not a valid object with a code; one that says `matched: false` needs none. A category, severity or
    mode that Failcat does not know counts as absent."""
    if not isinstance(value, str) or len(value) > MAX_JSON_CHARS:
        return None
    try:
        passed = _decoder.decode(value)
    except (ValueError, RecursionError):
        return None
    if not passed.matched:
        return ExplicitVerdict("", "", 0.0)
    code = name_of(passed.code.strip())
    confidence = 1.0 if passed.confidence is None else passed.confidence
    if not code or not math.isfinite(confidence):
        return None
    return ExplicitVerdict(
        code,
        name_of(passed.rule or ""),
        min(max(confidence, 0.0), 1.0),
        _member(Category, passed.category),
        _member(Severity, passed.severity),
        _member(RecoveryMode, passed.recovery_mode),
        passed.retryable,
        None if passed.suggestions is None else tuple(map(name_of, passed.suggestions[:MAX_SUGGESTIONS])),
    )


def _member(kind: type[E], value: str | None) -> E | None:
    return kind(value) if value is not None and value in kind.__members__.values() else None
