"""Why a rule won and others lost."""

from __future__ import annotations

from typing import Any, cast

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import ConditionDocument, RuleDocument
from failcat_catalog.explain import Explanation
from failcat_catalog.matcher.tiers import Tier
from failcat_catalog.types import Observation

ENTRIES = Catalog.builtin().document["entries"]


def explain(*rules: RuleDocument, **fields: Any) -> Explanation:
    return Catalog.from_document({"entries": ENTRIES, "rules": list(rules)}, "test").explain(Observation(**fields))


def rule(name: str, *when: ConditionDocument, **more: Any) -> RuleDocument:
    return cast(RuleDocument, {"id": f"test.{name}", "code": "TIMEOUT", "when": list(when), **more})


def test_an_explanation_names_the_winner_what_was_seen_and_every_loser_with_its_reason() -> None:
    explanation = explain(
        rule("winner", {"types": ["a.SlowError"]}),
        rule("general", {"message": ["too slow"]}, general=True),
        rule("later", {"message": ["too slow"]}),
        rule("unmet", {"message": ["too slow"], "statuses": [504]}),
        rule("vetoed", {"message": ["too slow"]}, unless=[{"types": ["a.SlowError"]}]),
        rule("absent", {"message": ["too fast"]}),
        exception_type="a.SlowError",
        message="too slow",
    )
    assert (explanation.match.rule, explanation.tier, explanation.general) == ("test.winner", Tier.TYPE, False)
    assert explanation.match.matched == "type=a.SlowError"
    assert {"type=a.SlowError", "message~too slow"} <= set(explanation.seen)
    assert {loser.rule.removeprefix("test."): loser.reason for loser in explanation.competitors} == {
        "later": "message ranks below type",
        "unmet": "not seen: http.status=504",
        "vetoed": "vetoed by unless: type=a.SlowError",
        "general": "a general rule applies only when no specific rule holds",
    }


def test_an_unknown_failure_has_no_winner_and_no_competitors() -> None:
    explanation = explain(rule("one", {"message": ["too slow"]}), message="too fast")
    assert (explanation.match.known, explanation.tier, explanation.competitors) == (False, None, ())


def test_a_tie_is_told_apart() -> None:
    explanation = explain(
        rule("more", {"message": ["much too slow"], "prefix": ["much"]}),
        rule("twin", {"message": ["much too slow"], "prefix": ["much"]}),
        rule("longer", {"message": ["much too slow"]}),
        rule("shorter", {"message": ["too slow"]}),
        message="much too slow",
    )
    assert [(loser.rule, loser.tie) for loser in explanation.competitors] == [
        ("test.twin", True),
        ("test.longer", False),
        ("test.shorter", False),
    ]
    assert [loser.reason for loser in explanation.competitors] == [
        "a shorter literal, or a later id",
        "fewer conditions hold together",
        "fewer conditions hold together",
    ]
