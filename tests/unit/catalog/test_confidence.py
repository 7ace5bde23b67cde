"""How far verdicts are trusted."""

from __future__ import annotations

import pytest

from failcat_catalog.confidence import MEASURED, EvidenceKind, confidence
from failcat_catalog.matcher.tiers import Tier


def test_a_code_that_was_sent_is_certain_unless_its_rule_is_general() -> None:
    assert {confidence(tier, general=False) for tier in (Tier.PROVIDER_CODE, Tier.EXPLICIT_CODE, Tier.CODE)} == {1.0}
    assert confidence(Tier.EXPLICIT_CODE, general=True) == 1.0
    assert confidence(Tier.PROVIDER_CODE, general=True) < 1.0


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("general", [True, False])
def test_every_kind_of_match_has_a_confidence(tier: Tier, general: bool) -> None:
    assert 0.0 < confidence(tier, general=general) <= 1.0


def test_confidence_is_laplaces_estimate_of_the_measured_share() -> None:
    right, cases = MEASURED[EvidenceKind.TEXT]
    assert confidence(Tier.MESSAGE, general=False) == pytest.approx((right + 1) / (cases + 2), abs=0.005)
    assert confidence(Tier.FALLBACK, general=False) == 0.5
