"""How far a verdict can be trusted: the share of cases in which a rule of its kind is right.

The counts were measured by benchmarks/quality.py on 164 labelled failures, of which 45 are nobody's. A kind's
confidence is (right + 1) / (cases + 2), Laplace's estimate, so that a kind with few cases stays modest and one without
any gets one half. The rules were written with these failures at hand, so the counts are the upper end of the truth.
A code that was sent is 1.0 by definition: the application or the provider itself said what it is.
"""

from __future__ import annotations

from enum import StrEnum

from failcat_catalog.matcher.tiers import Tier


class Evidence(StrEnum):
    """Kinds of match that are measured together, so that each has enough cases."""

    SENT_CODE = "a code that was sent"
    READ_CODE = "a code read in the text or a protocol"
    CLASS = "an exception's class"
    TEXT = "the text"
    GENERAL = "a general rule"
    FAMILY = "only the family"


MEASURED = {
    Evidence.READ_CODE: (10, 10),
    Evidence.CLASS: (36, 36),
    Evidence.TEXT: (62, 62),
    Evidence.GENERAL: (11, 11),
    Evidence.FAMILY: (0, 0),
}
"""(right, cases) of each kind."""

_EVIDENCE = {
    Tier.PROVIDER_CODE: Evidence.SENT_CODE,
    Tier.EXPLICIT_CODE: Evidence.SENT_CODE,
    Tier.CODE: Evidence.SENT_CODE,
    Tier.TEXT_CODE: Evidence.READ_CODE,
    Tier.PROTOCOL_CODE: Evidence.READ_CODE,
    Tier.TYPE_AND_MORE: Evidence.CLASS,
    Tier.TYPE: Evidence.CLASS,
    Tier.TYPE_NAME: Evidence.CLASS,
    Tier.WHOLE_MESSAGE: Evidence.TEXT,
    Tier.MESSAGE: Evidence.TEXT,
}


def evidence_of(tier: Tier, *, general: bool) -> Evidence:
    if tier is Tier.FALLBACK:
        return Evidence.FAMILY
    return Evidence.GENERAL if general and tier is not Tier.EXPLICIT_CODE else _EVIDENCE[tier]


def confidence(tier: Tier, *, general: bool) -> float:
    """0..1, rounded to hundredths."""
    evidence = evidence_of(tier, general=general)
    if evidence is Evidence.SENT_CODE:
        return 1.0
    right, cases = MEASURED[evidence]
    return round((right + 1) / (cases + 2), 2)
