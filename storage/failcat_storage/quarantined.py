"""Quarantined records: lists them, marks them as shown, drops them, and writes them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from failcat_core.records import UNDECODABLE, EnrichmentRecord, FailureRecord, Record, decode
from failcat_storage.database import Database
from failcat_storage.queries import query
from failcat_storage.store import WriteResult
from failcat_storage.tenants import Holders, Reference, holders_of

Write = Callable[[Sequence[Record]], Awaitable[WriteResult]]
"""Store.write, or one that tries it several times."""

PAGE_ROWS = 100  # of at most 128 KiB each
ID_BYTES = 16
_LOWEST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Selection:
    """Selects records; None selects any."""

    ids: Sequence[UUID] | None = None
    reason: str | None = None
    tenant: str | None = None


class Obstacle(StrEnum):
    """Why a record cannot be written once more."""

    CUT = "cut at 128 KiB: the rest of it is lost"
    UNREADABLE = "not a record that this release can read"
    ORPHANED = "it adds to a failure that is not stored; replay that first"


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
    """One row."""

    id: UUID
    tenant: str | None
    reason: str
    detail: str
    raw: bytes  # the record as it was spooled, a batch of one; cut when `bytes` is more
    bytes: int
    refusals: int
    quarantined_at: datetime
    shown_at: datetime | None

    def record(self) -> Record | Obstacle:
        if self.bytes > len(self.raw):
            return Obstacle.CUT
        try:
            (record,) = decode(self.raw)
        except (*UNDECODABLE, ValueError):
            return Obstacle.UNREADABLE
        return record


@dataclass(slots=True)
class Replayed:
    """The outcome for records that were written again."""

    stored: int = 0  # and gone from quarantine
    refused: int = 0  # again, they stay with the new reason
    left: Counter[str] = field(default_factory=Counter)  # by what is in the way, in words


async def quarantined_records(database: Database, selection: Selection) -> AsyncIterator[list[QuarantinedRecord]]:
    """A page at a time, each read when it is asked for. Raises RetryableStorageError."""
    last = _LOWEST
    ids = None if selection.ids is None else list(selection.ids)
    while True:
        async with database.transaction() as connection:
            page = await connection.fetch(
                query("quarantine_page"), ids, selection.reason, selection.tenant, last, PAGE_ROWS
            )
        if page:
            yield [_record(row) for row in page]
        if len(page) < PAGE_ROWS:
            return
        last = page[-1]["id"]


async def note_shown(database: Database, ids: Sequence[UUID]) -> None:
    async with database.transaction() as connection:
        await connection.execute(query("quarantine_show"), list(ids))


async def drop(database: Database, records: Sequence[QuarantinedRecord]) -> list[UUID]:
    """Those that are gone now; one that was refused again since it was read stays."""
    async with database.transaction() as connection:
        rows = await connection.fetch(
            query("quarantine_delete"), [each.id for each in records], [each.refusals for each in records]
        )
    return [row["id"] for row in rows]


async def replay(database: Database, write: Write, selection: Selection, done: Replayed) -> None:
    """Writes records once more, as a sidecar does: what is refused again comes back with its new reason and one refusal
    more, and only what does not come back leaves quarantine. Ids make it harmless to do it twice, or beside a sidecar.
    Adds to `done`. Raises RetryableStorageError."""
    for failures in (True, False):  # what adds to a failure comes behind it
        async for page in quarantined_records(database, selection):
            records = {each: record for each in page if not isinstance(record := each.record(), Obstacle)}
            if failures:
                done.left.update(found for each in page if isinstance(found := each.record(), Obstacle))
            chosen = {each: it for each, it in records.items() if isinstance(it, FailureRecord) == failures}
            await _replay_page(database, write, chosen, done)


async def _replay_page(
    database: Database, write: Write, records: Mapping[QuarantinedRecord, Record], done: Replayed
) -> None:
    orphaned = await _orphaned(database, records)
    done.left.update(Obstacle.ORPHANED for _ in orphaned)
    writable = {each: record for each, record in records.items() if each not in orphaned}
    if writable:
        result = await write(list(writable.values()))
        # Without room: a record that an older release encoded otherwise. Nothing leaves before it is kept.
        gone = [] if result.dropped else await drop(database, list(writable))
        done.stored += len(gone)
        done.refused += len(writable) - len(gone)


async def _orphaned(database: Database, records: Mapping[QuarantinedRecord, Record]) -> set[QuarantinedRecord]:
    """An enrichment without its row would be passed over as if it were written."""
    meant = {each: Reference.of(record) for each, record in records.items() if isinstance(record, EnrichmentRecord)}
    meant = {each: reference for each, reference in meant.items() if len(reference.id) == ID_BYTES}
    if not meant:
        return set()
    async with database.transaction() as connection:
        holders = await holders_of(connection, {id_ for it in meant.values() for id_ in it.candidates})
    return {each for each, reference in meant.items() if not _is_there(reference, holders)}


def _is_there(reference: Reference, holders: Holders) -> bool:
    return reference.id in holders if reference.token_tenant is None else reference.row(holders) is not None


def _record(row: asyncpg.Record) -> QuarantinedRecord:
    return QuarantinedRecord(
        id=row["id"],
        tenant=row["tenant_id"],
        reason=row["reason"],
        detail=row["detail"],
        raw=row["record"],
        bytes=row["record_bytes"],
        refusals=row["refusals"],
        quarantined_at=row["created_at"],
        shown_at=row["shown_at"],
    )
