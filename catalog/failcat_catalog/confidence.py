"""How far a verdict can be trusted: the share of cases in which a rule of this kind is right.

Measured by benchmarks/quality.py on labelled failures, per tier and for general rules apart, as
(right + 1) / (cases + 2) (Laplace), so that a tier with few cases stays modest. An entry's own code is 1.0 by
definition: the application said so.
"""

from __future__ import annotations

from failcat_catalog.matcher.tiers import Tier

SPECIFIC = {
    Tier.PROVIDER_CODE: 0.97,
    Tier.EXPLICIT_CODE: 1.0,
    Tier.CODE: 0.95,
    Tier.TEXT_CODE: 0.95,
    Tier.TYPE_AND_MORE: 0.95,
    Tier.PROTOCOL_CODE: 0.93,
    Tier.TYPE: 0.93,
    Tier.WHOLE_MESSAGE: 0.95,
    Tier.MESSAGE: 0.93,
    Tier.TYPE_NAME: 0.85,
    Tier.FALLBACK: 0.6,
}

GENERAL = {
    Tier.PROVIDER_CODE: 0.85,
    Tier.EXPLICIT_CODE: 1.0,
    Tier.CODE: 0.85,
    Tier.TEXT_CODE: 0.85,
    Tier.TYPE_AND_MORE: 0.85,
    Tier.PROTOCOL_CODE: 0.85,
    Tier.TYPE: 0.85,
    Tier.WHOLE_MESSAGE: 0.9,
    Tier.MESSAGE: 0.8,
    Tier.TYPE_NAME: 0.75,
    Tier.FALLBACK: 0.5,
}


def confidence(tier: Tier, *, general: bool) -> float:
    return (GENERAL if general else SPECIFIC)[tier]
