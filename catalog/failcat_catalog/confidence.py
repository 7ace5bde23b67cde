"""The confidence of a verdict: the share of cases in which a rule of its kind is right.

The counts were measured by benchmarks/quality.py on 164 labelled failures, of which 45 are an application's own. A
kind's confidence is (right + 1) / (cases + 2), Laplace's estimate, so that a kind with few cases stays modest and one
without any gets one half. The rules were written with these failures at hand, so the counts are the upper end of the
truth. A code that was sent has 1.0 by definition: the application or the provider itself named the failure.
"""

from __future__ import annotations

from enum import StrEnum

from failcat_catalog.matcher.tiers import Tier


class EvidenceKind(StrEnum):
    """Kinds of match that are measured together, so that each has enough cases."""

    SENT_CODE = "a code that was sent"
    READ_CODE = "a code read in the text or a protocol"
    CLASS = "an exception's class"
    TEXT = "the text"
    GENERAL = "a general rule"
    FAMILY = "only the family"


MEASURED = {
    EvidenceKind.READ_CODE: (10, 10),
    EvidenceKind.CLASS: (36, 36),
    EvidenceKind.TEXT: (62, 62),
    EvidenceKind.GENERAL: (11, 11),
    EvidenceKind.FAMILY: (0, 0),
}
"""(right, cases) of each kind."""

_KINDS = {
    Tier.PROVIDER_CODE: EvidenceKind.SENT_CODE,
    Tier.EXPLICIT_CODE: EvidenceKind.SENT_CODE,
    Tier.CODE: EvidenceKind.SENT_CODE,
    Tier.TEXT_CODE: EvidenceKind.READ_CODE,
    Tier.PROTOCOL_CODE: EvidenceKind.READ_CODE,
    Tier.TYPE_AND_MORE: EvidenceKind.CLASS,
    Tier.TYPE: EvidenceKind.CLASS,
    Tier.TYPE_NAME: EvidenceKind.CLASS,
    Tier.WHOLE_MESSAGE: EvidenceKind.TEXT,
    Tier.MESSAGE: EvidenceKind.TEXT,
    Tier.SPAN: EvidenceKind.READ_CODE,
}


def evidence_kind(tier: Tier, *, general: bool) -> EvidenceKind:
    if tier is Tier.FALLBACK:
        return EvidenceKind.FAMILY
    return EvidenceKind.GENERAL if general and tier is not Tier.EXPLICIT_CODE else _KINDS[tier]


def confidence(tier: Tier, *, general: bool) -> float:
    """0..1, rounded to hundredths."""
    kind = evidence_kind(tier, general=general)
    if kind is EvidenceKind.SENT_CODE:
        return 1.0
    right, cases = MEASURED[kind]
    return round((right + 1) / (cases + 2), 2)
