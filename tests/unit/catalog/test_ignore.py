"""What an operator calls no failure: rules under `ignore:`, which win over every verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from failcat_catalog.builtin import builtin_files
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogDocument, CatalogError, IgnoreDocument, read_document
from failcat_catalog.examples import count, failed_examples
from failcat_catalog.lint import Layer, lint
from failcat_catalog.types import Observation

QUIET: IgnoreDocument = {
    "id": "mine.quiet",
    "when": [{"message": ["warming up the cache"]}],
    "unless": [{"message": ["after 9 tries"]}],
    "examples": [{"message": "warming up the cache, please wait"}],
    "counter_examples": [{"message": "warming up the cache failed after 9 tries"}],
}


def ignoring(*rules: IgnoreDocument) -> Catalog:
    return Catalog.builtin().with_layer({"ignore": list(rules)}, "mine")


def when(**condition: Any) -> IgnoreDocument:
    return cast("IgnoreDocument", {"id": "mine.quiet", "when": [condition]})


CONDITIONS: list[tuple[dict[str, Any], Observation, bool]] = [
    ({"message": ["frobnicator .{0,9}stalled"]}, Observation(message="the frobnicator has stalled"), True),
    ({"types": ["acme.StopCrawl"]}, Observation(exception_type="acme.StopCrawl"), True),
    ({"types": ["acme.StopCrawl"]}, Observation(exception_type="acme.Other"), False),
    ({"codes": ["rate_limit_exceeded"]}, Observation(error_type="rate_limit_exceeded"), True),
    ({"codes": ["PARCEL_LOST"]}, Observation(error_code="PARCEL_LOST"), True),
    ({"statuses": [404]}, Observation(attributes={"http.response.status_code": 404}), True),
    ({"attributes": {"probe": ["*"]}}, Observation(message="x", attributes={"probe": True}), True),
    ({"statuses": [404], "attributes": {"probe": ["*"]}}, Observation(attributes={"http.status_code": 404}), False),
]


@pytest.mark.parametrize(("condition", "observation", "ignored"), CONDITIONS)
def test_conditions_are_those_of_rules(condition: dict[str, Any], observation: Observation, ignored: bool) -> None:
    catalog = ignoring(when(**condition))
    match = catalog.match(observation)
    assert match.ignored_by == ("mine.quiet" if ignored else "")
    assert replace(match, ignored_by="") == Catalog.builtin().match(observation)
    assert catalog.explain(observation).match == match


def test_unless_vetoes_and_a_later_layer_replaces() -> None:
    catalog = ignoring(QUIET)
    quiet, tried = (
        Observation(message="warming up the cache"),
        Observation(message="warming up the cache after 9 tries"),
    )
    assert (catalog.match(quiet).ignored_by, catalog.match(tried).ignored_by) == ("mine.quiet", "")
    assert catalog.explain(quiet).ignored_because
    later = catalog.with_layer({"ignore": [when(message=["another text of mine"])]}, "later")
    assert later.match(quiet).ignored_by == ""


def test_the_version_counts_what_is_ignored_and_nothing_else() -> None:
    plain = Catalog.builtin().with_layer({"rules": []}, "mine").version
    assert plain == Catalog.builtin().version != ignoring(QUIET).version
    assert ignoring({**QUIET, "examples": []}).version == ignoring(QUIET).version


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"id": "mine.quiet"}, "'when' is a required property"),
        ({**QUIET, "code": "TIMEOUT"}, "code"),
        ({**QUIET, "when": [{"message": ["(unclosed"]}]}, r"mine\.quiet: when\.0\.message"),
    ],
)
def test_a_wrong_rule_is_named(rule: dict[str, Any], words: str) -> None:
    with pytest.raises(CatalogError, match=words):
        Catalog.builtin().with_layer({"ignore": [rule]}, "mine")


def test_examples_are_answered() -> None:
    wrong: IgnoreDocument = {**QUIET, "examples": [{"message": "nothing"}], "counter_examples": QUIET["examples"]}
    assert count({"ignore": [QUIET]}) == 2
    assert not list(failed_examples({"ignore": [QUIET]}, ignoring(QUIET)))
    found = [str(answer) for answer in failed_examples({"ignore": [wrong]}, ignoring(wrong))]
    assert [("wanted ignored" in line, "wanted not ignored" in line) for line in found] == [
        (True, False),
        (False, True),
    ]
    assert "ignored by mine.quiet" in found[1]


LINTED = [
    (QUIET, []),
    ({**QUIET, "examples": []}, ["missing-examples"]),
    ({**QUIET, "examples": [{"message": "nothing"}]}, ["dead"]),
    ({**QUIET, "when": [{"message": ["[ab].*"]}]}, ["broad", "no-literal", "unbounded-gap"]),
    ({**QUIET, "when": [{"protocol": ["http"]}]}, ["broad", "dead"]),
]


@pytest.mark.parametrize(("rule", "kinds"), LINTED)
def test_lint(rule: IgnoreDocument, kinds: list[str]) -> None:
    document: CatalogDocument = {"ignore": [rule]}
    layers = [*(Layer(path.name, read_document(path), builtin=True) for path in builtin_files()), Layer("m", document)]
    assert sorted(finding.kind for finding in lint(layers, ignoring(rule))) == kinds


def test_an_id_is_used_once() -> None:
    document: CatalogDocument = {"ignore": [QUIET, QUIET]}
    assert [finding.kind for finding in lint([Layer("m", document)], ignoring(QUIET))] == ["duplicate-id"]


def test_failcat_itself_ignores_nothing(tmp_path: Path) -> None:
    assert not Catalog.builtin().ignore and not any("ignore" in read_document(path) for path in builtin_files())
