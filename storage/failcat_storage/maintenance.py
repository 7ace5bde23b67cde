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

EXPIRING = ("failure_matches_default", "recovery_attempts", "failure_group_hours", "failure_quarantine", "job_runs")
"""Tables without partitions that retention deletes from, by sql/expire_NAME.sql."""


class MaintenanceRunning(RetryableStorageError):
    """Another sidecar is maintaining this database right now."""


@dataclass(slots=True)
class MaintenanceReport:
    """What one run did."""

    created: list[str] = field(default_factory=list)  # partitions
    moved_rows: int = 0  # from DEFAULT into new partitions
    dropped: list[str] = field(default_factory=list)  # partitions
    deleted_rows: dict[str, int] = field(default_factory=dict)  # by table
    postponed: list[str] = field(default_factory=list)  # partitions whose table stayed locked: the next run tries again

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
            await _change(database, week, report, _create)


async def expire(database: Database, cutoff: datetime, report: MaintenanceReport) -> None:
    """Drops partitions that end before the cutoff, and deletes older rows elsewhere."""
    async with database.transaction() as connection:
        existing = await existing_weeks(connection)
    for week in existing:
        if week.end <= cutoff:
            await _change(database, week, report, _drop)
    for table in EXPIRING:
        report.deleted_rows[table] = await _delete_older(database, table, cutoff)
    report.deleted_rows["failure_groups"] = await _delete_empty_groups(database)


async def _create(connection: asyncpg.Connection, week: Week, report: MaintenanceReport) -> None:
    if week in await existing_weeks(connection):
        return  # another sidecar was faster
    report.moved_rows += await create_partition(connection, week)
    report.created.append(week.name)


async def _drop(connection: asyncpg.Connection, week: Week, report: MaintenanceReport) -> None:
    await drop_partition(connection, week)
    report.dropped.append(week.name)


async def _change(
    database: Database,
    week: Week,
    report: MaintenanceReport,
    step: Callable[[asyncpg.Connection, Week, MaintenanceReport], Awaitable[None]],
) -> None:
    for attempt in range(LOCK_ATTEMPTS):
        try:
            async with _exclusive(database) as connection:
                await step(connection, week, report)
            return
        except LockTimeout:
            await asyncio.sleep(0.2 * attempt)
    report.postponed.append(week.name)


@asynccontextmanager
async def _exclusive(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A transaction that no other maintenance overlaps. Raises MaintenanceRunning."""
    async with database.transaction(
        lock_timeout_seconds=LOCK_TIMEOUT_SECONDS, statement_timeout_seconds=STATEMENT_TIMEOUT_SECONDS
    ) as connection:
        if not await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({MAINTENANCE_LOCK})"):
            raise MaintenanceRunning
        yield connection


async def _delete_older(database: Database, table: str, cutoff: datetime) -> int:
    total = 0
    for _ in range(MAX_CHUNKS):
        async with _exclusive(database) as connection:
            deleted = await connection.fetch(query(f"expire_{table}"), cutoff, DELETE_ROWS)
        total += len(deleted)
        if len(deleted) < DELETE_ROWS:
            break
    return total


async def _delete_empty_groups(database: Database) -> int:
    """Groups that nobody has touched and whose last hour has expired: what hostile text makes many of."""
    total = 0
    for _ in range(MAX_CHUNKS):
        async with _exclusive(database) as connection:
            empty = await connection.fetch(query("empty_groups"), DELETE_ROWS)
            if not empty:
                break
            keys = [row["tenant_id"] for row in empty], [row["signature"] for row in empty]
            # Writers wait from here on: one that counts on a group must not find it gone.
            await connection.execute("LOCK TABLE failure_groups IN SHARE ROW EXCLUSIVE MODE")
            total += len(await connection.fetch(query("expire_failure_groups"), *keys))
        if len(empty) < DELETE_ROWS:
            break
    return total
