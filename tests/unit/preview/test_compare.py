"""Two catalogs' verdicts on the same failures."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import IgnoreDocument, RuleDocument
from failcat_sidecar.preview.compare import MAX_MESSAGE_CHARS, ChangeKind, Comparison, Guidance
from failcat_storage.stored import StoredFailure

UNKNOWN = Guidance("", False, "")


def catalog(*rules: RuleDocument) -> Catalog:
    return Catalog.from_document({"entries": Catalog.builtin().document["entries"], "rules": list(rules)}, "test")


def rule(name: str, pattern: str, code: str = "TIMEOUT", **fields: Any) -> RuleDocument:
    return cast(RuleDocument, {"id": f"test.{name}", "code": code, "when": [{"message": [pattern]}], **fields})


def stored(number: int, message: str, match_type: str = "unknown") -> StoredFailure:
    return StoredFailure(UUID(int=number), "x", "", message, {}, {}, "", match_type, "", 0.0, False, "", "c-1")


CURRENT = catalog(
    rule("kept", "kept stalled"),
    rule("lost", "lost stalled"),
    rule("taken", "taken stalled"),
    rule("advice", "advice stalled"),
    rule("renamed", "renamed stalled"),
)
CHANGED = catalog(
    rule("kept", "kept stalled"),
    rule("new", "new stalled"),
    rule("taken", "taken stalled", "CANCELLED"),
    rule("advice", "advice stalled", recovery={"mode": "FALLBACK"}),
    rule("other", "renamed stalled"),
)


def compared(*messages: str, max_examples: int = 3) -> Comparison:
    comparison = Comparison(CURRENT, CHANGED, max_examples)
    for number, message in enumerate(messages):
        comparison.add(stored(number, message))
    return comparison


def test_each_kind_of_change_is_told_apart() -> None:
    comparison = compared("kept stalled", "lost stalled", "taken stalled", "advice stalled", "new stalled", "nothing")
    timeout = Guidance("TIMEOUT", True, "RETRY_EXPONENTIAL")
    assert [(change.kind, change.before, change.after) for change in comparison.changes] == [
        (ChangeKind.NEWLY_MATCHED, UNKNOWN, timeout),
        (ChangeKind.LOST, timeout, UNKNOWN),
        (ChangeKind.TAKEN, timeout, Guidance("CANCELLED", False, "SKIP")),
        (ChangeKind.ADVICE, timeout, timeout._replace(mode="FALLBACK")),
    ]
    assert (comparison.read, comparison.unchanged) == (6, 2)


def test_another_rule_for_the_same_verdict_is_no_change() -> None:
    comparison = compared("renamed stalled")
    assert (comparison.changes, comparison.unchanged) == ([], 1)


def test_an_example_names_the_failure_and_both_rules() -> None:
    ((example,),) = [change.examples for change in compared("taken stalled").changes]
    assert (example.id, example.message) == (UUID(int=0), "taken stalled")
    assert (example.rule_before, example.rule_after) == ("test.taken", "test.taken")


def test_memory_is_bounded_whatever_is_read() -> None:
    comparison = compared(*["lost stalled " + "x" * 5_000] * 50, max_examples=2)
    (change,) = comparison.changes
    assert (change.count, len(change.examples)) == (50, 2)
    assert all(len(example.message) == MAX_MESSAGE_CHARS for example in change.examples)
    assert compared("lost stalled", max_examples=0).changes[0].examples == []


def test_what_an_agent_decided_is_not_asked_again() -> None:
    comparison = Comparison(CURRENT, CHANGED, 3)
    comparison.add(stored(1, "lost stalled", match_type="explicit"))
    assert (comparison.read, comparison.explicit, comparison.unchanged, comparison.changes) == (1, 1, 0, [])


def test_what_would_be_ignored_is_a_change_whatever_the_verdict() -> None:
    quiet: IgnoreDocument = {"id": "test.quiet", "when": [{"message": ["stalled"]}]}
    ignoring = CURRENT.with_layer({"ignore": [quiet]}, "test")
    there, back = Comparison(CURRENT, ignoring, 1), Comparison(ignoring, CURRENT, 1)
    for comparison in (there, back):
        comparison.add(stored(1, "lost stalled"))
        comparison.add(stored(2, "anything stalled", match_type="explicit"))
    assert {(change.kind, change.after) for change in there.changes} == {
        (ChangeKind.IGNORED, Guidance(ignored_by="test.quiet"))
    }
    assert sum(change.count for change in there.changes) == 2
    assert {(change.kind, change.before) for change in back.changes} == {
        (ChangeKind.KEPT, Guidance(ignored_by="test.quiet"))
    }


def test_the_most_frequent_change_of_a_kind_comes_first() -> None:
    changed = catalog(rule("one", "first stalled"), rule("two", "second stalled", "CANCELLED"))
    comparison = Comparison(CURRENT, changed, 1)
    for number, message in enumerate(["first stalled", "second stalled", "second stalled"]):
        comparison.add(stored(number, message))
    assert [change.after.code for change in comparison.changes] == ["CANCELLED", "TIMEOUT"]
