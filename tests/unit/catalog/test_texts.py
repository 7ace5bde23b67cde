"""Texts are read only as far as rules ask, and no further than is good for the process."""

from __future__ import annotations

import pytest

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import RuleDocument
from failcat_catalog.matcher.automaton import MAX_LITERALS
from failcat_catalog.matcher.patterns import MAX_TEXT_BYTES
from failcat_catalog.matcher.texts import FIRST_BYTES, MAX_TRIED, TextScanner
from failcat_catalog.types import Observation

WORDS = [f"word{number:03}" for number in range(200)]
BODY = "Error code: 429 - {'error': {'message': 'Rate limit reached for m', 'code': 'rate_limit_exceeded'}}"


def scanner_of(*patterns: str) -> TextScanner:
    return TextScanner([], [f"text:{pattern}" for pattern in patterns], {})


def test_a_text_crowded_with_known_words_is_read_no_further() -> None:
    scanned = scanner_of(*WORDS).scan(" ".join(WORDS * 4))
    assert len(scanned.text) == FIRST_BYTES
    assert scanned.implications.facts == {f"text:{word}" for word in WORDS[:MAX_LITERALS]}


def test_other_long_texts_are_read_to_the_limit() -> None:
    scanned = scanner_of(*WORDS).scan("- " * 1500 + "word007 " + "- " * 1500)
    assert len(scanned.text) == MAX_TEXT_BYTES
    assert scanned.implications.facts == {"text:word007"}


def test_of_many_patterns_those_of_the_best_rules_are_tried() -> None:
    patterns = [f"same \\d{{{width}}} " for width in range(1, 3 * MAX_TRIED)]
    implications = scanner_of(*patterns).scan("same 7 thing").implications
    assert set(implications.tried) == {f"text:{pattern}" for pattern in patterns[:MAX_TRIED]}


def test_a_verdict_does_not_depend_on_who_asked_about_the_text_before() -> None:
    askers = [
        Observation(message=BODY),
        Observation(message=BODY, exception_type="openai.RateLimitError"),
        Observation(message=BODY, attributes={"gen_ai.provider.name": "gcp.gemini"}),
        Observation(message=BODY, exception_type="shop.OrderError"),
    ]
    builtin = Catalog.builtin().document
    alone = [Catalog.from_document(builtin, "fresh").match(asker).rule for asker in askers]
    shared = Catalog.from_document(builtin, "shared")
    assert [shared.match(asker).rule for asker in reversed(askers)] == alone[::-1]
    assert [shared.match(asker).rule for asker in askers] == alone


@pytest.mark.parametrize(
    ("message", "wins"),
    [("Quota gone for today, slow down", ""), ("slow down", "test.code"), ("Quota", "test.code"), ("", "test.code")],
)
def test_a_code_is_forbidden_by_the_text_only_where_the_text_says_so(message: str, wins: str) -> None:
    rule: RuleDocument = {
        "id": "test.code",
        "code": "RATE_LIMITED",
        "when": [{"codes": ["slow"]}],
        "unless": [{"message": ["quota .{1,9} for today"]}],
    }
    catalog = Catalog.from_document({"entries": Catalog.builtin().document["entries"], "rules": [rule]}, "test")
    seen = Observation(error_type="slow", message=message)
    assert catalog.match(seen).rule == wins == catalog.explain(seen).match.rule


@pytest.mark.parametrize(("message", "wins"), [("the day is over", "test.finer"), ("over", "test.code")])
def test_a_finer_rule_for_the_same_code_needs_its_text(message: str, wins: str) -> None:
    rules: list[RuleDocument] = [
        {"id": "test.code", "code": "RATE_LIMITED", "when": [{"codes": ["slow"]}]},
        {"id": "test.finer", "code": "QUOTA_EXHAUSTED", "when": [{"codes": ["slow"], "message": ["day .{1,9}over"]}]},
    ]
    catalog = Catalog.from_document({"entries": Catalog.builtin().document["entries"], "rules": rules}, "test")
    seen = Observation(error_type="slow", message=message)
    assert catalog.match(seen).rule == wins == catalog.explain(seen).match.rule


def test_a_warm_catalog_has_compiled_what_texts_need() -> None:
    catalog = Catalog.from_document(Catalog.builtin().document, "fresh")
    catalog.warm_up()
    automaton = catalog._winners.index.texts.compile()
    assert catalog.match(Observation(message=BODY)).code == "RATE_LIMITED"
    assert catalog._winners.index.texts.compile() is automaton
