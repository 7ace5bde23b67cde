"""What goes when the database is nearly full, and what never does."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from tests.support.ext4 import Ext4
from tests.support.failures import Failures

from failcat_catalog.identity import failure_id
from failcat_core.records import FailureRecord
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.size_watch import ServerDisk, SizeWatch
from failcat_storage.errors import RetryableStorageError
from failcat_storage.maintenance import maintain
from failcat_storage.maintenance_steps import MAINTENANCE_LOCK, MaintenanceReport, MaintenanceRunning
from failcat_storage.make_room import make_room
from failcat_storage.partitions import Week, create_partition, existing_weeks
from failcat_storage.size import DatabaseFull, DatabaseSize
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

NOW = datetime.now(UTC)
WEEK = timedelta(weeks=1)
ALWAYS_FULL = 1  # byte
STRAY = datetime(2001, 1, 1, tzinfo=UTC)  # outside every week


def failures_at(failures: Failures, moment: datetime, count: int) -> Sequence[FailureRecord]:
    shapes = [failures.one(occurred_at_us=int(moment.timestamp() * 1e6)) for _ in range(count)]
    for each in shapes:
        each.id = failure_id(each.occurred_at_us * 1000, each.trace_id or b"", each.span_id or b"", 0)
    return shapes


async def store_strays(store: Store, db: asyncpg.Connection, failures: Failures, count: int, stored: datetime) -> None:
    records = failures_at(failures, STRAY, count)
    await store.write(records)
    ids = [UUID(bytes=record.id) for record in records]
    await db.execute("UPDATE failure_matches SET created_at = $1 WHERE id = ANY($2)", stored, ids)


async def rows_and_counts(db: asyncpg.Connection) -> tuple[int, int]:
    return (
        await db.fetchval("SELECT count(*) FROM failure_matches"),
        await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals"),
    )


async def test_weeks_go_oldest_first_then_strays_and_never_the_present_week(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await maintain(database_url, 0)  # for ever: the limit goes before it
    old = [Week.of(NOW - 3 * WEEK), Week.of(NOW - WEEK)]
    for week, count in zip(old, (7, 5), strict=True):
        async with db.transaction():
            await create_partition(db, week)
        await store.write(failures_at(failures, week.start, count))
    await store.write(failures_at(failures, NOW, 3))
    await store_strays(store, db, failures, 11, NOW - WEEK / 2 - WEEK)
    await store_strays(store, db, failures, 2, NOW)
    reports: list[MaintenanceReport] = []
    obstacle = await make_room(database_url, DatabaseSize(ALWAYS_FULL), reports.append)
    assert obstacle == "only the present week is left, which is not dropped"
    assert [report.dropped for report in reports] == [[week.name] for week in old]
    assert [report.failures_dropped for report in reports] == [7, 16]
    assert await rows_and_counts(db) == (5, 5)
    assert min(await existing_weeks(db)) == Week.of(NOW)
    assert await db.fetchval("SELECT count(*) FROM job_runs WHERE job = 'size' AND succeeded") == 2


async def test_deleted_rows_give_the_disk_back(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await store_strays(store, db, failures, 200, NOW)  # older rows lie before these: the end of the file stays
    await store_strays(store, db, failures, 2_000, NOW - WEEK)
    await store_strays(store, db, failures, 200, NOW)
    size = "SELECT pg_table_size('failure_matches_default')"
    before = await db.fetchval(size)
    assert await make_room(database_url, DatabaseSize(ALWAYS_FULL), lambda _: None)
    assert await db.fetchval(size) < before / 2
    assert await rows_and_counts(db) == (400, 400)


async def test_nothing_goes_while_there_is_room(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await store_strays(store, db, failures, 2, NOW - WEEK)
    reports: list[MaintenanceReport] = []
    assert await make_room(database_url, DatabaseSize(1 << 50), reports.append) == ""
    assert (reports, await rows_and_counts(db)) == ([], (2, 2))


async def test_other_maintenance_is_not_disturbed(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await store_strays(store, db, failures, 2, NOW - WEEK)
    async with db.transaction():
        await db.execute(f"SELECT pg_advisory_xact_lock({MAINTENANCE_LOCK})")
        with pytest.raises(MaintenanceRunning):
            await make_room(database_url, DatabaseSize(ALWAYS_FULL), lambda _: None)


async def test_a_full_store_holds_until_there_is_room(database_url: str, failures: Failures) -> None:
    store = Store.connect(database_url, shard=1, max_table_bytes=1 << 50)
    await store.measure()
    assert store.size.bytes > 1 << 20
    store.size.max_bytes = store.size.bytes
    records = failures_at(failures, NOW, 2)
    with pytest.raises(DatabaseFull, match="see FAILCAT_DATABASE_MAX_BYTES") as held:
        await store.write(records)
    assert isinstance(held.value, RetryableStorageError)
    store.size.max_bytes *= 1000
    assert (await store.write(records)).inserted == 2
    await store.close()


async def test_a_disk_that_others_fill_holds_before_postgresql_stops(
    database_url: str, store: Store, failures: Failures, tmp_path: Path
) -> None:
    disk = Ext4(tmp_path)
    try:
        watch = SizeWatch(database_url, store, Metrics(), ServerDisk(disk.mount, reserve_bytes=16 << 20))
        await watch.look()
        assert (await store.write(failures_at(failures, NOW, 2))).inserted == 2
        others = disk.mount / "others"
        others.write_bytes(bytes(shutil.disk_usage(disk.mount).free - (7 << 20)))
        await watch.look()
        with pytest.raises(DatabaseFull, match="less free than half of FAILCAT_SPOOL_RESERVE_BYTES"):
            await store.write(failures_at(failures, NOW, 2))
        others.unlink()
        await watch.look()
        assert (await store.write(failures_at(failures, NOW, 2))).inserted == 2
    finally:
        disk.pull_out()
