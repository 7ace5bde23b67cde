"""From the failures of a request to its records: one failure, one row. One synchronous call decides and remembers."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import msgspec

from failcat_catalog.types import Match
from failcat_catalog.vocabulary import MatchType
from failcat_core.records import FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_sidecar.collapse.best import best_of, enrichment_record, failure_record
from failcat_sidecar.collapse.chains import ChainBuilder
from failcat_sidecar.collapse.member import Matcher, Member, member_of
from failcat_sidecar.collapse.recents import (
    Accepted,
    RecentFailures,
    RecoveryKey,
    Remembered,
    recovery_key,
    same_tenant,
    scope_of,
)
from failcat_sidecar.extract import Candidate, Failure
from failcat_sidecar.repeated_errors import RepeatedErrors

log = logging.getLogger("failcat.collapse")


class Collapsed(msgspec.Struct):
    """The records of a request and what to count of it, once they are durable."""

    records: list[Record] = []
    hits: dict[tuple[str, str, str], int] = {}  # by code, category and recovery mode
    misses: dict[str, int] = {}  # by observed code
    propagated: int = 0  # failing spans and log records that only repeat another's failure
    duplicates: int = 0  # failures, recovery outcomes and loss reports that were sent before
    recoveries: list[RecoveryRecord] = []
    losses: int = 0  # failures that agents dropped, as new reports tell
    remembered: Remembered = msgspec.field(default_factory=Remembered)


Classified = Member | RecoveryRecord | LossRecord
"""A candidate, and what the catalog says of it if it is a failure."""


class Collapser:
    """Not thread-safe: one event loop."""

    def __init__(self, match: Matcher, catalog_version: str, recents: RecentFailures) -> None:
        self._match = match
        self._catalog_version = catalog_version
        self._recents = recents
        self._faults = RepeatedErrors(log, "the catalog could not judge a failure; it is stored as unknown")

    def use_catalog(self, match: Matcher, catalog_version: str) -> None:
        """Classifies with another catalog from now on."""
        self._match = match
        self._catalog_version = catalog_version

    def collapse(self, candidates: Iterable[Candidate]) -> Collapsed:
        """`decide` on what is not classified yet."""
        return self.decide(self.classify(candidates))

    def classify(self, candidates: Iterable[Candidate]) -> list[Classified]:
        """The costly part: asks the catalog about each failure. Remembers nothing, so it may be done piece by piece."""
        return [
            member_of(candidate, self._ask(candidate)) if isinstance(candidate, Failure) else candidate
            for candidate in candidates
        ]

    def decide(self, classified: Iterable[Classified]) -> Collapsed:
        """Decides and remembers, in one go. If the records cannot be spooled, `rollback` must follow."""
        collapsed = Collapsed()
        members: list[Member] = []
        outcomes: list[RecoveryRecord | LossRecord] = []
        for item in classified:
            if isinstance(item, Member):
                members.append(item)
            else:
                outcomes.append(item)
        accepted = self._accept(self._fresh(members, collapsed), collapsed)
        collapsed.records = list(accepted)
        collapsed.remembered.failures = self._recents.remember_failures(accepted)
        if outcomes:
            self._add_recoveries(outcomes, collapsed)
        return collapsed

    def rollback(self, collapsed: Collapsed) -> None:
        """Forgets a batch that did not become durable, so that it is new when it is sent again."""
        self._recents.forget(collapsed.remembered)

    def _ask(self, failure: Failure) -> Match:
        try:
            return self._match(failure.observation)
        except Exception as error:  # a fault of the matcher must cost this failure its verdict, not its whole request
            self._faults.log(error)
            return Match(MatchType.UNKNOWN, 0.0)

    def _fresh(self, members: list[Member], collapsed: Collapsed) -> list[Member]:
        """Those that were not sent before, in this batch or another."""
        fresh: dict[tuple[bytes, str | None], Member] = {}
        for member in members:
            failure = member.failure
            # One token without a tenant may speak for several.
            key = failure.own_id, failure.tenant_id if failure.token_tenant is not None else None
            if key in fresh or self._was_sent(member):
                collapsed.duplicates += 1
            else:
                fresh[key] = member
        return list(fresh.values())

    def _was_sent(self, member: Member) -> bool:
        failure = member.failure
        known = self._recents.find(failure.own_id, member.scope)
        if known is None and failure.id != failure.own_id:  # remembered under the id that the shim gave it
            known = self._recents.find(failure.id, member.scope)
        return (
            known is not None and known.span_key == member.span_key and same_tenant(failure.tenant_id, known.tenant_id)
        )

    def _accept(self, members: list[Member], collapsed: Collapsed) -> list[Accepted]:
        """The records of failures that were not sent before; counts them. Remembers nothing yet, so that whatever is
        raised leaves no trace."""
        accepted: list[Accepted] = []
        for chain in ChainBuilder(self._recents).build(members):
            if chain.row:
                enrichments = [enrichment_record(chain, member) for member in chain.members]
                accepted.extend(enrichments)
                collapsed.propagated += len(enrichments)
                continue
            best = best_of(chain.members)
            record = failure_record(chain, best, self._match, self._catalog_version)
            accepted.append(record)
            collapsed.propagated += len(chain.members) - 1
            _count(record, collapsed)
        return accepted

    def _add_recoveries(self, outcomes: list[RecoveryRecord | LossRecord], collapsed: Collapsed) -> None:
        """Those that were not sent before. Called when the batch's failures are remembered: an outcome often comes with
        its failure, whose code it is counted under."""
        fresh: dict[RecoveryKey, RecoveryRecord | LossRecord] = {}
        for outcome in outcomes:
            key = recovery_key(outcome)
            if key in fresh or self._recents.knows_recovery(key):
                collapsed.duplicates += 1
            else:
                fresh[key] = outcome if isinstance(outcome, LossRecord) else self._with_code(outcome)
        collapsed.recoveries = [record for record in fresh.values() if isinstance(record, RecoveryRecord)]
        collapsed.losses = sum(record.dropped for record in fresh.values() if isinstance(record, LossRecord))
        collapsed.records += fresh.values()
        collapsed.remembered.recoveries = self._recents.remember_recoveries(fresh.values())

    def _with_code(self, outcome: RecoveryRecord) -> RecoveryRecord:
        failure = self._recents.find(outcome.failure_id, scope_of(outcome.token_tenant))
        if failure and failure.trait.verdict:
            return msgspec.structs.replace(outcome, error_code=failure.trait.verdict)
        return outcome


def _count(record: FailureRecord, collapsed: Collapsed) -> None:
    """A code that only the agent's own catalog has counts as a miss: hits are labelled from a closed set."""
    if record.catalog_entry_id is None or record.category is None:
        collapsed.misses[record.error_code] = collapsed.misses.get(record.error_code, 0) + 1
    else:
        labels = (record.catalog_entry_id, record.category, record.recovery_mode or "")
        collapsed.hits[labels] = collapsed.hits.get(labels, 0) + 1
