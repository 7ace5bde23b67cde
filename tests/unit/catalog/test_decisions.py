"""What is remembered of decisions changes how fast a verdict comes, never which."""

from __future__ import annotations

import random

import pytest

from failcat_catalog.builtin import builtin_files
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import read_document
from failcat_catalog.examples import observation_of
from failcat_catalog.matcher import decisions
from failcat_catalog.matcher.decisions import DecisionTree
from failcat_catalog.matcher.evidence import Evidence, initial_evidence
from failcat_catalog.types import Observation

TEXTS = (
    "",
    "Error code: 429 - rate limit",
    "prompt is too long: 9 tokens",
    "[Errno 111] Connection refused",
    "nothing",
)


def all_examples() -> list[Observation]:
    documents = map(read_document, builtin_files())
    return [
        observation_of(example)
        for document in documents
        for rule in document.get("rules") or ()
        for example in (*(rule.get("examples") or ()), *(rule.get("counter_examples") or ()))
    ]


def test_the_order_of_failures_changes_no_verdict() -> None:
    index = Catalog.builtin()._winners.index
    tree = DecisionTree(index)
    seen = [
        observation._replace(message=message)
        for observation in all_examples()
        for message in (observation.message, *TEXTS)
    ]
    fresh = [index.winner(Evidence(initial_evidence(observation, index), index)) for observation in seen]
    wanted = list(zip(seen, fresh, strict=True)) * 2
    random.Random(1).shuffle(wanted)
    assert all(tree.winner(observation) is winner for observation, winner in wanted)


def test_the_tree_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MAX_NODES", 10)
    tree = DecisionTree(Catalog.builtin()._winners.index)
    for number in range(100):
        assert tree.winner(Observation(error_type=f"shop.Error{number}")) is None
        assert len(tree._roots) <= 10


def test_texts_of_one_kind_are_distinguished_by_their_results() -> None:
    catalog = Catalog.from_document(Catalog.builtin().document, "fresh")
    texts = ["status code 503: gone", "status code 429: gone", "status code 503: gone again", "status code: gone"]
    statuses = [catalog.match(Observation(message=text)).matched for text in texts]
    assert statuses == ["http.status=503", "http.status=429", "http.status=503", ""]


def test_a_message_that_a_rule_names_as_a_whole_is_no_other_message() -> None:
    catalog = Catalog.from_document(Catalog.builtin().document, "fresh")
    whole = next(fact.removeprefix("exact:") for fact in sorted(catalog._winners.index.texts.whole_messages))
    for _ in range(2):
        assert catalog.match(Observation(message=f"{whole} zzz")).matched != f"message={whole}"
        assert catalog.match(Observation(message=f" {whole}.")).matched == f"message={whole}"
