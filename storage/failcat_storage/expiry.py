"""Dropping what is too old, with the counts of groups kept exact, and counting it without dropping it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import asyncpg

from failcat_storage.clocks import Clocks
from failcat_storage.database import Database
from failcat_storage.errors import RetryableStorageError
from failcat_storage.maintenance_steps import MaintenanceReport, Step, locked
from failcat_storage.partitions import KEYS, MEMBERS, Week, drop_partition, existing_weeks
from failcat_storage.queries import query
from failcat_storage.retention import FleetRetention, read_retention

DELETE_ROWS = 5_000  # a chunk: small enough that nobody waits for it
MAX_CHUNKS = 2_000  # of a table and run; the rest is for tomorrow

DEFAULT = "failure_matches_default"
EXPIRING = {
    "failure_members_default": "created_at",
    "recovery_attempts": "created_at",
    "failure_losses": "created_at",
    "failure_quarantine": "created_at",
    "job_runs": "finished_at",
}
"""Tables that are deleted from by age alone, with sql/expire_NAME.sql, and the column of the age."""


class RetentionChanged(RetryableStorageError):
    """The fleet's retention was changed during this run."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """The rows that expire."""

    cutoff: datetime
    present: Week  # by both clocks; neither it nor a later one is ever dropped
    retention: FleetRetention | None = None  # must hold at every step; None when something else is the reason

    def covers(self, week: Week) -> bool:
        return week.end <= self.cutoff and week < self.present


def present_week(clocks: Clocks) -> Week:
    """The earlier one of two, when a week has just begun by one of the clocks."""
    return min(Week.of(clocks.database), Week.of(clocks.local))


async def expire(database: Database, expiry: Expiry, report: MaintenanceReport) -> None:
    """Drops partitions that end before the cutoff, and deletes older rows elsewhere. Rows that go leave the counts of
    their groups in the same transaction. A failure that is sent again after that is new: it is stored in DEFAULT,
    counted, and kept for as long as any other row. Raises MaintenanceRunning, RetentionChanged."""
    async with database.transaction() as connection:
        existing = await existing_weeks(connection)
    for week in filter(expiry.covers, existing):
        step = _guarded(partial(_drop, week=week, report=report), expiry)
        report.dropped_rows += await locked(database, week.name, report, step)
    async with database.transaction() as connection:
        existing = await existing_weeks(connection, MEMBERS)
    for week in filter(expiry.covers, existing):
        step = _guarded(partial(_drop_members, week=week, report=report), expiry)
        await locked(database, week.name_in(MEMBERS), report, step)
    await _in_chunks(database, DEFAULT, report, _guarded(partial(_delete_counted, cutoff=expiry.cutoff), expiry))
    for table in EXPIRING:
        step = _guarded(partial(_delete_older, table=table, cutoff=expiry.cutoff), expiry)
        await _in_chunks(database, table, report, step)
    await _in_chunks(database, "failure_groups", report, _delete_empty_groups)


async def count_expired(connection: asyncpg.Connection, expiry: Expiry) -> dict[str, int]:
    """How many rows `expire` would drop, by table; bookkeeping left out, and tables that would lose none."""
    weeks = [
        week.name_in(table) for table in KEYS for week in await existing_weeks(connection, table) if expiry.covers(week)
    ]
    counts = {name: await connection.fetchval(query("count_partition").format(name=name)) for name in weeks}
    for table, column in ((DEFAULT, "created_at"), *EXPIRING.items()):
        if table != "job_runs":
            statement = query("count_older").format(table=table, column=column)
            counts[table] = await connection.fetchval(statement, expiry.cutoff)
    return {table: count for table, count in counts.items() if count}


def _guarded(step: Step, expiry: Expiry) -> Step:
    """The step, unless a sidecar has lengthened the fleet's retention since the run began."""

    async def guarded(connection: asyncpg.Connection) -> int:
        if expiry.retention and await read_retention(connection, locked=True) != expiry.retention:
            raise RetentionChanged
        return await step(connection)

    return guarded


async def _drop(connection: asyncpg.Connection, week: Week, report: MaintenanceReport) -> int:
    """Reads the rows, because clocks ahead are believed in ids but not in `occurred_at`: not every row of the partition
    is counted in its week, nor every row that is counted in this week in the partition. Writers wait only while what
    came in meanwhile is read."""
    if week not in await existing_weeks(connection):
        return 0  # another sidecar was faster
    rows = await connection.fetchval(_uncounting("rows_of_partition", name=week.name, side="<"))
    await connection.execute("LOCK TABLE failure_matches IN ACCESS EXCLUSIVE MODE")
    rows += await connection.fetchval(_uncounting("rows_of_partition", name=week.name, side=">="))
    await drop_partition(connection, week)
    report.dropped.append(week.name)
    return int(rows)


async def _drop_members(connection: asyncpg.Connection, week: Week, report: MaintenanceReport) -> int:
    """Their rows went with the same week, or stay and are read as one report each."""
    if week in await existing_weeks(connection, MEMBERS):
        await drop_partition(connection, week, MEMBERS)
        report.dropped.append(week.name_in(MEMBERS))
    return 0


async def _delete_counted(connection: asyncpg.Connection, cutoff: datetime) -> int:
    statement = _uncounting("expire_failure_matches_default")
    return int(await connection.fetchval(statement, cutoff, DELETE_ROWS))


def _uncounting(leaving: str, **names: str) -> str:
    """The query `leaving` as a statement that also takes the rows that it answers out of their groups' counts."""
    return query("uncount_leaving").format(leaving=query(leaving).format(**names))


async def _delete_older(connection: asyncpg.Connection, table: str, cutoff: datetime) -> int:
    return len(await connection.fetch(query(f"expire_{table}"), cutoff, DELETE_ROWS))


async def _delete_empty_groups(connection: asyncpg.Connection) -> int:
    """Groups that nobody has touched and whose last row has expired: what hostile text makes many of."""
    empty = await connection.fetch(query("empty_groups"), DELETE_ROWS)
    if not empty:
        return 0
    keys = [row["tenant_id"] for row in empty], [row["signature"] for row in empty]
    # Writers wait from here on: one that counts on a group must not find it gone.
    await connection.execute("LOCK TABLE failure_groups IN SHARE ROW EXCLUSIVE MODE")
    return len(await connection.fetch(query("expire_failure_groups"), *keys))


async def _in_chunks(database: Database, table: str, report: MaintenanceReport, step: Step) -> None:
    """Repeats `step`, which deletes at most DELETE_ROWS of the table, until it finds fewer."""
    for _ in range(MAX_CHUNKS):
        deleted = await locked(database, table, report, step)
        if deleted:
            report.deleted_rows[table] = report.deleted_rows.get(table, 0) + deleted
        if deleted < DELETE_ROWS:
            break
