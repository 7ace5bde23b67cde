"""The memory of recent failures: what was accepted lately, so that what comes later is joined to it, or known as sent
again.

Bounded by count and age. It is made of records alone, so that replaying the spool after a start gives the same memory.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from failcat_catalog import attributes as own
from failcat_sidecar.collapse.sameness import MAX_TEXT_CHARS, Trait, core_text, is_class_name
from failcat_storage.records import EnrichmentRecord, FailureRecord, Record, RecoveryRecord

MAX_FAILURES = 25_000
"""About 1 KiB each."""

MAX_AGE_SECONDS = 600.0
MAX_PER_SPAN = 32
"""Failures remembered of one span, or of the children of one: the last ones matter."""

RecoveryKey = tuple[bytes, int]


class Recent(msgspec.Struct, frozen=True, gc=False, eq=False, kw_only=True):
    """One accepted member of a chain."""

    member_id: bytes  # of this member
    row_id: bytes  # of the row that stands for its chain
    span_key: bytes  # trace id and span id; empty without context
    parent_key: bytes  # trace id and parent span id; empty for a root
    at_ms: int  # when it happened, from its id
    tenant_id: str | None
    is_log: bool
    trait: Trait
    remembered_at: float  # this process's monotonic seconds


class Remembered(msgspec.Struct, frozen=True, gc=False):
    """What one batch added, so that it can be taken back."""

    failures: list[Recent] = []
    recoveries: list[RecoveryKey] = []


class RecentFailures:
    """Not thread-safe: one event loop. Costs a few microseconds a record."""

    def __init__(
        self,
        max_failures: int = MAX_FAILURES,
        max_age_seconds: float = MAX_AGE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_failures = max_failures
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._members: dict[bytes, Recent] = {}
        self._of_span: dict[bytes, list[Recent]] = {}
        self._of_parent: dict[bytes, list[Recent]] = {}
        self._in_order: deque[Recent] = deque()
        self._recoveries: dict[RecoveryKey, None] = {}

    def __len__(self) -> int:
        return len(self._members)

    def find(self, member_id: bytes) -> Recent | None:
        """The member of this id, be it a row or absorbed by one."""
        return self._members.get(member_id)

    def of_span(self, span_key: bytes) -> Sequence[Recent]:
        """The last failures of one span and its log records, oldest first."""
        return self._of_span.get(span_key, ())

    def children(self, span_key: bytes) -> Sequence[Recent]:
        """The last failures of a span's children, oldest first."""
        return self._of_parent.get(span_key, ())

    def knows_recovery(self, key: RecoveryKey) -> bool:
        return key in self._recoveries

    def remember(self, record: Record) -> Remembered:
        """Adds one accepted or spooled record."""
        return self.remember_all((record,))

    def remember_all(self, records: Iterable[Record]) -> Remembered:
        """Adds the records of a batch, in order. `forget` takes them back."""
        now = self._clock()
        added = Remembered([], [])
        for record in records:
            if isinstance(record, RecoveryRecord):
                key = (record.failure_id, record.attempt)
                if key not in self._recoveries:
                    self._recoveries[key] = None
                    added.recoveries.append(key)
            else:
                added.failures.extend(self._add(recent) for recent in self._recents(record, now))
        self._evict(now)
        return added

    def forget(self, remembered: Remembered) -> None:
        """Takes back what a batch added, because it could not be spooled."""
        for recent in remembered.failures:
            self._unlink(recent)
        gone = set(map(id, remembered.failures))
        self._in_order = deque(recent for recent in self._in_order if id(recent) not in gone)
        for key in remembered.recoveries:
            self._recoveries.pop(key, None)

    def _recents(self, record: FailureRecord | EnrichmentRecord, now: float) -> Iterator[Recent]:
        if isinstance(record, EnrichmentRecord):
            yield self._enriching(record, now)
            return
        row = _failed(record, now)
        yield row
        for member in record.context.get("propagated", ()):
            yield _absorbed(member, row)

    def _enriching(self, record: EnrichmentRecord, now: float) -> Recent:
        row = self._members.get(record.id)
        verdict = row.trait.verdict if row else ""
        return Recent(
            member_id=record.member_id,
            row_id=record.id,
            span_key=key_of(record.trace_id, record.member_span_id),
            parent_key=key_of(record.trace_id, record.member_parent_span_id),
            at_ms=_milliseconds(record.member_id),
            tenant_id=record.tenant_id,
            is_log="span_kind" not in record.context,
            trait=_trait(record.error_type, record.error_message, record.context, verdict),
            remembered_at=now,
        )

    def _add(self, recent: Recent) -> Recent:
        previous = self._members.get(recent.member_id)
        if previous is not None:
            self._unlink(previous)
        self._members[recent.member_id] = recent
        self._in_order.append(recent)
        for index, key in ((self._of_span, recent.span_key), (self._of_parent, recent.parent_key)):
            if key:
                bucket = index.setdefault(key, [])
                bucket.append(recent)
                if len(bucket) > MAX_PER_SPAN:
                    del bucket[0]
        return recent

    def _evict(self, now: float) -> None:
        oldest = now - self._max_age_seconds
        while self._in_order and (len(self._in_order) > self._max_failures or self._in_order[0].remembered_at < oldest):
            self._unlink(self._in_order.popleft())
        while len(self._recoveries) > self._max_failures:
            del self._recoveries[next(iter(self._recoveries))]

    def _unlink(self, recent: Recent) -> None:
        if self._members.get(recent.member_id) is recent:
            del self._members[recent.member_id]
        for index, key in ((self._of_span, recent.span_key), (self._of_parent, recent.parent_key)):
            bucket = index.get(key)
            if bucket is not None and recent in bucket:
                bucket.remove(recent)
                if not bucket:
                    del index[key]


def same_tenant(one: str | None, other: str | None) -> bool:
    """Whether one may have sent what belongs to the other: ids of another tenant's spans prove nothing, they can be
    guessed. Without tenants everybody is one."""
    return one == other or one is None or other is None


def key_of(trace_id: bytes | None, span_id: bytes | None) -> bytes:
    """24 bytes that stand for a span; empty if there is none."""
    return trace_id + span_id if trace_id and span_id else b""


def _failed(record: FailureRecord, now: float) -> Recent:
    return Recent(
        member_id=record.id,
        row_id=record.id,
        span_key=key_of(record.trace_id, record.span_id),
        parent_key=key_of(record.trace_id, record.parent_span_id),
        at_ms=_milliseconds(record.id),
        tenant_id=record.tenant_id,
        is_log="span_kind" not in record.context,
        trait=_trait(record.error_type, record.error_message, record.context, record.catalog_entry_id or ""),
        remembered_at=now,
    )


def _absorbed(member: dict[str, Any], row: Recent) -> Recent:
    """A member that the row took in when it was accepted, see `best.propagated`."""
    member_id = UUID(member["id"]).bytes
    trace_id = row.span_key[:16]
    return msgspec.structs.replace(
        row,
        member_id=member_id,
        span_key=key_of(trace_id, bytes.fromhex(member.get("span_id", ""))),
        parent_key=key_of(trace_id, bytes.fromhex(member.get("parent_span_id", ""))),
        at_ms=_milliseconds(member_id),
        trait=msgspec.structs.replace(row.trait, **_named(member.get("error_type", ""))),
    )


def _trait(error_type: str | None, message: str | None, context: dict[str, Any], verdict: str) -> Trait:
    return Trait(
        **_named(error_type or ""),
        text=core_text(message or "")[:MAX_TEXT_CHARS],
        explicit=own.FAILURE_CODE in context.get("attributes", ()),
        is_client=context.get("span_kind") == "CLIENT",
        verdict=verdict,
    )


def _named(error_type: str) -> dict[str, str]:
    if is_class_name(error_type):
        return {"class_name": error_type.rpartition(".")[2], "code": ""}
    return {"class_name": "", "code": error_type}


def _milliseconds(failure_id: bytes) -> int:
    """The time in an id: of the exception event, else of the log record, else of the span's end."""
    return int.from_bytes(failure_id[:6], "big")
