"""One batch of records → one transaction: rows, their members, counts of groups, enrichments, recoveries and
quarantined records.

The reports of a batch are joined, and rows go in by COPY, straight into the table: faster than anything that can skip
duplicates, and nearly always right. When an id is there already, COPY stores nothing and the reports go in one by one,
by INSERT … ON CONFLICT, as does every further batch until one comes without duplicates (a replay is a run of them);
`rejoin` joins them. Rows whose id is a member of another row are taken out before anything is counted: a COPY that
waited for another sidecar's merge has brought them back.

Order of locks, the same in every writer: ids of failures, second ids of those whose id another tenant holds, ids of
members, counters of groups, keys of quarantine, keys of recoveries, keys of losses, rows to enrich; each sorted.
Measured: eight writers on overlapping batches never deadlock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import msgspec

from failcat_core.failpoints import failpoint
from failcat_core.joining import Join, apart
from failcat_core.records import EnrichmentRecord, FailureRecord, RecoveryRecord
from failcat_storage.batch import Batch, merge, sort_out
from failcat_storage.database import Afterwards, Database
from failcat_storage.errors import DuplicateRow, RefusedData, SchemaConflict, Undone, UnexplainedRefusal
from failcat_storage.groups import Titles, count_hours
from failcat_storage.members import member_row, member_rows, rows_of_members, take_out_members
from failcat_storage.quarantine import FOREIGN_ID, Refused, quarantine_records
from failcat_storage.queries import query
from failcat_storage.rehearsal import plain_records
from failcat_storage.reports import JoinedBatch, copy_joined, insert_reports
from failcat_storage.rows import (
    COUNT_GROUPS,
    ENRICH_FAILURES,
    ENRICHMENTS,
    GROUP_HOURS,
    INSERT_LOSSES,
    INSERT_RECOVERIES,
    LOSSES,
    RECOVERIES,
    MemberRow,
    uuid_of,
)
from failcat_storage.tables import transposed
from failcat_storage.tenants import Reference, correct_causes, holders_for
from failcat_storage.traces import Traces, after_commit

MAX_CONTEXT_BYTES = 64 << 10

_UNAPPLIED, _MORE_REPORTS = 1, 2
"""Numbers of rows that after_commit answers."""


@dataclass(slots=True)
class Written:
    """The changes of one committed transaction."""

    failures: list[FailureRecord] = field(default_factory=list)  # really inserted
    recoveries: int = 0  # attempts really inserted
    duplicates: int = 0  # failures that were stored or quarantined already
    quarantined: Counter[str] = field(default_factory=Counter)  # records newly quarantined, by reason
    dropped: Counter[str] = field(default_factory=Counter)  # refused records that quarantine has no room for, by reason
    refused: int = 0  # records not stored: these, and those quarantined before
    traces: Traces = field(
        default_factory=dict
    )  # of its reports, when more reports of some are stored: `rejoin` must follow
    unapplied: bool = False  # recoveries of its failures may not be in their rows yet: `apply_recoveries` must follow


Move = tuple[UUID, UUID, str | None]
"""The id that attempts are stored under, the id of their failure's row, and the tenant of both."""


class BatchWriter:
    """Writes batches for one shard of the groups' counters."""

    def __init__(self, database: Database, shard: int, join: Join = apart, titles: Titles | None = None) -> None:
        self._database = database
        self._shard = shard
        self._join = join
        self._titles = titles or Titles()
        self._replaying = False  # duplicates were seen: COPY would fail again

    async def write(self, batch: Batch) -> Written:
        """Raises RefusedData or UnexplainedRefusal when PostgreSQL does not take one of the records; none is stored."""
        if not self._replaying and not batch.repeated:
            try:
                return await self._transaction(batch, self._joined(batch))
            except DuplicateRow:
                self._replaying = True
        written = await self._transaction(batch, None)
        self._replaying = written.duplicates > 0
        return written

    def _joined(self, batch: Batch) -> JoinedBatch:
        """Raises DuplicateRow when two rows would have one id: a failure that the agent gave one and that several
        tenants report."""
        rows: dict[bytes, FailureRecord] = {}
        members: list[MemberRow] = []
        joined = self._join(batch.failures)
        for each in joined:
            rows[each.row.id] = each.row
            if each.reports:
                members += member_rows(each)
        if len(rows) < len(joined):
            raise DuplicateRow
        return JoinedBatch([rows[key] for key in sorted(rows)], members)

    async def _transaction(self, batch: Batch, joined: JoinedBatch | None) -> Written:
        written, lookup = Written(), Afterwards()
        async with self._database.transaction(afterwards=lookup) as connection:
            await self._store(connection, batch, joined, written)
            # Nearly always nothing is unapplied in this range, and a range is cheaper to query than every id.
            if stretch := batch.id_range():
                lookup.statement = after_commit(*stretch, written.traces)
            failpoint("write.inserted")
        failpoint("write.committed")
        found = int(lookup.status.removeprefix("SELECT ") or 0) if lookup.statement else 0
        written.unapplied = bool(found & _UNAPPLIED)
        if not found & _MORE_REPORTS:
            written.traces = {}
        return written

    async def _store(
        self, connection: asyncpg.Connection, batch: Batch, joined: JoinedBatch | None, written: Written
    ) -> None:
        """The batch within the caller's transaction; adds to `written`. Without `joined` its reports are stored one by
        one, those that are not stored yet."""
        if batch.failures:
            given = [*batch.failures, *batch.repeated]
            stored = await (copy_joined(connection, joined) if joined else insert_reports(connection, given))
            taken = await take_out_members(connection, stored.failures)
            written.failures = [failure for failure in stored.failures if failure.id not in taken]
            written.duplicates = stored.duplicates + len(taken)
            written.traces = stored.traces
            failpoint("write.staged")
            await correct_causes(connection, written.failures)
            await self._count_groups(connection, written.failures)
            if stored.foreign:
                await self._quarantine_foreign(connection, stored.foreign, written)
        if batch.recoveries:
            batch.recoveries = await of_rows(connection, batch.recoveries)
            written.recoveries = await insert_recoveries(connection, batch.recoveries)
        if batch.losses:
            await connection.execute(INSERT_LOSSES, *LOSSES.arrays(batch.losses))
        if batch.enrichments:
            await enrich(connection, batch.enrichments)

    async def _quarantine_foreign(
        self, connection: asyncpg.Connection, foreign: list[Refused], written: Written
    ) -> None:
        """What is quarantined already is a duplicate."""
        quarantined = await quarantine_records(connection, foreign)
        written.duplicates += len(foreign) - quarantined.total
        written.quarantined, written.dropped, written.refused = quarantined.kept, quarantined.dropped, len(foreign)

    async def rehearse(self) -> None:
        """Writes one record of every kind and rolls back. Raises SchemaConflict when that is refused too: then no
        record caused the earlier refusal. Raises RetryableStorageError."""
        try:
            with suppress(Undone):
                async with self._database.transaction() as connection:
                    batch = sort_out(plain_records())
                    failure = batch.failures[0]
                    joined = JoinedBatch(batch.failures, [member_row(failure, failure.id)])
                    await self._store(connection, batch, joined, Written())
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


async def of_rows(connection: asyncpg.Connection, recoveries: Sequence[RecoveryRecord]) -> list[RecoveryRecord]:
    """Outcomes of reports as those of the rows that these are part of."""
    members = await rows_of_members(connection, [recovery.failure_id for recovery in recoveries])
    meant: list[RecoveryRecord] = []
    for recovery in recoveries:
        row_id, owner = members.get(recovery.failure_id, (recovery.failure_id, recovery.tenant_id))
        has_no_tenant = recovery.token_tenant is None and None in (owner, recovery.tenant_id)
        is_own = owner == recovery.tenant_id or has_no_tenant
        meant.append(msgspec.structs.replace(recovery, failure_id=row_id) if is_own else recovery)
    return meant


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
    wanted = {*ids, *(row for _, row, _ in moves)}
    there = await lock_failures(connection, wanted)
    if moves:
        await connection.execute(query("move_recoveries"), *transposed(moves))
    if gone := wanted - set(there):  # perhaps into other rows, while this waited for the lock
        await _move_to_rows(connection, gone)
    if there:
        await connection.execute(query("apply_recoveries"), there)


async def _move_to_rows(connection: asyncpg.Connection, ids: Collection[UUID]) -> None:
    """Attempts on reports that are part of other rows."""
    members = await rows_of_members(connection, [each.bytes for each in ids])
    moves = [(uuid_of(key), uuid_of(row_id)) for key, (row_id, _) in members.items() if row_id != key]
    if moves:
        await lock_failures(connection, {row_id for _, row_id in moves})
        await connection.execute(query("move_outcomes"), *transposed(moves))


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
