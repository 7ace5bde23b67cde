"""Partitions are made ahead, take over what lies in DEFAULT, and are dropped in time, while others write and read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from tests.support.failures import Failures
from tests.support.waiting import until, until_one_waits_for_a_lock

from failcat_catalog.identity import failure_id
from failcat_core.records import FailureRecord, LossRecord, RecoveryRecord
from failcat_storage import expiry, maintenance, maintenance_steps
from failcat_storage.clocks import Clocks
from failcat_storage.errors import RetryableStorageError
from failcat_storage.maintenance import maintain
from failcat_storage.maintenance_steps import MAINTENANCE_LOCK, MaintenanceReport, MaintenanceRunning
from failcat_storage.partitions import KEYS, MEMBERS, TABLE, Week, create_partition, lowest_id
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

NOW = datetime.now(UTC)


def failure_at(failures: Failures, moment: datetime) -> FailureRecord:
    microseconds = int(moment.timestamp() * 1e6)
    template = failures.one()
    key = failure_id(microseconds * 1000, template.trace_id or b"", template.span_id or b"", 0)
    return failures.one(id=key, occurred_at_us=microseconds)


async def drop(url: str, days: int, now: datetime) -> MaintenanceReport:
    """As an operator does who has seen what goes, at that time by both clocks."""
    return await maintain(url, days, confirmed=True, clocks=Clocks(now, now))


async def where(db: asyncpg.Connection) -> dict[str, int]:
    rows = await db.fetch("SELECT tableoid::REGCLASS::TEXT AS name, count(*) FROM failure_matches GROUP BY 1")
    return dict(tuple(row) for row in rows)


def weeks(first: int, last: int, *tables: str) -> list[str]:
    """Partitions of the rows, or of these tables."""
    offsets = range(first, last + 1)
    return [Week.of(NOW + timedelta(weeks=offset)).name_in(table) for table in tables or (TABLE,) for offset in offsets]


async def test_this_week_and_four_more_are_made_once(database_url: str) -> None:
    assert (await maintain(database_url, 90)).created == weeks(0, 4, *KEYS)
    assert (await maintain(database_url, 90)).created == []


async def test_rows_in_default_move_to_their_week(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    moments = [NOW, NOW + timedelta(weeks=1), NOW - timedelta(weeks=5), datetime(1970, 1, 1, tzinfo=UTC)]
    await store.write([failure_at(failures, moment) for moment in moments])
    report = await maintain(database_url, 0)
    assert report.moved_rows == 2
    this_week, next_week = weeks(0, 1)
    assert await where(db) == {this_week: 1, next_week: 1, "failure_matches_default": 2}


async def test_new_rows_go_to_their_week(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await maintain(database_url, 0)
    boundary = Week.of(NOW).end
    last, first = boundary - timedelta(milliseconds=1), boundary
    await store.write([failure_at(failures, last), failure_at(failures, first)])
    assert await where(db) == dict.fromkeys(weeks(0, 1), 1)


async def test_a_time_window_reads_only_its_partitions(database_url: str, db: asyncpg.Connection) -> None:
    await maintain(database_url, 0)
    window = [f"'{moment.isoformat()}'::TIMESTAMPTZ" for moment in (Week.of(NOW).start, Week.of(NOW).end)]
    plan = await db.fetch(
        "EXPLAIN SELECT * FROM failure_matches"
        f" WHERE id >= failcat_uuid_at({window[0]}) AND id < failcat_uuid_at({window[1]})"
    )
    text = "\n".join(row[0] for row in plan)
    assert weeks(0, 0)[0] in text
    assert weeks(1, 1)[0] not in text
    assert "failure_matches_default" not in text


@pytest.mark.parametrize("moment", [NOW, Week.of(NOW).start, datetime(1970, 1, 1, tzinfo=UTC)])
async def test_sql_and_python_agree_on_the_lowest_id(db: asyncpg.Connection, moment: datetime) -> None:
    assert await db.fetchval("SELECT failcat_uuid_at($1)", moment) == lowest_id(moment)


async def test_the_lowest_id_of_a_time_beyond_the_layout_is_bounded(db: asyncpg.Connection) -> None:
    ends = await db.fetchrow("SELECT failcat_uuid_at('-infinity'), failcat_uuid_at('infinity')")
    assert tuple(ends) == (UUID(int=0), UUID(int=((1 << 48) - 1) << 80))


async def test_partitions_are_made_under_writers(database_url: str, db: asyncpg.Connection, failures: Failures) -> None:
    """Writers that wait for DEFAULT while it is emptied write to the new partition afterwards."""
    stop, written = asyncio.Event(), list[FailureRecord]()

    async def keep_writing(shard: int) -> None:
        store = Store.connect(database_url, shard=shard)
        while not stop.is_set():
            batch = failures.many(20)
            while True:
                try:
                    await store.write(batch)
                    break
                except RetryableStorageError:
                    await asyncio.sleep(0.01)
            written.extend(batch)
        await store.close()

    writers = [asyncio.create_task(keep_writing(shard)) for shard in range(3)]
    await until(lambda: len(written) >= 120)
    report = await maintain(database_url, 90)
    enough = len(written) + 120  # more than each writer's batch that may have waited for DEFAULT
    await until(lambda: len(written) >= enough)
    stop.set()
    await asyncio.gather(*writers)
    assert report.created == weeks(0, 4, *KEYS)
    assert report.moved_rows > 0
    assert await where(db) == {weeks(0, 0)[0]: len(written)}
    assert await db.fetchval("SELECT count(*) FROM failure_quarantine") == 0
    assert await db.fetchval("SELECT sum(occurrences)::BIGINT FROM failure_group_totals") == len(written)


async def test_a_row_that_waited_for_default_is_written_to_the_new_partition(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    """PostgreSQL refuses it at first, with what looks like a fault of the row."""
    batch = failures.many(1)
    async with db.transaction():
        await create_partition(db, Week.of(NOW))
        writing = asyncio.create_task(store.write(batch))
        await until_one_waits_for_a_lock(db)
    with pytest.raises(RetryableStorageError):
        await writing
    result = await store.write(batch)
    assert (result.inserted, result.quarantined) == (1, {})
    assert await where(db) == {weeks(0, 0)[0]: 1}


async def test_a_locked_table_is_left_for_the_next_run(
    database_url: str, db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance_steps, "LOCK_ATTEMPTS", 1)
    monkeypatch.setattr(maintenance_steps, "LOCK_TIMEOUT_SECONDS", 1)
    monkeypatch.setattr(maintenance, "WEEKS_AHEAD", 0)
    async with db.transaction():
        await db.execute("LOCK TABLE failure_matches_default IN ACCESS SHARE MODE")
        report = await maintain(database_url, 0)
    assert (report.created, report.postponed) == (weeks(0, 0, MEMBERS), weeks(0, 0))
    assert await db.fetchval("SELECT succeeded FROM job_runs") is False
    assert (await maintain(database_url, 0)).created == weeks(0, 0)


async def test_two_runs_at_a_time_are_one(database_url: str, db: asyncpg.Connection) -> None:
    async with db.transaction():
        await db.execute(f"SELECT pg_advisory_xact_lock({MAINTENANCE_LOCK})")
        with pytest.raises(MaintenanceRunning):
            await maintain(database_url, 0)


async def test_retention_drops_weeks_and_deletes_the_rest(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "DELETE_ROWS", 3)
    await maintain(database_url, 0)
    lost = failure_at(failures, datetime(1970, 1, 1, tzinfo=UTC))
    attempt = RecoveryRecord(failure_id=lost.id, attempt=1, mode="SKIP", succeeded=True, occurred_at_us=1)
    losses = LossRecord(id=bytes(16), run_id="r", dropped=3, occurred_at_us=1)
    await store.write([*failures.many(10), lost, attempt, losses, failures.one(error_message="\0")])
    await db.execute(
        "UPDATE failure_groups SET state = 'muted' WHERE signature = (SELECT min(signature) FROM failure_groups)"
    )
    report = await drop(database_url, 30, NOW + timedelta(days=29))
    assert not report.dropped
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == 11
    report = await drop(database_url, 30, Week.of(NOW).end + timedelta(days=30))
    assert report.dropped == weeks(0, 0, *KEYS)
    assert report.deleted_rows["failure_matches_default"] == 1
    expired = ("failure_matches", "recovery_attempts", "failure_losses", "failure_quarantine", "failure_group_hours")
    for table in expired:
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    assert [row["state"] for row in await db.fetch("SELECT state FROM failure_groups")] == ["muted"]


async def test_retention_zero_keeps_everything(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await store.write(failures.many(5))
    await drop(database_url, 0, NOW + timedelta(days=4000))
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == 5


async def test_a_group_that_occurs_again_is_not_expired(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await store.write([failures.one(signature="v1:old")])
    await db.execute("DELETE FROM failure_group_hours")
    await store.write([failures.one(signature="v1:old")])
    await maintain(database_url, 30, confirmed=True)
    assert await db.fetchval("SELECT occurrences FROM failure_group_totals WHERE signature = 'v1:old'") == 1


async def test_a_run_is_noted(database_url: str, db: asyncpg.Connection) -> None:
    await maintain(database_url, 90)
    run = await db.fetchrow(
        "SELECT job, succeeded, finished_at >= started_at AS ended, report ->> 'moved_rows' FROM job_runs"
    )
    assert tuple(run) == ("maintenance", True, True, "0")


async def test_partitions_of_other_names_are_left_alone(database_url: str, db: asyncpg.Connection) -> None:
    await db.execute(
        "CREATE TABLE archive PARTITION OF failure_matches"
        " FOR VALUES FROM (failcat_uuid_at('2020-01-06')) TO (failcat_uuid_at('2020-01-13'))"
    )
    await maintain(database_url, 1, confirmed=True)
    assert await db.fetchval("SELECT to_regclass('archive')") == "archive"
