"""Turns the candidates of a batch into records, one for each report, and counts what it takes for a new failure. One
synchronous call decides and remembers."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from failcat_catalog.types import Match, Observation
from failcat_catalog.vocabulary import MatchType
from failcat_core.records import FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_sidecar.dedup.best import Matcher, joined_record, merged_observation, signature_of
from failcat_sidecar.dedup.components import Component, components_of
from failcat_sidecar.dedup.join import by_tenant
from failcat_sidecar.dedup.member import Member, member_of
from failcat_sidecar.dedup.recent_failures import (
    RecentFailures,
    RecentReport,
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

    def catalog(self) -> tuple[Matcher, str]:
        """What failures are classified with now; the matcher raises nothing."""
        return self._ask, self._catalog_version

    def classify(self, candidates: Iterable[Candidate]) -> list[Classified]:
        """Matches each failure against the catalog, the costly part. Changes no state, so it can be done in slices.
        In passes: item by item, their code evicts itself from the CPU caches."""
        candidates = list(candidates)
        ask, version = self.catalog()
        failures = [candidate for candidate in candidates if isinstance(candidate, Failure)]
        matches = [ask(failure.observation) for failure in failures]
        signatures = list(map(signature_of, failures))
        members = (
            member_of(failure, match, signature, ask, version)
            for failure, match, signature in zip(failures, matches, signatures, strict=True)
        )
        return [next(members) if isinstance(candidate, Failure) else candidate for candidate in candidates]

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
        fresh = self._fresh(members, deduplicated)
        ignored = self._count_failures(fresh, deduplicated)
        stored = [member for member in fresh if member.evidence.id not in ignored] if ignored else fresh
        deduplicated.records = [member.record for member in stored]
        accepted = ((member.evidence, scope_of(member.record.token_tenant)) for member in stored)
        deduplicated.remembered.reports = self._recent_failures.remember_reports(accepted)
        if ignored:
            dropped = (
                (member.evidence, scope_of(member.record.token_tenant), ignored[member.evidence.id])
                for member in fresh
                if member.evidence.id in ignored
            )
            deduplicated.remembered.reports += self._recent_failures.remember_ignored(dropped)
        if outcomes:
            self._add_recoveries(outcomes, deduplicated)
        return deduplicated

    def rollback(self, deduplicated: Deduplicated) -> None:
        """Forgets a batch that did not become durable, so that it counts as new when it is sent again."""
        self._recent_failures.forget(deduplicated.remembered)

    def _ask(self, observation: Observation) -> Match:
        try:
            return self._match(observation)
        except Exception as error:  # a fault of the matcher must cost this failure its verdict, not its whole request
            self._faults.log(error)
            return Match(MatchType.UNKNOWN, 0.0)

    def _fresh(self, members: list[Member], deduplicated: Deduplicated) -> list[Member]:
        """Members that were not sent before, in this batch or another."""
        fresh: dict[tuple[bytes, str | None], Member] = {}
        for member in members:
            record = member.record
            # One token without a tenant may speak for several.
            key = record.own_id, record.tenant_id if record.token_tenant is not None else None
            if key in fresh or self._was_sent(member):
                deduplicated.duplicates += 1
            else:
                fresh[key] = member
        return list(fresh.values())

    def _was_sent(self, member: Member) -> bool:
        evidence = member.evidence
        known = self._recent_failures.find(evidence.id, scope_of(member.record.token_tenant))
        return (
            known is not None
            and (known.trace_id, known.span_id) == (evidence.trace_id, evidence.span_id)
            and same_tenant(evidence.tenant_id, known.tenant_id)
        )

    def _count_failures(self, fresh: list[Member], deduplicated: Deduplicated) -> dict[bytes, str]:
        """Counts what is new as failures, and the rest as propagated. Returns the reports that are not stored, each
        with the rule that ignores it. Changes no memory yet, so that an exception leaves no trace."""
        traces: defaultdict[tuple[bytes, bytes], list[Member]] = defaultdict(list)
        ignored: dict[bytes, str] = {}
        for member in fresh:
            scope = scope_of(member.record.token_tenant)
            if member.record.report_id and self._knows(member, scope):
                deduplicated.propagated += 1  # the exception that has this id, perhaps in another trace
            elif member.evidence.trace_id:
                traces[member.evidence.trace_id, scope].append(member)
            else:
                self._count_new([member], member.record, deduplicated, ignored)
        for (trace_id, scope), members in traces.items():
            known = self._recent_failures.of_trace(trace_id, scope)
            if known or len(members) > 1:
                self._count_trace(known, members, deduplicated, ignored)
            else:
                self._count_new(members, members[0].record, deduplicated, ignored)
        return ignored

    def _knows(self, member: Member, scope: bytes) -> bool:
        known = self._recent_failures.find(member.record.id, scope)
        return known is not None and same_tenant(known.tenant_id, member.record.tenant_id)

    def _count_trace(
        self,
        known: Sequence[RecentReport],
        members: list[Member],
        deduplicated: Deduplicated,
        ignored: dict[bytes, str],
    ) -> None:
        fresh = {member.evidence.id: member for member in members}
        rules = {recent.evidence.id: recent.ignored_by for recent in known}
        reports = [*(recent.evidence for recent in known), *(member.evidence for member in members)]
        for own in by_tenant(reports):
            for component in components_of(own):
                new = [fresh[each.id] for each in component.reports if each.id in fresh]
                if len(new) == len(component.reports):
                    self._count_new(new, self._row(component, new), deduplicated, ignored)
                    continue
                deduplicated.propagated += len(new)
                if rule := next(filter(None, (rules.get(each.id) for each in component.reports)), ""):
                    ignored |= {member.evidence.id: rule for member in new}

    def _count_new(
        self, members: list[Member], row: FailureRecord, deduplicated: Deduplicated, ignored: dict[bytes, str]
    ) -> None:
        """A failure that was not counted before. It is ignored when its cause is, so that no wrapper takes the cause's
        place, or when all of it together is, which is what its row would say."""
        deduplicated.propagated += len(members) - 1
        rule = members[0].ignored_by
        if not rule and len(members) > 1:
            together = merged_observation([(member.record, member.evidence) for member in members])
            rule = self._ask(together).ignored_by
        if rule:
            deduplicated.ignored[rule] = deduplicated.ignored.get(rule, 0) + 1
            ignored |= {member.evidence.id: rule for member in members}
        else:
            _count(row, deduplicated)

    def _row(self, component: Component, members: list[Member]) -> FailureRecord:
        if len(members) == 1:
            return members[0].record
        reports = [(member.record, member.evidence) for member in members]
        return joined_record(reports, component.id, None, self._ask, self._catalog_version)

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
        return self._recent_failures.is_ignored(outcome.failure_id, scope_of(outcome.token_tenant))

    def _with_code(self, outcome: RecoveryRecord) -> RecoveryRecord:
        failure = self._recent_failures.find(outcome.failure_id, scope_of(outcome.token_tenant))
        if failure and failure.told.verdict:
            return msgspec.structs.replace(outcome, error_code=failure.told.verdict)
        return outcome


def _count(record: FailureRecord, deduplicated: Deduplicated) -> None:
    """A code that only the agent's own catalog has counts as a miss, because labels of hits are a closed set."""
    if record.catalog_entry_id is None or record.category is None:
        deduplicated.misses[record.error_code] = deduplicated.misses.get(record.error_code, 0) + 1
    else:
        labels = (record.catalog_entry_id, record.category, record.recovery_mode or "")
        deduplicated.hits[labels] = deduplicated.hits.get(labels, 0) + 1
