"""Turns the candidates of a batch into records, one row per failure. One synchronous call decides and remembers."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import msgspec

from failcat_catalog.types import Match
from failcat_catalog.vocabulary import MatchType
from failcat_core.records import FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_sidecar.dedup.best import best_of, enrichment_record, failure_record, verdict_on
from failcat_sidecar.dedup.chains import ChainBuilder
from failcat_sidecar.dedup.member import Chain, Matcher, Member, member_of
from failcat_sidecar.dedup.recent_failures import (
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

log = logging.getLogger("failcat.dedup")


class Deduplicated(msgspec.Struct):
    """The records of a batch, and the counts to add once they are durable."""

    records: list[Record] = []
    hits: dict[tuple[str, str, str], int] = {}  # by code, category and recovery mode
    misses: dict[str, int] = {}  # by observed code
    ignored: dict[str, int] = {}  # by the operator's rule
    propagated: int = 0  # failing spans and log records that only repeat another's failure
    duplicates: int = 0  # failures, recovery outcomes and loss reports that were sent before
    recoveries: list[RecoveryRecord] = []
    losses: int = 0  # failures that agents dropped, as new reports tell
    remembered: Remembered = msgspec.field(default_factory=Remembered)


Classified = Member | RecoveryRecord | LossRecord
"""A candidate; a failure comes with the catalog's verdict."""


class Deduplicator:
    """Not thread-safe: used on one event loop."""

    def __init__(self, match: Matcher, catalog_version: str, recent_failures: RecentFailures) -> None:
        self._match = match
        self._catalog_version = catalog_version
        self._recent_failures = recent_failures
        self._faults = RepeatedErrors(log, "the catalog could not judge a failure; it is stored as unknown")

    def use_catalog(self, match: Matcher, catalog_version: str) -> None:
        """Classifies later failures with another catalog."""
        self._match = match
        self._catalog_version = catalog_version

    def deduplicate(self, candidates: Iterable[Candidate]) -> Deduplicated:
        """`classify` and `decide`."""
        return self.decide(self.classify(candidates))

    def classify(self, candidates: Iterable[Candidate]) -> list[Classified]:
        """Matches each failure against the catalog, the costly part. Changes no state, so it can be done in slices."""
        return [
            member_of(candidate, self._ask(candidate)) if isinstance(candidate, Failure) else candidate
            for candidate in candidates
        ]

    def decide(self, classified: Iterable[Classified]) -> Deduplicated:
        """Decides and remembers, without interruption. If the records cannot be spooled, `rollback` must follow."""
        deduplicated = Deduplicated()
        members: list[Member] = []
        outcomes: list[RecoveryRecord | LossRecord] = []
        for item in classified:
            if isinstance(item, Member):
                members.append(item)
            else:
                outcomes.append(item)
        accepted, ignored = self._accept(self._fresh(members, deduplicated), deduplicated)
        deduplicated.records = list(accepted)
        deduplicated.remembered.failures = self._recent_failures.remember_failures(accepted)
        for rule, dropped in ignored:
            deduplicated.remembered.failures += self._recent_failures.remember_ignored(dropped, rule)
        if outcomes:
            self._add_recoveries(outcomes, deduplicated)
        return deduplicated

    def rollback(self, deduplicated: Deduplicated) -> None:
        """Forgets a batch that did not become durable, so that it counts as new when it is sent again."""
        self._recent_failures.forget(deduplicated.remembered)

    def _ask(self, failure: Failure) -> Match:
        try:
            return self._match(failure.observation)
        except Exception as error:  # a fault of the matcher must cost this failure its verdict, not its whole request
            self._faults.log(error)
            return Match(MatchType.UNKNOWN, 0.0)

    def _fresh(self, members: list[Member], deduplicated: Deduplicated) -> list[Member]:
        """Members that were not sent before, in this batch or another."""
        fresh: dict[tuple[bytes, str | None], Member] = {}
        for member in members:
            failure = member.failure
            # One token without a tenant may speak for several.
            key = failure.own_id, failure.tenant_id if failure.token_tenant is not None else None
            if key in fresh or self._was_sent(member):
                deduplicated.duplicates += 1
            else:
                fresh[key] = member
        return list(fresh.values())

    def _was_sent(self, member: Member) -> bool:
        failure = member.failure
        known = self._recent_failures.find(failure.own_id, member.scope)
        if known is None and failure.id != failure.own_id:  # remembered under the id that the shim gave it
            known = self._recent_failures.find(failure.id, member.scope)
        return (
            known is not None and known.span_key == member.span_key and same_tenant(failure.tenant_id, known.tenant_id)
        )

    def _accept(
        self, members: list[Member], deduplicated: Deduplicated
    ) -> tuple[list[Accepted], list[tuple[str, list[Accepted]]]]:
        """Makes and counts the records of new failures; beside them those that rules ignore, to be remembered only.
        Changes no memory yet, so that an exception leaves no trace."""
        accepted: list[Accepted] = []
        ignored: list[tuple[str, list[Accepted]]] = []
        chains = ChainBuilder(self._recent_failures).build(members)
        verdicts = [self._verdict_on(chain) for chain in chains]  # first of all: a chain may have another as its cause
        for chain, verdict in zip(chains, verdicts, strict=True):
            made: list[Accepted]
            if verdict is None:
                made = [enrichment_record(chain, member) for member in chain.members]
                deduplicated.propagated += len(made)
            else:
                record = failure_record(chain, *verdict, self._catalog_version)
                made = [record]
                deduplicated.propagated += len(chain.members) - 1
                _count(record, chain.ignored_by, deduplicated)
            if chain.ignored_by:
                ignored.append((chain.ignored_by, made))
            else:
                accepted += made
        return accepted, ignored

    def _verdict_on(self, chain: Chain) -> tuple[Failure, Match] | None:
        """What a new chain says, and the verdict on it; None for one that has a row, or was ignored. Notes which rule
        ignores it."""
        if chain.row:
            chain.ignored_by = chain.row.ignored_by
            return None
        best = best_of(chain.members)
        match = verdict_on(chain.members, best, self._match)
        chain.ignored_by = match.ignored_by
        return best, match

    def _add_recoveries(self, outcomes: list[RecoveryRecord | LossRecord], deduplicated: Deduplicated) -> None:
        """Adds outcomes and losses that are new. Runs after the batch's failures are remembered: an outcome often comes
        with its failure, and is counted under that failure's code."""
        fresh: dict[RecoveryKey, RecoveryRecord | LossRecord] = {}
        for outcome in outcomes:
            key = recovery_key(outcome)
            if isinstance(outcome, RecoveryRecord) and self._is_ignored(outcome):
                continue
            if key in fresh or self._recent_failures.knows_recovery(key):
                deduplicated.duplicates += 1
            else:
                fresh[key] = outcome if isinstance(outcome, LossRecord) else self._with_code(outcome)
        deduplicated.recoveries = [record for record in fresh.values() if isinstance(record, RecoveryRecord)]
        deduplicated.losses = sum(record.dropped for record in fresh.values() if isinstance(record, LossRecord))
        deduplicated.records += fresh.values()
        deduplicated.remembered.recoveries = self._recent_failures.remember_recoveries(fresh.values())

    def _is_ignored(self, outcome: RecoveryRecord) -> bool:
        failure = self._recent_failures.find(outcome.failure_id, scope_of(outcome.token_tenant))
        return failure is not None and bool(failure.ignored_by)

    def _with_code(self, outcome: RecoveryRecord) -> RecoveryRecord:
        failure = self._recent_failures.find(outcome.failure_id, scope_of(outcome.token_tenant))
        if failure and failure.fingerprint.verdict:
            return msgspec.structs.replace(outcome, error_code=failure.fingerprint.verdict)
        return outcome


def _count(record: FailureRecord, ignored_by: str, deduplicated: Deduplicated) -> None:
    """A code that only the agent's own catalog has counts as a miss, because labels of hits are a closed set."""
    if ignored_by:
        deduplicated.ignored[ignored_by] = deduplicated.ignored.get(ignored_by, 0) + 1
    elif record.catalog_entry_id is None or record.category is None:
        deduplicated.misses[record.error_code] = deduplicated.misses.get(record.error_code, 0) + 1
    else:
        labels = (record.catalog_entry_id, record.category, record.recovery_mode or "")
        deduplicated.hits[labels] = deduplicated.hits.get(labels, 0) + 1
