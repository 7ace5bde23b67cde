"""Failures become rows and counts of groups, once."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest
from tests.support.failures import Failures

from failcat_core.records import FailureRecord
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres


async def counted(db: asyncpg.Connection) -> tuple[int, int]:
    """Rows, and occurrences of all groups."""
    rows = await db.fetchval("SELECT count(*) FROM failure_matches")
    return rows, await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals")


async def test_a_failure_becomes_a_row_with_every_column(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    cause = failures.one()
    failure = failures.one(tenant_id="acme", caused_by=cause.id, context={"deep": {"list": [1, None, "ß\n\t\\"]}})
    await store.write([failure])
    row = dict(await db.fetchrow("SELECT *, context #>> '{deep,list,2}' AS text FROM failure_matches"))
    plain = msgspec.structs.asdict(failure)
    for name in (
        "run_id",
        "tenant_id",
        "error_code",
        "error_message",
        "confidence_score",
        "is_retryable",
        "step_index",
    ):
        assert row[name] == plain[name]
    assert row["id"].bytes == failure.id
    assert row["caused_by"].bytes == cause.id
    ids = failure.trace_id, failure.span_id
    assert (row["trace_id"], row["span_id"]) == tuple(each.hex() for each in ids if each)
    assert round(row["occurred_at"].timestamp() * 1e6) == failure.occurred_at_us
    assert row["text"] == "ß\n\t\\"
    assert (row["recovery_attempted"], row["recovery_succeeded"]) == (False, False)


async def test_the_result_accounts_for_every_failure(store: Store, failures: Failures) -> None:
    batch = failures.many(50)
    first = await store.write(batch)
    ahead = failures.one(occurred_at_us=batch[0].occurred_at_us + 10**12)
    second = await store.write([*batch[:20], *failures.many(4), ahead, batch[0]])
    assert (first.inserted, first.duplicates, first.quarantined) == (50, 0, {})
    assert (second.inserted, second.duplicates, second.quarantined) == (5, 21, {})
    assert all(lag is not None and 0 < lag < 60 for lag in (first.lag_seconds, second.lag_seconds))
    assert (await store.write([failures.one(occurred_at_us=ahead.occurred_at_us)])).lag_seconds == 0, "a clock ahead"
    assert (await store.write(batch)).lag_seconds is None


async def test_an_empty_batch_is_nothing(store: Store) -> None:
    assert (await store.write([])).inserted == 0


async def test_a_replay_changes_nothing(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    batch = failures.many(300)
    await store.write(batch)
    before = await counted(db)
    for part in (batch, batch[:10], list(reversed(batch))):
        assert (await store.write(part)).inserted == 0
    assert await counted(db) == before == (300, 300)


async def test_copy_is_used_again_after_a_replay(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    batch = failures.many(10)
    for part in (batch, batch, failures.many(10), failures.many(10)):
        await store.write(part)
    assert await counted(db) == (30, 30)


async def test_a_group_keeps_what_it_began_with(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    first = failures.one(signature="v1:a", error_type="TimeoutError", error_message="no answer\nat all")
    await store.write([first])
    await store.write(failures.many(9, signature="v1:a", error_message="another"))
    [group] = await db.fetch("SELECT * FROM failure_group_totals")
    assert (group["tenant_id"], group["title"], group["state"]) == ("", "TimeoutError: no answer", "new")
    assert [sample.bytes for sample in group["samples"]] == [first.id]
    assert group["occurrences"] == 10


async def test_a_group_was_first_seen_when_its_earliest_failure_happened(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    for minutes in (10, 20, 5, -90, 30):  # in the order of arrival, one before the group's first hour
        occurred_at_us = int((noon + timedelta(minutes=minutes)).timestamp()) * 1_000_000
        await store.write([failures.one(signature="v1:a", occurred_at_us=occurred_at_us)])
    [group] = await db.fetch("SELECT first_seen, last_seen FROM failure_group_totals")
    assert tuple(group) == (noon - timedelta(minutes=90), noon + timedelta(minutes=30))
    hours = await db.fetch("SELECT first_seen, last_seen FROM failure_group_hours ORDER BY hour")
    assert tuple(hours[1]) == (noon + timedelta(minutes=5), noon + timedelta(minutes=30))


async def test_hours_that_an_earlier_release_counted_have_the_groups_first_time(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one(signature="v1:a")
    await store.write([failure])
    first_seen = await db.fetchval("SELECT first_seen FROM failure_group_totals")
    await db.execute("UPDATE failure_group_hours SET first_seen = NULL")
    assert await db.fetchval("SELECT first_seen FROM failure_group_totals") == first_seen
    await store.write([failures.one(signature="v1:a", occurred_at_us=failure.occurred_at_us)])
    assert await db.fetchval("SELECT first_seen FROM failure_group_totals") == first_seen


async def test_groups_are_counted_by_tenant_and_by_hour_of_occurrence(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    hour = int(datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()) * 1_000_000
    batch = [
        failures.one(signature="v1:a", tenant_id=tenant, occurred_at_us=hour + offset)
        for tenant, offset in (("x", 0), ("x", 3_599_999_999), ("x", 3_600_000_000), ("y", 5), (None, 7))
    ]
    await store.write(batch)
    rows = await db.fetch("SELECT tenant_id, hour, shard, occurrences FROM failure_group_hours ORDER BY 1, 2")
    noon, one = datetime(2026, 5, 1, 12, tzinfo=UTC), datetime(2026, 5, 1, 13, tzinfo=UTC)
    assert [tuple(row) for row in rows] == [("", noon, 1, 1), ("x", noon, 1, 2), ("x", one, 1, 1), ("y", noon, 1, 1)]


async def test_eight_writers_with_overlapping_batches_count_exactly(
    database_url: str, db: asyncpg.Connection, failures: Failures
) -> None:
    everything = failures.many(800)
    stores = [Store.connect(database_url, shard=shard % 3) for shard in range(8)]

    async def deliver(number: int, store: Store) -> int:
        chosen = random.Random(number)
        return sum([(await store.write(chosen.sample(everything, 100))).inserted for _ in range(20)])

    try:
        inserted = await asyncio.gather(*(deliver(number, store) for number, store in enumerate(stores)))
    finally:
        await asyncio.gather(*(store.close() for store in stores))
    rows, occurrences = await counted(db)
    assert rows == occurrences == sum(inserted) == 800
    per_group = await db.fetch("SELECT signature, count(*)::BIGINT FROM failure_matches GROUP BY 1 ORDER BY 1")
    totals = await db.fetch("SELECT signature, occurrences FROM failure_group_totals ORDER BY 1")
    assert [tuple(row) for row in per_group] == [tuple(row) for row in totals]


async def test_an_id_of_another_tenant_is_quarantined(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    ours = failures.one(tenant_id="ours")
    theirs: FailureRecord = msgspec.structs.replace(ours, tenant_id="theirs")
    nobodys: FailureRecord = msgspec.structs.replace(ours, tenant_id=None)
    await store.write([ours])
    result = await store.write([theirs, nobodys, *failures.many(3)])
    assert (result.inserted, result.duplicates, result.quarantined) == (3, 0, {"foreign_id": 2})
    again = await store.write([theirs, nobodys])
    assert (again.inserted, again.duplicates, again.quarantined) == (0, 2, {})
    assert await db.fetchval("SELECT tenant_id FROM failure_matches WHERE id = $1", ours.id.hex()) == "ours"
    assert await counted(db) == (4, 4)


async def test_two_tenants_with_one_id_in_one_batch_are_one_row(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    first = failures.one(tenant_id="first")
    second: FailureRecord = msgspec.structs.replace(first, tenant_id="second")
    result = await store.write([first, second])
    assert (result.inserted, result.quarantined) == (1, {"foreign_id": 1})
    assert await counted(db) == (1, 1)


async def test_a_group_is_titled_by_what_its_messages_have_in_common(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await store.write([failures.one(error_type="OrderError", error_message="order 4031 of 'ann'\nfailed")])
    assert await db.fetchval("SELECT title FROM failure_groups") == "OrderError: order <*> of <*> failed"
