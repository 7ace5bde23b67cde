"""One batch of records → one transaction: rows, counts of groups, enrichments, recoveries and quarantined records.

Rows go in by COPY, straight into the table: faster than anything that can skip duplicates, and nearly always right.
When an id is there already, COPY stores nothing and the batch goes in by INSERT … ON CONFLICT instead, as does every
further batch until one comes without duplicates (a replay is a run of them).

Order of locks, the same in every writer: ids of failures, second ids of those whose id another tenant holds, counters
of groups, keys of quarantine, keys of recoveries, keys of losses, rows to enrich; each sorted. Measured: eight writers
on overlapping batches never deadlock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import asyncpg
import msgspec

from failcat_catalog.identity import id_of_tenant
from failcat_core.failpoints import failpoint
from failcat_core.records import EnrichmentRecord, FailureRecord, RecoveryRecord
from failcat_storage.batch import Batch, merge, sort_out
from failcat_storage.database import Afterwards, Database
from failcat_storage.errors import DuplicateRow, RefusedData, SchemaConflict, Undone, UnexplainedRefusal
from failcat_storage.groups import Titles, count_hours
from failcat_storage.quarantine import FOREIGN_ID, Refused, quarantine_records
from failcat_storage.queries import query
from failcat_storage.rehearsal import plain_records
from failcat_storage.rows import (
    COUNT_GROUPS,
    ENRICH_FAILURES,
    ENRICHMENTS,
    FAILURES,
    GROUP_HOURS,
    INSERT_FAILURES,
    INSERT_LOSSES,
    INSERT_RECOVERIES,
    LOSSES,
    RECOVERIES,
    uuid_of,
)
from failcat_storage.tables import encodable, transposed
from failcat_storage.tenants import MAX_ALIASES, Reference, correct_causes, holders_for, holders_of

MAX_CONTEXT_BYTES = 64 << 10

_DROPPED = "a trigger on failure_matches drops rows, or row-level security hides them"


@dataclass(slots=True)
class Written:
    """The changes of one committed transaction."""

    failures: list[FailureRecord] = field(default_factory=list)  # really inserted
    recoveries: int = 0  # attempts really inserted
    duplicates: int = 0  # failures that were stored or quarantined already
    quarantined: Counter[str] = field(default_factory=Counter)  # records newly quarantined, by reason
    dropped: Counter[str] = field(default_factory=Counter)  # refused records that quarantine has no room for, by reason
    refused: int = 0  # records not stored: these, and those quarantined before
    unapplied: bool = False  # recoveries of its failures may not be in their rows yet: `apply_recoveries` must follow


Move = tuple[UUID, UUID, str | None]
"""The id that attempts are stored under, the id of their failure's row, and the tenant of both."""


class Insert(Protocol):
    """Inserts failures, sorted by id, and returns those that were new."""

    async def __call__(self, connection: asyncpg.Connection, failures: list[FailureRecord]) -> list[FailureRecord]: ...


class BatchWriter:
    """Writes batches for one shard of the groups' counters."""

    def __init__(self, database: Database, shard: int) -> None:
        self._database = database
        self._shard = shard
        self._titles = Titles()
        self._replaying = False  # duplicates were seen: COPY would fail again

    async def write(self, batch: Batch) -> Written:
        """Raises RefusedData or UnexplainedRefusal when PostgreSQL does not take one of the records; none is stored."""
        if not self._replaying:
            try:
                return await self._transaction(batch, copy_failures)
            except DuplicateRow:
                self._replaying = True
        written = await self._transaction(batch, insert_new_failures)
        self._replaying = len(written.failures) < len(batch.failures)
        return written

    async def _transaction(self, batch: Batch, insert: Insert) -> Written:
        written, lookup = Written(), Afterwards()
        async with self._database.transaction(afterwards=lookup) as connection:
            await self._store(connection, batch, insert, written)
            # Nearly always nothing is unapplied in this range, and a range is cheaper to query than every id.
            if stretch := batch.id_range():
                lowest, highest = stretch
                lookup.statement = query("any_unapplied").format(lowest=lowest.hex(), highest=highest.hex())
            failpoint("write.inserted")
        failpoint("write.committed")
        written.unapplied = bool(lookup.statement) and lookup.status != "SELECT 0"
        given = len(batch.failures) + len(batch.repeated)
        written.duplicates = given - len(written.failures) - written.quarantined.total() - written.dropped.total()
        return written

    async def _store(self, connection: asyncpg.Connection, batch: Batch, insert: Insert, written: Written) -> None:
        """The batch within the caller's transaction; adds to `written`."""
        if batch.failures:
            written.failures = await insert(connection, batch.failures)
            failpoint("write.staged")
            foreign = await insert_under_own_ids(connection, batch, written.failures)
            await correct_causes(connection, written.failures)
            await self._count_groups(connection, written.failures)
            if foreign:
                quarantined = await quarantine_records(connection, foreign)
                written.quarantined, written.dropped, written.refused = (
                    quarantined.kept,
                    quarantined.dropped,
                    len(foreign),
                )
        if batch.recoveries:
            written.recoveries = await insert_recoveries(connection, batch.recoveries)
        if batch.losses:
            await connection.execute(INSERT_LOSSES, *LOSSES.arrays(batch.losses))
        if batch.enrichments:
            await enrich(connection, batch.enrichments)

    async def rehearse(self) -> None:
        """Writes one record of every kind and rolls back. Raises SchemaConflict when that is refused too: then no
        record caused the earlier refusal. Raises RetryableStorageError."""
        try:
            with suppress(Undone):
                async with self._database.transaction() as connection:
                    batch = sort_out(plain_records())
                    await self._store(connection, batch, copy_failures, Written())
                    await apply_recoveries_of_locked(connection, [uuid_of(batch.failures[0].id)])
                    await quarantine_records(connection, [Refused(batch.failures[0], FOREIGN_ID, "a rehearsal")])
                    await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # those that wait for the commit
                    raise Undone
        except (RefusedData, UnexplainedRefusal) as error:
            raise SchemaConflict(f"a plain failure is refused too: {error}") from error

    async def _count_groups(self, connection: asyncpg.Connection, failures: list[FailureRecord]) -> None:
        """Counts what was inserted, and makes the groups that are new."""
        if failures:
            hours = count_hours(failures, self._titles)
            await connection.execute(COUNT_GROUPS, self._shard, *GROUP_HOURS.arrays(hours))

    async def quarantine(self, refused: Refused) -> Written:
        """Instead of `write`, for a record that PostgreSQL refused."""
        async with self._database.transaction() as connection:
            quarantined = await quarantine_records(connection, [refused])
        failure_known = isinstance(refused.record, FailureRecord) and not quarantined.total
        kept, dropped = quarantined.kept, quarantined.dropped
        return Written(duplicates=int(failure_known), quarantined=kept, dropped=dropped, refused=1)


async def copy_failures(connection: asyncpg.Connection, failures: list[FailureRecord]) -> list[FailureRecord]:
    """All of them, or DuplicateRow and none."""
    rows = FAILURES.rows(failures)
    with encodable():
        copied = await connection.copy_records_to_table("failure_matches", records=rows, columns=FAILURES.names)
    if copied != f"COPY {len(rows)}":
        raise SchemaConflict(_DROPPED)
    return failures


async def insert_new_failures(connection: asyncpg.Connection, failures: list[FailureRecord]) -> list[FailureRecord]:
    """Inserts the failures whose id is not stored yet, and returns them."""
    rows = await connection.fetch(INSERT_FAILURES, *FAILURES.arrays(failures))
    inserted = {row["id"].bytes for row in rows}
    return [failure for failure in failures if failure.id in inserted]


async def insert_under_own_ids(
    connection: asyncpg.Connection, batch: Batch, inserted: list[FailureRecord]
) -> list[Refused]:
    """Stores the failures whose id another tenant holds under ids of their own, and adds them to `inserted`. Returns
    those that get none: without tokens, or when all their ids are taken."""
    suspects = list(batch.repeated)
    if len(inserted) < len(batch.failures):
        new = {failure.id for failure in inserted}
        suspects += [failure for failure in batch.failures if failure.id not in new]
    refused: list[FailureRecord] = []
    for attempt in range(MAX_ALIASES + 1):
        if not suspects:
            break
        foreign = await find_foreign(connection, suspects)
        last = attempt == MAX_ALIASES
        refused += [failure for failure in foreign if last or failure.token_tenant is None]
        renamed = [] if last else [under_own_id(each) for each in foreign if each.token_tenant is not None]
        by_id = {failure.id: failure for failure in renamed}  # what came twice counts once
        added = await insert_new_failures(connection, [by_id[each] for each in sorted(by_id)]) if by_id else []
        inserted += added
        suspects = [by_id[each] for each in by_id.keys() - {failure.id for failure in added}]
    return [Refused(failure, FOREIGN_ID, "this id is already stored for another tenant") for failure in refused]


def under_own_id(failure: FailureRecord) -> FailureRecord:
    renamed: FailureRecord = msgspec.structs.replace(failure, id=id_of_tenant(failure.id, failure.tenant_id or ""))
    return renamed


async def find_foreign(connection: asyncpg.Connection, suspects: list[FailureRecord]) -> list[FailureRecord]:
    """The failures whose id is stored for another tenant."""
    holders = await holders_of(connection, (failure.id for failure in suspects))
    if not all(failure.id in holders for failure in suspects):  # neither inserted nor there
        raise SchemaConflict(_DROPPED)
    return [failure for failure in suspects if holders[failure.id] != failure.tenant_id]


async def insert_recoveries(connection: asyncpg.Connection, recoveries: Sequence[RecoveryRecord]) -> int:
    """Returns how many attempts were new. `apply_recoveries` changes their failures' rows, after the commit."""
    references = [Reference.of(recovery) for recovery in recoveries]
    holders = await holders_for(connection, references)
    rows = [
        msgspec.structs.replace(recovery, failure_id=reference.outcome_key(holders))
        for recovery, reference in zip(recoveries, references, strict=True)
    ]
    return len(await connection.fetch(INSERT_RECOVERIES, *RECOVERIES.arrays(rows)))


async def enrich(connection: asyncpg.Connection, enrichments: Mapping[Reference, EnrichmentRecord]) -> None:
    """Fills null columns and absent context keys of stored rows."""
    holders = await holders_for(connection, enrichments)
    by_row: dict[bytes, EnrichmentRecord] = {}
    for reference, record in enrichments.items():
        row = reference.id if reference.token_tenant is None else reference.row(holders)
        if row:
            by_row[row] = merge(by_row[row], record) if row in by_row else record
    there = await lock_failures(connection, map(uuid_of, by_row))
    if there:
        found = [msgspec.structs.replace(by_row[each.bytes], id=each.bytes) for each in there]
        await connection.execute(ENRICH_FAILURES, MAX_CONTEXT_BYTES, *ENRICHMENTS.arrays(found))


async def lock_failures(connection: asyncpg.Connection, ids: Iterable[UUID]) -> list[UUID]:
    """Returns the stored ones, in the order in which they were locked. A row committed a moment later must not be
    changed: locking it out of this order could deadlock with another writer."""
    return [row["id"] for row in await connection.fetch(query("lock_failures"), list(ids))]


async def apply_recoveries(database: Database, references: Collection[Reference]) -> None:
    """Sets the recovery flags of failures' rows. Call it after the commit that stored the failure or the outcome.

    The sidecar that commits second sees the other's rows, so the flags are right in either order. Inside the two
    transactions neither might see the other.
    """
    by_place: dict[bytes, list[Reference]] = {}
    for reference in references:
        for place in reference.candidates:
            by_place.setdefault(place, []).append(reference)
    async with database.transaction() as connection:
        unapplied = await connection.fetch(query("unapplied_recoveries"), [uuid_of(each) for each in by_place])
        ids = {row["failure_id"] for row in unapplied}
        concerned = {reference for each in ids for reference in by_place[each.bytes]}
        await apply_recoveries_of_locked(connection, ids, await _moves(connection, concerned))


async def apply_recoveries_of_locked(
    connection: asyncpg.Connection, ids: Iterable[UUID], moves: Sequence[Move] = ()
) -> None:
    """Applies the outcomes of stored failures, after moving their attempts."""
    there = await lock_failures(connection, {*ids, *(row for _, row, _ in moves)})
    if moves:
        await connection.execute(query("move_recoveries"), *transposed(moves))
    if there:
        await connection.execute(query("apply_recoveries"), there)


async def _moves(connection: asyncpg.Connection, references: Collection[Reference]) -> list[Move]:
    """The ids under which attempts may wait for a failure that is stored under another id of its tenant."""
    holders = await holders_for(connection, references)
    return [
        (uuid_of(place), uuid_of(row), reference.tenant_id)
        for reference in references
        if reference.token_tenant is not None and (row := reference.row(holders))
        for place in reference.candidates
        if place != row
    ]
