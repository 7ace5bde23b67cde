"""The memory of recently accepted failures. Later reports of the same failure are joined to it, and repeated ones are
recognised.

Bounded by count and age. It is built from records alone, so replaying the spool after a start gives the same memory.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_core.report import Report, ReportKind
from failcat_sidecar.dedup.release_0_1_0 import report_of_0_1_0, reports_of_0_1_0
from failcat_sidecar.dedup.similarity import MAX_TEXT_CHARS, Fingerprint, core_text
from failcat_sidecar.extract.observed import is_class_name

MAX_FAILURES = 25_000
"""About 1 KiB each."""

MAX_AGE_SECONDS = 600.0
MAX_PER_SPAN = 32
"""Failures remembered per span, and per parent span: the newest ones."""

_LOG, _CLIENT = ReportKind.LOG, ReportKind.CLIENT

RecoveryKey = tuple[bytes, int]
"""Identifies an outcome by failure and attempt; a report of losses by its id and 0, which is no attempt's number."""

Accepted = FailureRecord | EnrichmentRecord
"""Records that are remembered."""


class RecentFailure(msgspec.Struct, gc=False, eq=False):
    """One accepted member of a chain. Its fingerprint is computed on first use, because few are ever compared."""

    member_id: bytes  # of this member
    row_id: bytes  # of the row that stands for its chain
    span_key: bytes  # trace id and span id; empty without context
    parent_key: bytes  # trace id and parent span id; empty for a root
    tenant_id: str | None
    scope: bytes  # see scope_of
    is_log: bool
    remembered_at: float  # this process's monotonic seconds
    error_type: str
    text: str
    explicit: bool
    is_client: bool
    verdict: str
    ignored_by: str = ""  # the operator's rule that dropped it: there is no row
    _fingerprint: Fingerprint | None = None

    @property
    def at_ms(self) -> int:
        """The time in its id: of the exception event, else of the log record, else of the span's end."""
        return int.from_bytes(self.member_id[:6], "big")

    @property
    def fingerprint(self) -> Fingerprint:
        if self._fingerprint is None:
            is_class = is_class_name(self.error_type)
            self._fingerprint = Fingerprint(
                class_name=self.error_type.rpartition(".")[2] if is_class else "",
                code="" if is_class else self.error_type,
                text=self.text,
                explicit=self.explicit,
                is_client=self.is_client,
                verdict=self.verdict,
            )
        return self._fingerprint


Index = dict[bytes, tuple[RecentFailure, ...]]
"""By a span's key. Tuples, because nearly all hold one failure, and the garbage collector skips them."""


class Remembered(msgspec.Struct, gc=False):
    """The entries that one batch added, for a rollback."""

    failures: list[RecentFailure] = []
    recoveries: list[RecoveryKey] = []


class RecentFailures:
    """Not thread-safe: used on one event loop. Takes a few microseconds per record."""

    def __init__(
        self,
        max_failures: int = MAX_FAILURES,
        max_age_seconds: float = MAX_AGE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_failures = max_failures
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._members: dict[bytes, RecentFailure] = {}
        self._of_span: Index = {}
        self._of_parent: Index = {}
        self._in_order: deque[RecentFailure] = deque()
        self._recoveries: dict[RecoveryKey, None] = {}

    def __len__(self) -> int:
        return len(self._members)

    def find(self, member_id: bytes, scope: bytes = b"") -> RecentFailure | None:
        """The member with this id: a row, or a report that a row absorbed."""
        return self._members.get(member_id + scope)

    def of_span(self, span_key: bytes) -> Sequence[RecentFailure]:
        """The last failures of one span and its log records, oldest first."""
        return self._of_span.get(span_key, ())

    def children(self, span_key: bytes) -> Sequence[RecentFailure]:
        """The last failures of a span's children, oldest first."""
        return self._of_parent.get(span_key, ())

    def has_related(self, span_key: bytes) -> bool:
        """Whether failures of the span or of its children are remembered."""
        return span_key in self._of_span or span_key in self._of_parent

    def knows_recovery(self, key: RecoveryKey) -> bool:
        return key in self._recoveries

    def replay(self, records: Iterable[Record]) -> Remembered:
        """Adds records that the spool retained, in order, as when they were accepted."""
        failures: list[Accepted] = []
        recoveries: list[RecoveryRecord | LossRecord] = []
        for record in records:
            if isinstance(record, RecoveryRecord | LossRecord):
                recoveries.append(record)
            else:
                failures.append(record)
        return Remembered(self.remember_failures(failures), self.remember_recoveries(recoveries))

    def remember_failures(self, accepted: Iterable[Accepted]) -> list[RecentFailure]:
        """Adds the failures of a batch, in order. Returns what `forget` removes."""
        now = self._clock()
        added: list[RecentFailure] = []
        for record in accepted:
            if isinstance(record, EnrichmentRecord):
                added.append(self._add(self._enriching(record, now)))
                continue
            reports = record.reports or reports_of_0_1_0(record)
            row = self._add(_failed(record, reports, now))
            added.append(row)
            added.extend(self._add(_absorbed(report, row)) for report in reports[1:])
        self._evict(now)
        return added

    def remember_ignored(self, accepted: Iterable[Accepted], rule: str) -> list[RecentFailure]:
        """Adds a failure that has no row, and what a later report adds to it, so that reports which only pass it on are
        recognised. The spool holds none of it: a restart forgets it."""
        added = self.remember_failures(accepted)
        for recent in added:
            recent.ignored_by = rule
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
        for recent in remembered.failures:
            self._unlink(recent)
        gone = set(map(id, remembered.failures))
        self._in_order = deque(recent for recent in self._in_order if id(recent) not in gone)
        for key in remembered.recoveries:
            self._recoveries.pop(key, None)

    def _enriching(self, record: EnrichmentRecord, now: float) -> RecentFailure:
        scope = scope_of(record.token_tenant)
        row = self.find(record.id, scope)
        report = record.report or report_of_0_1_0(record)
        return RecentFailure(
            member_id=record.member_id,
            row_id=record.id,
            span_key=key_of(record.trace_id, record.member_span_id, scope),
            parent_key=key_of(record.trace_id, record.member_parent_span_id, scope),
            tenant_id=record.tenant_id,
            scope=scope,
            remembered_at=now,
            verdict=row.verdict if row else "",
            is_log=report.kind is _LOG,
            error_type=record.error_type or "",
            text=_text(record.error_message),
            explicit=False,  # it is part of another's row already, whatever it called itself
            is_client=report.kind is _CLIENT,
        )

    def _add(self, recent: RecentFailure) -> RecentFailure:
        key = recent.member_id + recent.scope
        previous = self._members.get(key)
        if previous is not None:
            self._unlink(previous)
        self._members[key] = recent
        self._in_order.append(recent)
        if recent.span_key:
            _append(self._of_span, recent.span_key, recent)
        if recent.parent_key:
            _append(self._of_parent, recent.parent_key, recent)
        return recent

    def _evict(self, now: float) -> None:
        oldest = now - self._max_age_seconds
        while self._in_order and (len(self._in_order) > self._max_failures or self._in_order[0].remembered_at < oldest):
            self._unlink(self._in_order.popleft())

    def _unlink(self, recent: RecentFailure) -> None:
        key = recent.member_id + recent.scope
        if self._members.get(key) is recent:
            del self._members[key]
        _remove(self._of_span, recent.span_key, recent)
        _remove(self._of_parent, recent.parent_key, recent)


def _append(index: Index, key: bytes, recent: RecentFailure) -> None:
    index[key] = (*index[key][1 - MAX_PER_SPAN :], recent) if key in index else (recent,)


def _remove(index: Index, key: bytes, recent: RecentFailure) -> None:
    bucket = index.get(key, ())
    if bucket == (recent,):  # nearly always
        del index[key]
    elif recent in bucket:
        index[key] = tuple(other for other in bucket if other is not recent)


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


def key_of(trace_id: bytes | None, span_id: bytes | None, scope: bytes = b"") -> bytes:
    """The key of a span: 24 bytes and the scope; empty without a valid span context."""
    return trace_id + span_id + scope if trace_id and span_id else b""


def _failed(record: FailureRecord, reports: Sequence[Report], now: float) -> RecentFailure:
    scope = scope_of(record.token_tenant)
    kind, explicit = _LOG, False
    for report in reports:
        kind = report.kind if kind is _LOG else kind
        explicit = explicit or bool(report.code)
    return RecentFailure(
        member_id=record.id,
        row_id=record.id,
        span_key=key_of(record.trace_id, record.span_id, scope),
        parent_key=key_of(record.trace_id, record.parent_span_id, scope),
        tenant_id=record.tenant_id,
        scope=scope,
        is_log=kind is _LOG,
        remembered_at=now,
        error_type=record.error_type or "",
        text=_text(record.error_message),
        explicit=explicit,
        is_client=kind is _CLIENT,
        verdict=record.catalog_entry_id or "",
    )


def _absorbed(report: Report, row: RecentFailure) -> RecentFailure:
    """A member that the row absorbed when it was accepted."""
    trace_id = row.span_key[:16]
    return msgspec.structs.replace(
        row,
        member_id=report.id,
        span_key=key_of(trace_id, report.span_id, row.scope),
        parent_key=key_of(trace_id, report.parent_span_id, row.scope),
        error_type=report.exception_type or report.error_type,
        _fingerprint=None,
    )


def _text(message: str | None) -> str:
    return core_text(message)[:MAX_TEXT_CHARS] if message else ""
