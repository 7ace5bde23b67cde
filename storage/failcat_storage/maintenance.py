"""What keeps the tables in shape: partitions for the weeks to come, and nothing kept longer than it should be.

Once a day in a sidecar, and by `failcat maintain`. Every step is a short transaction under an advisory lock of its own,
so that sidecars do not do it twice at a time; a step that waits two seconds for a table lets the writers go first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import msgspec

from failcat_storage.database import Database
from failcat_storage.errors import LockTimeout, RetryableStorageError
from failcat_storage.partitions import Week, create_partition, drop_partition, existing_weeks
from failcat_storage.queries import query

JOB = "maintenance"
WEEKS_AHEAD = 4
MAINTENANCE_LOCK = 7_310_002  # any fixed number that nothing else in the database locks
LOCK_TIMEOUT_SECONDS = 2
LOCK_ATTEMPTS = 5
STATEMENT_TIMEOUT_SECONDS = 600  # to move the rows of a week out of DEFAULT
DELETE_ROWS = 5_000  # a chunk: small enough that nobody waits for it
MAX_CHUNKS = 2_000  # of a table and run; the rest is for tomorrow

EXPIRING = ("recovery_attempts", "failure_losses", "failure_quarantine", "job_runs")
"""Tables that retention deletes from by age alone, with sql/expire_NAME.sql."""

Step = Callable[[asyncpg.Connection], Awaitable[int]]
"""One transaction's work; answers how many rows it moved or deleted."""


class MaintenanceRunning(RetryableStorageError):
    """Another sidecar is maintaining this database right now."""


@dataclass(slots=True)
class MaintenanceReport:
    """What one run did."""

    created: list[str] = field(default_factory=list)  # partitions
    moved_rows: int = 0  # from DEFAULT into new partitions
    dropped: list[str] = field(default_factory=list)  # partitions
    dropped_rows: int = 0  # that were in them
    deleted_rows: dict[str, int] = field(default_factory=dict)  # by table
    postponed: list[str] = field(default_factory=list)  # tables that stayed locked: the next run tries again

    @property
    def complete(self) -> bool:
        return not self.postponed


async def maintain(url: str, retention_days: int, *, now: datetime | None = None) -> MaintenanceReport:
    """One run; `retention_days` 0 keeps everything. Raises RetryableStorageError (SchemaMissing and MaintenanceRunning
    among them), and StorageConfigurationError."""
    started_at = datetime.now(UTC)
    now = now or started_at
    report = MaintenanceReport()
    async with Database.once(url, command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as database:
        await ensure_partitions(database, now, report)
        if retention_days:
            await expire(database, now - timedelta(days=retention_days), report)
        async with database.transaction() as connection:
            document = msgspec.json.encode(asdict(report)).decode()
            await connection.execute(query("insert_job_run"), JOB, started_at, report.complete, document)
    return report


async def ensure_partitions(database: Database, now: datetime, report: MaintenanceReport) -> None:
    """Makes what is missing of this week and the four to come."""
    async with database.transaction() as connection:
        existing = await existing_weeks(connection)
    for week in Week.of(now).and_following(WEEKS_AHEAD):
        if week not in existing:
            report.moved_rows += await _locked(database, week.name, report, partial(_create, week=week, report=report))


async def expire(database: Database, cutoff: datetime, report: MaintenanceReport) -> None:
    """Drops partitions that end before the cutoff, and deletes older rows elsewhere. Rows that go leave the counts of
    their groups in the same transaction. A failure that is sent again after that is new: it is stored in DEFAULT,
    counted, and kept for as long as any other row."""
    async with database.transaction() as connection:
        existing = await existing_weeks(connection)
    for week in existing:
        if week.end <= cutoff:
            report.dropped_rows += await _locked(database, week.name, report, partial(_drop, week=week, report=report))
    await _in_chunks(database, "failure_matches_default", report, partial(_delete_counted, cutoff=cutoff))
    for table in EXPIRING:
        await _in_chunks(database, table, report, partial(_delete_older, table=table, cutoff=cutoff))
    await _in_chunks(database, "failure_groups", report, _delete_empty_groups)


async def _create(connection: asyncpg.Connection, week: Week, report: MaintenanceReport) -> int:
    if week in await existing_weeks(connection):
        return 0  # another sidecar was faster
    moved_rows = await create_partition(connection, week)
    report.created.append(week.name)
    return moved_rows


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
    report.deleted_rows[table] = 0
    for _ in range(MAX_CHUNKS):
        deleted = await _locked(database, table, report, step)
        report.deleted_rows[table] += deleted
        if deleted < DELETE_ROWS:
            break


async def _locked(database: Database, name: str, report: MaintenanceReport, step: Step) -> int:
    """What `step` answers; 0, with `name` in the report, when others keep a lock that it needs."""
    for attempt in range(LOCK_ATTEMPTS):
        try:
            async with _exclusive(database) as connection:
                return await step(connection)
        except LockTimeout:
            await asyncio.sleep(0.2 * attempt)
    report.postponed.append(name)
    return 0


@asynccontextmanager
async def _exclusive(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A transaction that no other maintenance overlaps. Raises MaintenanceRunning."""
    async with database.transaction(
        lock_timeout_seconds=LOCK_TIMEOUT_SECONDS, statement_timeout_seconds=STATEMENT_TIMEOUT_SECONDS
    ) as connection:
        if not await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({MAINTENANCE_LOCK})"):
            raise MaintenanceRunning
        yield connection
