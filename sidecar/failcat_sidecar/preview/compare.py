"""Compares two catalogs' verdicts on the same failures: the changes, their counts, and examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from failcat_catalog.catalog import Catalog
from failcat_catalog.types import Match
from failcat_catalog.vocabulary import MatchType
from failcat_sidecar.preview.recall import recalled
from failcat_storage.stored import StoredFailure

MAX_MESSAGE_CHARS = 200  # of an example


class ChangeKind(StrEnum):
    """How the verdict on a failure changes."""

    NEWLY_MATCHED = "newly matched"
    LOST = "lost"
    TAKEN = "taken from another entry"
    ADVICE = "changed advice"
    IGNORED = "ignored"
    KEPT = "no longer ignored"


class Guidance(NamedTuple):
    """The part of a verdict that agents act on; the code is empty for an unknown failure, and for an ignored one."""

    code: str = ""
    retryable: bool = False
    mode: str = ""
    ignored_by: str = ""  # the rule that would not let it be stored


@dataclass(frozen=True, slots=True)
class ChangedFailure:
    """A failure whose verdict changes."""

    id: UUID
    message: str  # its start; hostile, escape it for a terminal
    rule_before: str
    rule_after: str


@dataclass(slots=True)
class VerdictChange:
    """All failures whose advice changes from `before` to `after`."""

    kind: ChangeKind
    before: Guidance
    after: Guidance
    count: int = 0
    examples: list[ChangedFailure] = field(default_factory=list)


class Comparison:
    """Counts how the verdicts of two catalogs differ. Memory grows with the number of verdicts, not of failures."""

    def __init__(self, current: Catalog, changed: Catalog, max_examples: int) -> None:
        self.current = current
        self.changed = changed
        self.read = 0
        self.unchanged = 0
        self.explicit = 0  # the agent passed the verdict; no catalog changes it
        self._max_examples = max_examples
        self._changes: dict[tuple[Guidance, Guidance], VerdictChange] = {}

    def add(self, stored: StoredFailure) -> None:
        """Matches one failure against both catalogs."""
        self.read += 1
        observation = recalled(stored)
        match_before, match_after = self.current.match(observation), self.changed.match(observation)
        before, after = _advice(match_before), _advice(match_after)
        if stored.match_type == MatchType.EXPLICIT and not (before.ignored_by or after.ignored_by):
            self.explicit += 1
            return
        if before == after:
            self.unchanged += 1
            return
        change = self._changes.get((before, after))
        if change is None:
            change = self._changes[before, after] = VerdictChange(_kind(before, after), before, after)
        change.count += 1
        if len(change.examples) < self._max_examples:
            message = stored.message[:MAX_MESSAGE_CHARS]
            change.examples.append(ChangedFailure(stored.id, message, match_before.rule, match_after.rule))

    @property
    def changes(self) -> list[VerdictChange]:
        """By kind, in the order of `ChangeKind`; the most frequent first."""
        order = list(ChangeKind)
        return sorted(self._changes.values(), key=lambda change: (order.index(change.kind), -change.count))


def _advice(match: Match) -> Guidance:
    if match.ignored_by:
        return Guidance(ignored_by=match.ignored_by)
    return Guidance(match.code, match.retryable, match.recovery.mode if match.recovery else "")


def _kind(before: Guidance, after: Guidance) -> ChangeKind:
    if after.ignored_by:
        return ChangeKind.IGNORED
    if before.ignored_by:
        return ChangeKind.KEPT
    if not before.code:
        return ChangeKind.NEWLY_MATCHED
    if not after.code:
        return ChangeKind.LOST
    return ChangeKind.ADVICE if before.code == after.code else ChangeKind.TAKEN
