"""The examples and counter-examples of rules: each rule's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import AnyRule, CatalogDocument, ExampleDocument, all_rules
from failcat_catalog.types import Match, Observation


@dataclass(frozen=True, slots=True)
class FailedExample:
    """An example whose verdict is not its rule's code, or a counter-example whose verdict is; for a rule that ignores,
    one that it does not ignore, or does."""

    rule: str
    kind: str  # "example" or "counter-example"
    example: ExampleDocument
    wanted: str  # "TIMEOUT", "ignored", or "not TIMEOUT"
    got: Match

    def __str__(self) -> str:
        got = f"{self.got.code} by {self.got.rule} ({self.got.matched})" if self.got.known else "nothing"
        if self.got.ignored_by:
            got += f", ignored by {self.got.ignored_by}"
        return f"{self.rule}: {self.kind} {dict(self.example)!r}: wanted {self.wanted}, got {got}"


def observation_of(example: ExampleDocument) -> Observation:
    return Observation(
        error_code=example.get("error_code", ""),
        error_type=example.get("error_type", ""),
        exception_type=example.get("exception_type", ""),
        message=example.get("message", ""),
        attributes=example.get("attributes") or {},
    )


def verdicts(rule: AnyRule, catalog: Catalog) -> list[Match]:
    """The catalog's verdicts on the rule's examples, in their order."""
    return [catalog.match(observation_of(example)) for example in rule.get("examples") or ()]


def count(document: CatalogDocument) -> int:
    """The number of examples and counter-examples in `document`."""
    return sum(
        len(rule.get("examples") or ()) + len(rule.get("counter_examples") or ()) for rule in all_rules(document)
    )


def failed_examples(document: CatalogDocument, catalog: Catalog) -> Iterator[FailedExample]:
    """Every example of `document` that gets a wrong verdict of `catalog`."""
    for rule in all_rules(document):
        wanted = _code(rule) or "ignored"
        for example, match in zip(rule.get("examples") or (), verdicts(rule, catalog), strict=True):
            if not _answers(match, rule):
                yield FailedExample(rule["id"], "example", example, wanted, match)
        for example in rule.get("counter_examples") or ():
            match = catalog.match(observation_of(example))
            if _answers(match, rule):
                yield FailedExample(rule["id"], "counter-example", example, f"not {wanted}", match)


def _answers(match: Match, rule: AnyRule) -> bool:
    """Whether a verdict is what the rule says. Which of two rules ignores a failure makes no difference to it."""
    code = _code(rule)
    return match.code == code if code else bool(match.ignored_by)


def _code(rule: AnyRule) -> str:
    """Empty for a rule that ignores."""
    return str(rule.get("code", ""))
