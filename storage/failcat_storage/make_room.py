"""Dropping the oldest failures of an embedded database that is nearly full.

The limit is the operator's word for this server's disk, so it goes before the fleet's retention, which only says how
long rows are kept at most where there is room. The present week is never dropped: when nothing else is left, the store
holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import asyncpg
import msgspec

from failcat_storage.clocks import Clocks, read_clocks
from failcat_storage.database import Database
from failcat_storage.errors import LockTimeout
from failcat_storage.expiry import Expiry, count_expired, expire, present_week
from failcat_storage.maintenance_steps import LOCK_TIMEOUT_SECONDS, STATEMENT_TIMEOUT_SECONDS, MaintenanceReport
from failcat_storage.partitions import existing_weeks
from failcat_storage.queries import query
from failcat_storage.size import DatabaseSize

JOB = "size"
COUNTERS = "failure_group_hours"


async def make_room(url: str, size: DatabaseSize, on_dropped: Callable[[MaintenanceReport], None]) -> str:
    """Drops the oldest week with all that is as old, again until the database is no longer nearly full; `on_dropped`
    hears of each. Counts of groups stay exact. Answers why it cannot go on; nothing when it need not. Raises
    RetryableStorageError (MaintenanceRunning among them)."""
    async with Database.once(url, command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as database:
        while True:
            async with database.transaction() as connection:
                await size.measure(connection)
                clocks = await read_clocks(connection)
                expiry = await _oldest(connection, clocks)
            if not size.is_nearly_full:
                return ""
            if not expiry:
                return "only the present week is left, which is not dropped"
            report = MaintenanceReport()
            await expire(database, expiry, report)
            if report.postponed:
                return f"{', '.join(report.postponed)} stay locked"
            async with database.transaction() as connection:
                document = msgspec.json.encode(asdict(report)).decode()
                await connection.execute(query("insert_job_run"), JOB, clocks.database, report.complete, document)
            on_dropped(report)
            await _shrink(database, report)


async def _oldest(connection: asyncpg.Connection, clocks: Clocks) -> Expiry | None:
    """None when everything is of the present week."""
    present = present_week(clocks)
    oldest = next((week for week in await existing_weeks(connection) if week < present), None)
    expiry = Expiry(oldest.end if oldest else present.start, present)
    return expiry if oldest or await count_expired(connection, expiry) else None


async def _shrink(database: Database, report: MaintenanceReport) -> None:
    """Gives the disk back what rows took that were deleted one by one; a table that is busy keeps it."""
    for table in (COUNTERS, *report.deleted_rows):
        try:
            async with database.connection() as connection:
                await connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
                await connection.execute(f"VACUUM (FULL, ANALYZE) {table}")
        except LockTimeout:
            report.postponed.append(table)
