"""No clock that is wrong and no setting of a single sidecar deletes what the fleet keeps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from tests.support.failures import Failures
from tests.support.sidecar import failcat

from failcat_catalog.identity import failure_id
from failcat_core.records import FailureRecord
from failcat_storage import expiry as expiry_module
from failcat_storage.clocks import Clocks
from failcat_storage.database import Database
from failcat_storage.expiry import Expiry, RetentionChanged
from failcat_storage.maintenance import maintain
from failcat_storage.maintenance_steps import MaintenanceReport
from failcat_storage.partitions import Week, create_partition, existing_weeks
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

DAY = timedelta(days=1)
NOW = datetime.now(UTC)
AGREED = Clocks(NOW, NOW)
OLD = NOW - 100 * DAY


def failure_at(failures: Failures, moment: datetime) -> FailureRecord:
    shape = failures.one()
    key = failure_id(int(moment.timestamp() * 1e9), shape.trace_id or b"", shape.span_id or b"", 0)
    return failures.one(id=key, occurred_at_us=int(moment.timestamp() * 1e6))


async def store_at(store: Store, db: asyncpg.Connection, failures: Failures, moment: datetime, count: int) -> None:
    """Failures of that time, in a partition of their week, stored then by the database's clock."""
    week = Week.of(moment)
    if week not in await existing_weeks(db):
        async with db.transaction():
            await create_partition(db, week)
    records = [failure_at(failures, moment) for _ in range(count)]
    await store.write(records)
    ids = [UUID(bytes=record.id) for record in records]
    await db.execute("UPDATE failure_matches SET created_at = $1 WHERE id = ANY($2)", moment, ids)


async def rows(db: asyncpg.Connection) -> int:
    count: int = await db.fetchval("SELECT count(*) FROM failure_matches")
    return count


@pytest.fixture
async def stored(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    """Ten failures that 90 days of retention drop, and five that prove that time has passed."""
    await store_at(store, db, failures, OLD, 10)
    await store_at(store, db, failures, NOW - 2 * DAY, 5)


async def announced_long_ago(db: asyncpg.Connection, days: int) -> None:
    await db.execute("INSERT INTO fleet_retention (retention_days, drops_from) VALUES ($1, $2)", days, OLD)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("days", [None, 90, 30])
async def test_what_has_expired_is_dropped_when_nothing_speaks_against_it(
    database_url: str, db: asyncpg.Connection, days: int | None
) -> None:
    await announced_long_ago(db, 90)
    report = await maintain(database_url, days)
    assert (report.dropped, report.failures_dropped, report.refused) == ([Week.of(OLD).name], 10, "")
    assert await rows(db) == 5


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "clocks",
    [
        Clocks(NOW, NOW + 100 * DAY),
        Clocks(NOW, NOW - 100 * DAY),
        Clocks(NOW, NOW + timedelta(seconds=121)),
        Clocks(NOW + 100 * DAY, NOW),
        Clocks(NOW, NOW, round_trip_seconds=300),
    ],
    ids=["host ahead", "host behind", "host two minutes ahead", "database ahead", "nobody knows"],
)
async def test_nothing_is_dropped_while_clocks_disagree(
    database_url: str, db: asyncpg.Connection, clocks: Clocks
) -> None:
    await announced_long_ago(db, 90)
    report = await maintain(database_url, 90, clocks=clocks)
    assert not report.complete
    assert report.refused.startswith("this host's clock is ")
    assert f"10 of {Week.of(OLD).name}" in report.refused
    assert await rows(db) == 15
    assert await db.fetchval("SELECT report ->> 'refused' FROM job_runs") == report.refused
    assert Week.of(clocks.database).name in report.created or clocks.database.date() == NOW.date()
    confirmed = await maintain(database_url, 1, confirmed=True, clocks=clocks)
    assert confirmed.refused
    assert await rows(db) == 15


@pytest.mark.parametrize("fresh", [0, 3], ids=["nothing since", "failures stored after the jump"])
async def test_nothing_is_dropped_after_a_jump_of_both_clocks(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures, fresh: int
) -> None:
    """What comes in after the jump says nothing of how much time has passed."""
    await announced_long_ago(db, 90)
    await store_at(store, db, failures, NOW - 2 * DAY, 5)
    await store_at(store, db, failures, NOW, 10)
    later = NOW + 100 * DAY
    if fresh:
        await store_at(store, db, failures, later - DAY / 2, fresh)
    report = await maintain(database_url, 90, clocks=Clocks(later, later))
    assert "as after a jump of the database's clock" in report.refused
    assert f"of {Week.of(NOW).name}" in report.refused
    assert await rows(db) == 15 + fresh
    report = await maintain(database_url, 90, confirmed=True, clocks=Clocks(later, later))
    assert (report.refused, await rows(db)) == ("", fresh)


@pytest.mark.usefixtures("stored")
async def test_the_present_week_is_never_dropped(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    """Not by a cutoff that lies behind it, which nothing should ever ask for."""
    await store_at(store, db, failures, NOW, 3)
    report = MaintenanceReport()
    async with Database.once(database_url) as database:
        await expiry_module.expire(database, Expiry(NOW + 60 * DAY, Week.of(NOW)), report)
    assert Week.of(NOW).name not in report.dropped
    assert await rows(db) == (3 if Week.of(NOW - 2 * DAY) != Week.of(NOW) else 8)


@pytest.mark.usefixtures("stored")
async def test_the_first_announcement_drops_nothing_for_a_day(database_url: str, db: asyncpg.Connection) -> None:
    """A sidecar that keeps more may start a moment later."""
    first = await maintain(database_url, 30, clocks=AGREED)
    assert "announced for the first time" in first.waiting
    assert f"10 of {Week.of(OLD).name}" in first.waiting
    assert (await maintain(database_url, 365, clocks=AGREED)).retention_days == 365
    later = NOW + 1.5 * DAY
    assert (await maintain(database_url, 30, clocks=Clocks(later, later))).waiting == ""
    assert await rows(db) == 15
    assert (await maintain(database_url, 60, confirmed=True, clocks=Clocks(later, later))).failures_dropped == 10


@pytest.mark.parametrize(
    ("announced", "fleet"),
    [
        ([90], 90),
        ([90, 30], 90),
        ([30, 90], 90),
        ([30, 0], 0),
        ([0, 90], 0),
        ([None], 90),
        ([30, None], 30),
        ([None, 30], 90),
        ([None, 365], 365),
    ],
)
async def test_the_longest_that_is_announced_wins(
    database_url: str, db: asyncpg.Connection, announced: list[int | None], fleet: int
) -> None:
    reports = [await maintain(database_url, days) for days in announced]
    assert reports[-1].retention_days == fleet
    assert [tuple(row) for row in await db.fetch("SELECT retention_days FROM fleet_retention")] == [(fleet,)]


async def test_many_that_announce_at_once_agree_on_the_longest(database_url: str, db: asyncpg.Connection) -> None:
    days = [30, 60, 0, 90, 10]
    await asyncio.gather(*(maintain(database_url, each) for each in days), return_exceptions=True)
    assert await db.fetchval("SELECT retention_days FROM fleet_retention") == 0


@pytest.mark.usefixtures("stored")
async def test_a_retention_that_is_lengthened_during_a_run_stops_it(
    database_url: str, db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await announced_long_ago(db, 90)
    looked = existing_weeks

    async def lengthen(connection: asyncpg.Connection) -> list[Week]:
        await db.execute("UPDATE fleet_retention SET retention_days = 0")
        return await looked(connection)

    monkeypatch.setattr(expiry_module, "existing_weeks", lengthen)
    with pytest.raises(RetentionChanged):
        await maintain(database_url, 90)
    assert await rows(db) == 15


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("fleet", [None, 0, 365])
async def test_the_command_shortens_only_when_it_is_confirmed(
    database_url: str, db: asyncpg.Connection, fleet: int | None
) -> None:
    if fleet is not None:
        await announced_long_ago(db, fleet)
    before = await db.fetch("SELECT * FROM fleet_retention")
    shown = await asyncio.to_thread(failcat, "maintain", "--retention-days", "30", FAILCAT_DATABASE_URL=database_url)
    assert shown.returncode == 1
    assert f"30 days would drop: 10 of {Week.of(OLD).name}" in shown.stdout
    assert "failcat maintain --retention-days 30 --yes" in shown.stderr
    assert await db.fetch("SELECT * FROM fleet_retention") == before
    assert await rows(db) == 15
    environment = {"FAILCAT_DATABASE_URL": database_url, "FAILCAT_RETENTION_DAYS": "30"}
    if fleet is not None:
        told = await asyncio.to_thread(failcat, "maintain", **environment)
        assert (told.returncode, await rows(db)) == (0, 15)
        assert "not 30 days" in told.stderr
    done = await asyncio.to_thread(failcat, "maintain", "--retention-days", "30", "--yes", **environment)
    assert (done.returncode, done.stderr, await rows(db)) == (0, "", 5)
    assert await db.fetchval("SELECT retention_days FROM fleet_retention") == 30


async def test_the_command_lengthens_without_a_question(database_url: str, db: asyncpg.Connection) -> None:
    await announced_long_ago(db, 30)
    done = await asyncio.to_thread(failcat, "maintain", "--retention-days", "0", FAILCAT_DATABASE_URL=database_url)
    assert (done.returncode, await db.fetchval("SELECT retention_days FROM fleet_retention")) == (0, 0)
