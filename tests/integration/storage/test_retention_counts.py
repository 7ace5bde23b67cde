"""The counts of groups equal the rows, group by group and hour by hour, whatever retention takes and when."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from tests.support.failures import Failures
from tests.support.waiting import until, until_one_waits_for_a_lock

from failcat_catalog.identity import failure_id
from failcat_core.records import EnrichmentRecord, FailureRecord
from failcat_storage import expiry, maintenance_steps
from failcat_storage.clocks import Clocks
from failcat_storage.errors import RetryableStorageError
from failcat_storage.maintenance import maintain
from failcat_storage.maintenance_steps import MaintenanceReport
from failcat_storage.partitions import TABLE, Week, create_partition, existing_weeks
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

RETENTION_DAYS = 90
NOW = datetime.now(UTC)
CUTOFF = NOW - timedelta(days=RETENTION_DAYS)
EXPIRED = Week.of(CUTOFF - timedelta(weeks=1))
KEPT = Week.of(CUTOFF)  # ends after the cutoff
CLOCK_BEHIND = datetime.fromtimestamp(10**9, UTC)  # 2001: plausible, but no partition is that old
CLOCK_AHEAD = datetime(2033, 1, 1, tzinfo=UTC)

MISCOUNTED = """
SELECT *
FROM (
    SELECT coalesce(tenant_id, ''), signature, date_trunc('hour', occurred_at, 'UTC'), count(*)
    FROM failure_matches
    GROUP BY 1, 2, 3
) AS stored (tenant_id, signature, hour, occurrences)
FULL JOIN (
    SELECT tenant_id, signature, hour, sum(occurrences)
    FROM failure_group_hours
    GROUP BY 1, 2, 3
) AS counted (tenant_id, signature, hour, occurrences) USING (tenant_id, signature, hour)
WHERE stored.occurrences IS DISTINCT FROM counted.occurrences
"""


def failure_at(failures: Failures, moment: datetime, clock: datetime | None = None, **fields: object) -> FailureRecord:
    """Occurred at `moment`; its id has the time of `clock`, which was not believed, or else the same."""
    shape = failures.one()
    time_unix_nano = int((clock or moment).timestamp() * 1e9)
    key = failure_id(time_unix_nano, shape.trace_id or b"", shape.span_id or b"", 0)
    return failures.one(id=key, occurred_at_us=int(moment.timestamp() * 1e6), **fields)


async def write(url: str, records: Sequence[FailureRecord], *, shard: int) -> None:
    store = Store.connect(url, shard=shard)
    await store.write(records)
    await store.close()


async def run(url: str, now: datetime = NOW) -> MaintenanceReport:
    return await maintain(url, RETENTION_DAYS, confirmed=True, clocks=Clocks(now, now))


async def make_old(db: asyncpg.Connection, records: Sequence[FailureRecord]) -> None:
    """As if they had been stored before the cutoff."""
    ids = [UUID(bytes=record.id) for record in records]
    await db.execute("UPDATE failure_matches SET created_at = $1 WHERE id = ANY($2)", CUTOFF - timedelta(days=1), ids)


async def count_one_more(db: asyncpg.Connection, record: FailureRecord, shard: int) -> None:
    """What a writer does to store `record`, whose group is there, within a transaction that the caller ends."""
    moment = datetime.fromtimestamp(record.occurred_at_us / 1e6, UTC)
    await db.execute(
        "INSERT INTO failure_matches (id, run_id, error_code, signature, occurred_at, catalog_version)"
        " VALUES ($1, 'run', 'CODE', $2, $3, '1')",
        *(UUID(bytes=record.id), record.signature, moment),
    )
    await db.execute(
        "INSERT INTO failure_group_hours AS stored"
        " VALUES ('', $1, date_trunc('hour', $2::TIMESTAMPTZ, 'UTC'), $3, 1, $2)"
        " ON CONFLICT (tenant_id, signature, hour, shard) DO UPDATE SET occurrences = stored.occurrences + 1",
        *(record.signature, moment, shard),
    )


async def stored_ids(db: asyncpg.Connection) -> set[bytes]:
    return {row["id"].bytes for row in await db.fetch("SELECT id FROM failure_matches")}


async def assert_exact(db: asyncpg.Connection) -> None:
    """Also that no counter is left without a row or without its group."""
    assert await db.fetch(MISCOUNTED) == []
    assert await db.fetchval("SELECT count(*) FROM failure_group_hours WHERE occurrences <= 0") == 0
    rows, counted = await db.fetchrow(
        "SELECT (SELECT count(*) FROM failure_matches),"
        " (SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals)"
    )
    assert rows == counted


@pytest.fixture
async def weeks(database_url: str, db: asyncpg.Connection) -> None:
    """Partitions of a week that has expired and of the one that expires next."""
    async with db.transaction():
        for week in (EXPIRED, KEPT):
            await create_partition(db, week)


async def test_rows_of_a_wrong_clock_stay_counted_until_they_are_deleted(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await store.write([failure_at(failures, CLOCK_BEHIND) for _ in range(5)])
    await run(database_url)
    assert len(await stored_ids(db)) == 5
    await assert_exact(db)
    report = await run(database_url, NOW + timedelta(days=RETENTION_DAYS + 1))
    assert report.deleted_rows["failure_matches_default"] == 5
    for table in ("failure_matches", "failure_group_hours", "failure_groups"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0, table


@pytest.mark.usefixtures("weeks")
async def test_a_week_goes_with_its_hours_and_the_next_one_keeps_all_of_its_own(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    """Half an hour before and after the boundary, and hours before the cutoff in a week that is still there."""
    half_hour = timedelta(minutes=30)
    going = [failure_at(failures, moment) for moment in (EXPIRED.start, EXPIRED.end - half_hour)]
    staying = [
        failure_at(failures, moment) for moment in (KEPT.start, KEPT.start + half_hour, CUTOFF, KEPT.end - half_hour)
    ]
    await store.write([*going, *staying])
    await make_old(db, [*going[:1], *staying[:1]])
    report = await run(database_url)
    assert (report.dropped, report.dropped_rows) == ([EXPIRED.name], 2)
    assert await stored_ids(db) == {record.id for record in staying}
    await assert_exact(db)
    assert (await run(database_url, KEPT.end + timedelta(days=RETENTION_DAYS))).dropped == [KEPT.name]
    await assert_exact(db)


@pytest.mark.usefixtures("weeks")
@pytest.mark.parametrize("old", [True, False], ids=["stored long ago", "stored just now"])
async def test_rows_that_are_not_counted_in_the_week_of_their_id_are_neither_lost_nor_left(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures, old: bool
) -> None:
    """A clock ahead is kept in the id and not believed in `occurred_at`."""
    moment = EXPIRED.start + timedelta(days=1)
    usual = failure_at(failures, moment, signature="v1:one")
    going = failure_at(failures, KEPT.start, clock=moment, signature="v1:one")
    staying = [
        failure_at(failures, moment, clock=KEPT.start, signature="v1:one"),
        failure_at(failures, moment, clock=CLOCK_AHEAD, signature="v1:one"),
    ]
    await store.write([usual, going, *staying])
    if old:
        await make_old(db, [usual, going])
    assert (await run(database_url)).dropped == [EXPIRED.name]
    assert await stored_ids(db) == {record.id for record in staying}
    await assert_exact(db)


async def test_a_week_that_another_sidecar_drops_first_is_passed_over(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there at first, and gone when maintenance has its lock."""

    async def outpaced(connection: asyncpg.Connection, table: str = TABLE) -> list[Week]:
        weeks = await existing_weeks(connection, table)
        locked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        return weeks if await connection.fetchval(locked) else [EXPIRED, *weeks]

    monkeypatch.setattr(expiry, "existing_weeks", outpaced)
    report = await run(database_url)
    assert (report.dropped, report.complete) == ([], True)


async def test_a_row_is_taken_out_of_its_hour_whatever_shards_counted_it(
    database_url: str, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "DELETE_ROWS", 17)
    rnd = random.Random(1)
    records = [
        failure_at(
            failures,
            CLOCK_BEHIND + timedelta(hours=rnd.randrange(3)),
            signature=f"v1:{rnd.randrange(3)}",
            tenant_id=rnd.choice([None, "", "acme"]),
        )
        for _ in range(400)
    ]
    for shard in range(4):
        await write(database_url, records[shard::4], shard=shard)
    rnd.shuffle(records)
    going, staying = records[:250], records[250:]
    await make_old(db, going)
    report = await run(database_url)
    assert report.deleted_rows["failure_matches_default"] == len(going)
    assert await stored_ids(db) == {record.id for record in staying}
    await assert_exact(db)


@pytest.mark.usefixtures("weeks")
async def test_counts_equal_rows_at_every_moment_while_others_write(
    database_url: str, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writers meet maintenance in the same hours of the same groups, in DEFAULT and in the week that goes."""
    monkeypatch.setattr(expiry, "DELETE_ROWS", 20)
    monkeypatch.setattr(maintenance_steps, "LOCK_ATTEMPTS", 20)
    moments = [CLOCK_BEHIND, EXPIRED.start, KEPT.start, NOW]

    def batch() -> list[FailureRecord]:
        return [failure_at(failures, moment, signature=f"v1:{group}") for moment in moments for group in range(3)]

    going = [record for _ in range(20) for record in batch()]
    for shard in range(3):
        await write(database_url, going[shard::3], shard=shard)
    await make_old(db, going)
    stop, written, looks = asyncio.Event(), list[FailureRecord](), 0

    async def keep_writing(shard: int) -> None:
        store = Store.connect(database_url, shard=shard)
        while not stop.is_set():
            records = batch()
            enrichment = EnrichmentRecord(id=going[-1].id, member_id=records[0].id, context={"shard": shard})
            while True:
                try:
                    await store.write([*records, enrichment])
                    break
                except RetryableStorageError:
                    await asyncio.sleep(0.01)
            written.extend(records)
            await asyncio.sleep(0.02)  # writes at some rate, and waits for nothing
        await store.close()

    async def keep_looking() -> None:
        nonlocal looks
        while not stop.is_set():
            await assert_exact(db)
            looks += 1

    await maintain(database_url, 0)  # makes partitions, for which writers have to wait
    looking = asyncio.create_task(keep_looking())
    writers = [asyncio.create_task(keep_writing(shard)) for shard in range(3)]
    await until(lambda: len(written) >= 6 * len(batch()))
    report = await run(database_url)
    await until(lambda: looks > 2)
    stop.set()
    await asyncio.gather(looking, *writers)
    assert (report.dropped, report.postponed) == ([EXPIRED.name], [])
    assert report.deleted_rows["failure_matches_default"] >= 60
    await assert_exact(db)


@pytest.mark.parametrize(
    ("moment", "shard", "week"),
    [(EXPIRED.start, 2, EXPIRED), (CLOCK_BEHIND, 1, None)],
    ids=["a row of the week that goes", "a row in an hour that goes"],
)
async def test_what_a_writer_commits_while_maintenance_waits_for_it_is_counted(
    database_url: str,
    store: Store,
    db: asyncpg.Connection,
    failures: Failures,
    moment: datetime,
    shard: int,
    week: Week | None,
) -> None:
    """`store` counts on shard 1, whose counter maintenance would delete."""
    await run(database_url)  # so that the next run waits for nothing else
    if week:
        async with db.transaction():
            await create_partition(db, week)
    going, late = (failure_at(failures, moment, signature="v1:one") for _ in range(2))
    await store.write([going])
    await make_old(db, [going])
    async with db.transaction():
        await count_one_more(db, late, shard)
        running = asyncio.create_task(run(database_url))
        await until_one_waits_for_a_lock(db)
    assert (await running).complete
    assert await stored_ids(db) == (set() if week else {late.id})
    await assert_exact(db)


@pytest.mark.usefixtures("weeks")
async def test_a_failure_that_is_sent_again_after_it_expired_is_stored_and_counted_as_a_new_one(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    records = [failure_at(failures, EXPIRED.start), failure_at(failures, CLOCK_BEHIND)]
    await store.write(records)
    await make_old(db, records)
    await run(database_url)
    assert await stored_ids(db) == set()
    results = [await store.write(records) for _ in range(2)]
    assert [(result.inserted, result.duplicates) for result in results] == [(2, 0), (0, 2)]
    await run(database_url)
    assert await stored_ids(db) == {record.id for record in records}
    await assert_exact(db)
    await run(database_url, NOW + timedelta(days=RETENTION_DAYS + 1))
    assert await stored_ids(db) == set()
    await assert_exact(db)


async def test_a_counter_that_stays_locked_keeps_its_rows_until_the_next_run(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance_steps, "LOCK_ATTEMPTS", 1)
    monkeypatch.setattr(maintenance_steps, "LOCK_TIMEOUT_SECONDS", 1)
    record = failure_at(failures, CLOCK_BEHIND)
    await store.write([record])
    await make_old(db, [record])
    async with db.transaction():
        await db.execute("SELECT FROM failure_group_hours FOR UPDATE")
        assert (await run(database_url)).postponed == ["failure_matches_default"]
    assert await stored_ids(db) == {record.id}
    await assert_exact(db)
    assert (await run(database_url)).complete
    assert await stored_ids(db) == set()
