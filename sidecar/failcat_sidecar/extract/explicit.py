"""A MatchResult that the agent passed explicitly, as JSON on the span."""

from __future__ import annotations

import math

import msgspec

from failcat_catalog.types import AttributeValue
from failcat_sidecar.extract.attribution import name_of
from failcat_sidecar.extract.failure import ExplicitVerdict

MAX_JSON_CHARS = 4_096


class _Passed(msgspec.Struct):
    code: str
    rule: str | None = None
    confidence: float | None = None


_decoder = msgspec.json.Decoder(_Passed)


def verdict_of(value: AttributeValue) -> ExplicitVerdict | None:
    """None if it is not a valid object with a code."""
    if not isinstance(value, str) or len(value) > MAX_JSON_CHARS:
        return None
    try:
        passed = _decoder.decode(value)
    except (ValueError, RecursionError):
        return None
    code = name_of(passed.code.strip())
    confidence = 1.0 if passed.confidence is None else passed.confidence
    if not code or not math.isfinite(confidence):
        return None
    return ExplicitVerdict(code, name_of(passed.rule or ""), min(max(confidence, 0.0), 1.0))
