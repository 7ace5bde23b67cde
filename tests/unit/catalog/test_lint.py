"""What lint says of rules, and that it has nothing against the built-in ones."""

import pytest

from failcat_catalog.build import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.lint import Layer, Level, lint, unbounded_gap

ENTRIES = Catalog.builtin().document["entries"]
GOOD = {
    "id": "test.good",
    "code": "TIMEOUT",
    "when": [{"message": ["frobnicator stalled"]}],
    "examples": [{"message": "the frobnicator stalled"}],
}


def findings_of(*rules):
    document = {"entries": ENTRIES, "rules": list(rules)}
    unique = {"entries": ENTRIES, "rules": list({rule["id"]: rule for rule in rules}.values())}
    return lint([Layer("test", document)], Catalog.from_document(unique, "test"))


def test_a_good_rule_passes():
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
                | {"when": [{"message": ["stalled"]}]},
                GOOD,
            ],
            "shadowed",
            "test.z",
        ),
        (
            [
                GOOD,
                {**GOOD, "id": "test.rival", "code": "CANCELLED", "when": [{"message": ["stalled"]}], "examples": []},
            ],
            "overlap",
            "test.good",
        ),
    ],
)
def test_a_remark_names_the_rule(rules, kind, rule):
    assert (kind, rule) in {(finding.kind, finding.rule) for finding in findings_of(*rules)}


@pytest.mark.parametrize(("builtin", "kinds"), [(True, ["duplicate-id"]), (False, [])])
def test_built_in_files_may_not_replace_each_other_and_layers_may(builtin, kinds):
    document = {"entries": ENTRIES, "rules": [GOOD]}
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
def test_an_unbounded_gap_is_found(pattern, gap):
    assert unbounded_gap(pattern) == gap


def test_the_built_in_rules_have_no_errors():
    layers = [Layer("built-in", builtin_document())]
    assert [str(finding) for finding in lint(layers, Catalog.builtin()) if finding.level is Level.ERROR] == []
