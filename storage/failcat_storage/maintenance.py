"""Maintenance of the tables: makes partitions for the weeks to come, and removes expired rows.

Once a day in a sidecar, and by `failcat maintain`. Weeks and ages are the database's, whose clock is one for the whole
fleet; nothing is dropped while anything says that this clock is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

import asyncpg
import msgspec

from failcat_storage.clocks import Clocks, describe_offset, read_clocks
from failcat_storage.database import Database
from failcat_storage.expiry import Expiry, count_expired, expire, present_week
from failcat_storage.group_merges import bridge_old_groups
from failcat_storage.maintenance_steps import STATEMENT_TIMEOUT_SECONDS, MaintenanceReport, locked
from failcat_storage.partitions import KEYS, Week, create_partition, existing_weeks
from failcat_storage.queries import query
from failcat_storage.retention import FleetRetention, announce_retention, read_retention, set_retention

JOB = "maintenance"
WEEKS_AHEAD = 4


async def maintain(
    url: str, retention_days: int | None, *, confirmed: bool = False, clocks: Clocks | None = None
) -> MaintenanceReport:
    """One run. `retention_days` is announced to the fleet, whose longest wins: 0 is for ever, None follows the fleet.
    When an operator has `confirmed` it, it becomes the fleet's at once, even if that is shorter. `clocks` are read when
    not given. Raises RetryableStorageError (SchemaMissing, MaintenanceRunning and RetentionChanged among them), and
    StorageConfigurationError."""
    report = MaintenanceReport()
    async with Database.once(url, command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as database:
        async with database.transaction() as connection:
            clocks = clocks or await read_clocks(connection)
            if confirmed and retention_days is not None:
                retention = await set_retention(connection, retention_days, clocks.database)
            else:
                retention = await announce_retention(connection, retention_days, clocks.database)
        report.retention_days = retention.days
        await ensure_partitions(database, clocks.database, report)
        await _retain(database, retention, clocks, confirmed, report)
        report.bridged_groups = await bridge_old_groups(database)
        async with database.transaction() as connection:
            document = msgspec.json.encode(asdict(report)).decode()
            await connection.execute(query("insert_job_run"), JOB, clocks.database, report.complete, document)
    return report


async def preview(url: str, retention_days: int) -> tuple[int | None, dict[str, int]]:
    """The fleet's retention in days, None when nobody has announced any; and how many rows of which tables this one
    would drop now. Raises as `maintain` does."""
    async with Database.once(url, command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as database:
        async with database.transaction() as connection:
            clocks = await read_clocks(connection)
            present = await read_retention(connection)
        cutoff = FleetRetention(retention_days, clocks.database).cutoff(clocks.database)
        expired = await _count(database, Expiry(cutoff, present_week(clocks))) if cutoff else {}
    return present.days if present else None, expired


async def last_success_seconds(url: str) -> float | None:
    """How long ago maintenance last succeeded, in whichever sidecar; None when it never has. Raises as `maintain`."""
    async with Database.once(url) as database, database.transaction() as connection:
        seconds: float | None = await connection.fetchval(query("latest_maintenance"), JOB)
        return seconds


async def ensure_partitions(database: Database, now: datetime, report: MaintenanceReport) -> None:
    """Makes what is missing of this week and the four to come."""
    for table in KEYS:
        async with database.transaction() as connection:
            existing = await existing_weeks(connection, table)
        for week in Week.of(now).and_following(WEEKS_AHEAD):
            if week not in existing:
                name = week.name_in(table)
                step = partial(_create, week=week, table=table, report=report)
                report.moved_rows += await locked(database, name, report, step)


async def _create(connection: asyncpg.Connection, week: Week, table: str, report: MaintenanceReport) -> int:
    if week in await existing_weeks(connection, table):
        return 0  # another sidecar was faster
    moved_rows = await create_partition(connection, week, table)
    report.created.append(week.name_in(table))
    return moved_rows


async def _retain(
    database: Database, retention: FleetRetention, clocks: Clocks, confirmed: bool, report: MaintenanceReport
) -> None:
    """Drops what has expired, or says in the report why not."""
    cutoff = retention.cutoff(clocks.database)
    if cutoff is None:
        return
    expiry = Expiry(cutoff, present_week(clocks), retention)
    if not clocks.agree:
        report.refused = await _refuse(database, retention, clocks)
    elif clocks.database < retention.drops_from:
        report.waiting = await _wait(database, expiry, retention)
    elif not confirmed and (expired := await _count_unless_evidence(database, expiry, retention, clocks)):
        report.refused = (
            "no failure that has not expired was stored until a day ago, as after a jump of the database's clock; not "
            f"dropped: {describe_counts(expired)}; when that clock is right, run "
            f"`failcat maintain --retention-days {retention.days} --yes`"
        )
    else:
        await expire(database, expiry, report)


async def _refuse(database: Database, retention: FleetRetention, clocks: Clocks) -> str:
    """Counts what would have expired by the clock that is ahead."""
    ahead = max(clocks.database, clocks.local)
    expired = await _count(database, Expiry(ahead - timedelta(days=retention.days), Week.of(ahead)))
    return (
        f"{describe_offset(clocks.offset_seconds)}, and nothing is dropped while they differ by more than two minutes; "
        f"expired by the clock that is ahead: {describe_counts(expired) or 'nothing'}"
    )


async def _wait(database: Database, expiry: Expiry, retention: FleetRetention) -> str:
    """Empty when nothing has expired."""
    expired = await _count(database, expiry)
    if not expired:
        return ""
    return (
        f"a retention of {retention.days} days has been announced for the first time, and drops nothing before "
        f"{retention.drops_from:%Y-%m-%d %H:%M} UTC, so that every sidecar can announce a longer one; "
        f"kept until then: {describe_counts(expired)}"
    )


async def _count_unless_evidence(
    database: Database, expiry: Expiry, retention: FleetRetention, clocks: Clocks
) -> dict[str, int]:
    """The expired rows, when no failure proves that time has really passed; else nothing."""
    async with database.transaction() as connection:
        latest = retention.latest_evidence(clocks.database)
        proven = await connection.fetchval(query("has_evidence"), expiry.cutoff, latest)
    return {} if proven else await _count(database, expiry)


async def _count(database: Database, expiry: Expiry) -> dict[str, int]:
    async with database.transaction(statement_timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as connection:
        return await count_expired(connection, expiry)


def describe_counts(rows: Mapping[str, int]) -> str:
    """Such as "1,500 of failure_matches_y2026w40, 3 of recovery_attempts"."""
    return ", ".join(f"{count:,} of {table}" for table, count in rows.items())
