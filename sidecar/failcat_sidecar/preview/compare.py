"""Two catalogs' verdicts on the same failures: what would change, how often, and where to look."""

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


class Kind(StrEnum):
    """What a changed catalog does to a failure."""

    NEWLY_MATCHED = "newly matched"
    LOST = "lost"
    TAKEN = "taken from another entry"
    ADVICE = "changed advice"


class Verdict(NamedTuple):
    """What an agent acts on; the code is empty when the failure is unknown."""

    code: str
    retryable: bool
    mode: str


@dataclass(frozen=True, slots=True)
class Example:
    """A failure whose verdict changes."""

    id: UUID
    message: str  # its start; hostile, escape it for a terminal
    rule_before: str
    rule_after: str


@dataclass(slots=True)
class Change:
    """All failures whose verdict goes from one to another."""

    kind: Kind
    before: Verdict
    after: Verdict
    count: int = 0
    examples: list[Example] = field(default_factory=list)


class Comparison:
    """Counts how the verdicts of two catalogs differ. Its memory grows with the verdicts, not with the failures."""

    def __init__(self, current: Catalog, changed: Catalog, max_examples: int) -> None:
        self.current = current
        self.changed = changed
        self.read = 0
        self.unchanged = 0
        self.explicit = 0  # their agents passed the verdict; no catalog changes that
        self._max_examples = max_examples
        self._changes: dict[tuple[Verdict, Verdict], Change] = {}

    def add(self, stored: StoredFailure) -> None:
        """Asks both catalogs about one failure."""
        self.read += 1
        if stored.match_type == MatchType.EXPLICIT:
            self.explicit += 1
            return
        observation = recalled(stored)
        match_before, match_after = self.current.match(observation), self.changed.match(observation)
        before, after = _verdict(match_before), _verdict(match_after)
        if before == after:
            self.unchanged += 1
            return
        change = self._changes.get((before, after))
        if change is None:
            change = self._changes[before, after] = Change(_kind(before, after), before, after)
        change.count += 1
        if len(change.examples) < self._max_examples:
            message = stored.message[:MAX_MESSAGE_CHARS]
            change.examples.append(Example(stored.id, message, match_before.rule, match_after.rule))

    @property
    def changes(self) -> list[Change]:
        """By kind, in the order of `Kind`; the most frequent first."""
        order = list(Kind)
        return sorted(self._changes.values(), key=lambda change: (order.index(change.kind), -change.count))


def _verdict(match: Match) -> Verdict:
    return Verdict(match.code, match.retryable, match.recovery.mode if match.recovery else "")


def _kind(before: Verdict, after: Verdict) -> Kind:
    if not before.code:
        return Kind.NEWLY_MATCHED
    if not after.code:
        return Kind.LOST
    return Kind.ADVICE if before.code == after.code else Kind.TAKEN
