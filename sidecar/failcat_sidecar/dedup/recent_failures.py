"""The memory of recently accepted reports: what is sent again is recognised, and what repeats a failure that was
counted is not counted once more. A cache: no row depends on it.

Bounded by count and age. It is built from records alone, so replaying the spool after a start gives the same memory.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from failcat_core.records import UNDECODABLE, EnrichmentRecord, FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_sidecar.dedup.evidence import ReportEvidence, Told, evidence_of
from failcat_sidecar.dedup.similarity import MAX_TEXT_CHARS

MAX_FAILURES = 25_000
"""About 1 KiB each."""

MAX_AGE_SECONDS = 600.0
MAX_PER_TRACE = 32
"""Reports remembered per trace: the newest ones."""

RecoveryKey = tuple[bytes, int]
"""Identifies an outcome by failure and attempt; a report of losses by its id and 0, which is no attempt's number."""


class RecentReport(msgspec.Struct, gc=False, eq=False):
    """One accepted report."""

    evidence: ReportEvidence
    scope: bytes  # see scope_of
    remembered_at: float  # this process's monotonic seconds
    ignored_by: str = ""  # the operator's rule that dropped it: there is no row

    @property
    def key(self) -> bytes:
        return self.evidence.id + self.scope

    @property
    def failure_key(self) -> bytes:
        return self.evidence.failure_id + self.scope

    @property
    def trace_key(self) -> bytes:
        """Empty without a valid span context."""
        trace_id = self.evidence.trace_id
        return trace_id + self.scope if trace_id else b""


class Remembered(msgspec.Struct, gc=False):
    """The entries that one batch added, for a rollback."""

    reports: list[RecentReport] = []
    recoveries: list[RecoveryKey] = []


class RecentFailures:
    """Reports by their id, by the id of their failure and by trace. Not thread-safe: used on one event loop."""

    def __init__(
        self,
        max_failures: int = MAX_FAILURES,
        max_age_seconds: float = MAX_AGE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_failures = max_failures
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._reports: dict[bytes, RecentReport] = {}
        self._given: dict[bytes, RecentReport] = {}  # by an id that the agent gave and that is no report's own
        self._of_trace: dict[bytes, tuple[RecentReport, ...]] = {}  # tuples: the garbage collector skips them
        self._in_order: deque[RecentReport] = deque()
        self._recoveries: dict[RecoveryKey, None] = {}

    def __len__(self) -> int:
        return len(self._reports)

    def is_ignored(self, failure_id: bytes, scope: bytes) -> bool:
        recent = self._reports.get(failure_id + scope) or self._given.get(failure_id + scope)
        return recent is not None and bool(recent.ignored_by)

    def find(self, report_id: bytes, scope: bytes = b"") -> ReportEvidence | None:
        """The report with this id, else one of the failure to which the agent gave this id."""
        recent = self._reports.get(report_id + scope) or self._given.get(report_id + scope)
        return recent.evidence if recent else None

    def of_trace(self, trace_id: bytes, scope: bytes) -> Sequence[RecentReport]:
        """The last reports of one trace, oldest first."""
        return self._of_trace.get(trace_id + scope, ())

    def knows_recovery(self, key: RecoveryKey) -> bool:
        return key in self._recoveries

    def replay(self, records: Iterable[Record]) -> Remembered:
        """Adds records that the spool retained, in order, as when they were accepted."""
        reports: list[tuple[ReportEvidence, bytes]] = []
        recoveries: list[RecoveryRecord | LossRecord] = []
        for record in records:
            if isinstance(record, RecoveryRecord | LossRecord):
                recoveries.append(record)
            elif isinstance(record, EnrichmentRecord):
                reports.append((_enriching(record), scope_of(record.token_tenant)))
            else:
                reports.extend(_replayed(record))
        return Remembered(self.remember_reports(reports), self.remember_recoveries(recoveries))

    def remember_reports(self, accepted: Iterable[tuple[ReportEvidence, bytes]]) -> list[RecentReport]:
        """Adds the reports of a batch with their scopes, in order. Returns what `forget` removes."""
        now = self._clock()
        added = [self._add(RecentReport(_shortened(evidence), scope, now)) for evidence, scope in accepted]
        self._evict(now)
        return added

    def remember_ignored(self, dropped: Iterable[tuple[ReportEvidence, bytes, str]]) -> list[RecentReport]:
        """Adds reports that have no row, with the rule that dropped each, so that reports which only repeat them are
        recognised. The spool holds none of it: a restart forgets it."""
        added: list[RecentReport] = []
        for evidence, scope, rule in dropped:
            for recent in self.remember_reports([(evidence, scope)]):
                recent.ignored_by = rule
                added.append(recent)
        return added

    def remember_recoveries(self, records: Iterable[RecoveryRecord | LossRecord]) -> list[RecoveryKey]:
        """Adds the recovery outcomes and loss reports of a batch. Returns those that were new."""
        added: list[RecoveryKey] = []
        for record in records:
            key = recovery_key(record)
            if key not in self._recoveries:
                self._recoveries[key] = None
                added.append(key)
        while len(self._recoveries) > self._max_failures:
            del self._recoveries[next(iter(self._recoveries))]
        return added

    def forget(self, remembered: Remembered) -> None:
        """Removes the entries of a batch that could not be spooled."""
        for recent in remembered.reports:
            self._unlink(recent)
        gone = set(map(id, remembered.reports))
        self._in_order = deque(recent for recent in self._in_order if id(recent) not in gone)
        for key in remembered.recoveries:
            self._recoveries.pop(key, None)

    def _add(self, recent: RecentReport) -> RecentReport:
        previous = self._reports.get(recent.key)
        if previous is not None:
            self._unlink(previous)
        self._reports[recent.key] = recent
        if recent.failure_key != recent.key:
            self._given[recent.failure_key] = recent
        self._in_order.append(recent)
        if key := recent.trace_key:
            others = self._of_trace.get(key, ())
            self._of_trace[key] = (*others[1 - MAX_PER_TRACE :], recent) if others else (recent,)
        return recent

    def _evict(self, now: float) -> None:
        oldest = now - self._max_age_seconds
        while self._in_order and (len(self._in_order) > self._max_failures or self._in_order[0].remembered_at < oldest):
            self._unlink(self._in_order.popleft())

    def _unlink(self, recent: RecentReport) -> None:
        for index, key in ((self._reports, recent.key), (self._given, recent.failure_key)):
            if index.get(key) is recent:
                del index[key]
        bucket = self._of_trace.get(recent.trace_key, ())
        if bucket == (recent,):  # nearly always
            del self._of_trace[recent.trace_key]
        elif recent in bucket:
            self._of_trace[recent.trace_key] = tuple(other for other in bucket if other is not recent)


def same_tenant(one: str | None, other: str | None) -> bool:
    """Whether both can be one tenant. Span ids prove nothing about a tenant, because they can be guessed. Senders
    without a tenant match every tenant."""
    return one == other or one is None or other is None


def recovery_key(record: RecoveryRecord | LossRecord) -> RecoveryKey:
    if isinstance(record, LossRecord):
        return record.id, 0
    return record.failure_id + scope_of(record.token_tenant), record.attempt


def scope_of(token_tenant: str | None) -> bytes:
    """Part of every key, so that failures sent with a tenant's own token are remembered apart from all others."""
    return token_tenant.encode("utf-8", "surrogatepass") if token_tenant else b""


def _replayed(record: FailureRecord) -> Iterable[tuple[ReportEvidence, bytes]]:
    try:
        yield evidence_of(record), scope_of(record.token_tenant)
    except UNDECODABLE:  # a context that no release of ours encoded
        return


def _shortened(evidence: ReportEvidence) -> ReportEvidence:
    told = evidence.told
    if len(told.message) <= MAX_TEXT_CHARS:
        return evidence
    shortened: ReportEvidence = msgspec.structs.replace(
        evidence, told=told._replace(message=told.message[:MAX_TEXT_CHARS]), _fingerprint=None
    )
    return shortened


def _enriching(record: EnrichmentRecord) -> ReportEvidence:
    """Of a report that an earlier release added to a row."""
    time_us = int.from_bytes(record.member_id[:6], "big") * 1_000
    return ReportEvidence(
        id=record.member_id,
        failure_id=record.id,
        trace_id=record.trace_id or b"",
        span_id=record.member_span_id or b"",
        parent_span_id=record.member_parent_span_id or b"",
        tenant_id=record.tenant_id,
        time_us=time_us,
        ended_us=time_us,
        is_log="span_kind" not in record.context,
        is_final=True,
        is_reported=True,
        scope="",
        told=Told("", "", "", (record.error_message or "")[:MAX_TEXT_CHARS], "", "", 0, is_send=False),
    )
