"""What lint says of rules, and that it has nothing against the built-in ones."""

from __future__ import annotations

import pytest

from failcat_catalog.builtin import builtin_files
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import (
    CatalogDocument,
    ConditionDocument,
    ExampleDocument,
    RuleDocument,
    merge_documents,
    read_document,
)
from failcat_catalog.lint import Layer, LintFinding, lint, unbounded_gap

ENTRIES = Catalog.builtin().document["entries"]
GOOD: RuleDocument = {
    "id": "test.good",
    "code": "TIMEOUT",
    "when": [{"message": ["frobnicator stalled"]}],
    "examples": [{"message": "the frobnicator stalled"}],
}


def findings_of(*rules: RuleDocument) -> list[LintFinding]:
    document: CatalogDocument = {"entries": ENTRIES, "rules": list(rules)}
    unique: CatalogDocument = {"entries": ENTRIES, "rules": list({rule["id"]: rule for rule in rules}.values())}
    return lint([Layer("test", document)], Catalog.from_document(unique, "test"))


def test_a_good_rule_passes() -> None:
    assert findings_of(GOOD) == []


@pytest.mark.parametrize(
    ("rules", "kind", "rule"),
    [
        ([GOOD, GOOD], "duplicate-id", "test.good"),
        ([{**GOOD, "when": [{"message": ["stall[a-z]*?.*ed"]}]}], "unbounded-gap", "test.good"),
        ([{**GOOD, "when": [{"message": ["[fs]t|frobnicator stalled"]}]}], "no-literal", "test.good"),
        ([{**GOOD, "examples": []}], "missing-examples", "test.good"),
        ([{**GOOD, "retryable": False}], "contradiction", "test.good"),
        ([{**GOOD, "recovery": {"mode": "ABORT"}}], "contradiction", "test.good"),
        (
            [GOOD, {**GOOD, "id": "test.same", "code": "CANCELLED", "recovery": {"mode": "SKIP"}}],
            "overlap",
            "test.same",
        ),
        ([GOOD, {**GOOD, "id": "test.z"}], "dead", "test.z"),
        (
            [
                {**GOOD, "id": "test.z", "examples": [{"message": "frobnicator stalled"}, {"message": "it stalled"}]}
                | {"when": [{"message": ["stalled"]}], "recovery": {"action": "WAIT"}},
                GOOD,
            ],
            "shadowed",
            "test.z",
        ),
        (
            [
                GOOD,
                {**GOOD, "id": "test.rival", "code": "CANCELLED", "when": [{"message": ["the frobnicator sta"]}]},
            ],
            "overlap",
            "test.good",
        ),
    ],
)
def test_a_remark_names_the_rule(rules: list[RuleDocument], kind: str, rule: str) -> None:
    assert (kind, rule) in {(finding.kind, finding.rule) for finding in findings_of(*rules)}


@pytest.mark.parametrize(("builtin", "kinds"), [(True, ["duplicate-id"]), (False, [])])
def test_built_in_files_may_not_replace_each_other_and_layers_may(builtin: bool, kinds: list[str]) -> None:
    document: CatalogDocument = {"entries": ENTRIES, "rules": [GOOD]}
    layers = [Layer("a", {"rules": [GOOD]}, builtin), Layer("b", {"rules": [GOOD]}, builtin)]
    assert [finding.kind for finding in lint(layers, Catalog.from_document(document, "test"))] == kinds


@pytest.mark.parametrize(
    ("pattern", "gap"),
    [
        ("a.*b", ".*"),
        ("a.+?b", ".+"),
        ('key="[^"]+"', '[^"]+'),
        ("a.{3,}b", ".{"),
        (r"a\S+b", r"\S+"),
        ("(?:a|b)*c", ")*"),
        ("a.{0,200}b", ""),
        (r"a\.*b", ""),
        (r"\d+ tokens", ""),
        ("[*]+x", ""),
    ],
)
def test_an_unbounded_gap_is_found(pattern: str, gap: str) -> None:
    assert unbounded_gap(pattern) == gap


@pytest.mark.parametrize(
    "other",
    [
        {"message": ["stalled"]},  # another code, but the longer literal decides
        {"message": ["the frobnicator stalled"]},  # the same code and the same advice by a rule that knows more
    ],
)
def test_a_rule_that_knows_more_or_less_is_no_rival(other: ConditionDocument) -> None:
    code = "CANCELLED" if other == {"message": ["stalled"]} else "TIMEOUT"
    examples: list[ExampleDocument]
    examples = [{"message": "the job stalled"}] if code == "CANCELLED" else [{"message": "the frobnicator stalled"}]
    second: ExampleDocument = {"message": "a frobnicator stalled"}
    first: RuleDocument = {**GOOD, "examples": [*GOOD["examples"], second]}
    rival: RuleDocument = {**GOOD, "id": "test.rival", "code": code, "when": [other], "examples": examples}
    if code == "CANCELLED":
        rival["recovery"] = {"mode": "SKIP"}
    assert findings_of(first, rival) == []


def test_nothing_is_said_of_the_built_in_rules() -> None:
    layers = [Layer(path.name, read_document(path), builtin=True) for path in builtin_files()]
    catalog = Catalog.from_document(merge_documents([layer.document for layer in layers]), "catalog")
    assert [str(finding) for finding in lint(layers, catalog)] == []
