"""The outcome of a recovery and its failure find each other, whichever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.support.failures import Failures

from failcat_core.records import FailureRecord, Record, RecoveryRecord
from failcat_storage import writer
from failcat_storage.batch import sort_out
from failcat_storage.database import Database
from failcat_storage.store import Store
from failcat_storage.tenants import Reference

pytestmark = pytest.mark.postgres


def attempt(failure: FailureRecord, number: int = 1, succeeded: bool = True, **fields: Any) -> RecoveryRecord:
    return RecoveryRecord(
        failure_id=failure.id,
        attempt=number,
        mode="RETRY_EXPONENTIAL",
        succeeded=succeeded,
        occurred_at_us=failure.occurred_at_us,
        **fields,
    )


async def flags(db: asyncpg.Connection, failure: FailureRecord) -> tuple[bool, bool]:
    row = await db.fetchrow(
        "SELECT recovery_attempted, recovery_succeeded FROM failure_matches WHERE id = $1", failure.id.hex()
    )
    return row["recovery_attempted"], row["recovery_succeeded"]


ORDERS = {
    "together": [["failure", "recovery"]],
    "together, recovery first": [["recovery", "failure"]],
    "failure first": [["failure"], ["recovery"]],
    "recovery first": [["recovery"], ["failure"]],
    "recovery first and again": [["recovery"], ["recovery"], ["failure"], ["recovery"]],
}


@pytest.mark.parametrize("order", ORDERS)
async def test_both_orders_set_the_flags(store: Store, db: asyncpg.Connection, failures: Failures, order: str) -> None:
    failure = failures.one()
    parts: dict[str, Record] = {"failure": failure, "recovery": attempt(failure)}
    results = [await store.write([parts[name] for name in batch]) for batch in ORDERS[order]]
    assert sum(result.recoveries for result in results) == 1
    assert await flags(db, failure) == (True, True)
    assert await db.fetchval("SELECT count(*) FROM recovery_attempts WHERE NOT settled") == 0


async def test_one_success_among_attempts_is_success(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one()
    await store.write([failure, attempt(failure, 1, succeeded=False)])
    assert await flags(db, failure) == (True, False)
    await store.write([attempt(failure, 2, succeeded=True)])
    await store.write([attempt(failure, 3, succeeded=False)])
    assert await flags(db, failure) == (True, True)


async def test_an_attempt_is_counted_once(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one()
    first = await store.write([failure, attempt(failure), attempt(failure), attempt(failure, 2)])
    again = await store.write([attempt(failure), attempt(failure, 2)])
    assert (first.recoveries, again.recoveries) == (2, 0)


async def test_an_update_moves_updated_at(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one()
    await store.write([failure])
    await store.write([attempt(failure)])
    assert await db.fetchval("SELECT updated_at > created_at FROM failure_matches")


async def test_another_tenant_cannot_report_on_a_failure(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one(tenant_id="ours")
    await store.write([failure, attempt(failure, tenant_id="theirs")])
    assert await flags(db, failure) == (False, False)
    await store.write([attempt(failure, 2, tenant_id="ours")])
    assert await flags(db, failure) == (True, True)


async def test_two_sidecars_at_the_same_time_lose_no_flag(
    database_url: str, db: asyncpg.Connection, failures: Failures
) -> None:
    """The failures go to one sidecar, their recoveries to another."""
    rounds = [failures.many(5) for _ in range(60)]
    here, there = (Store.connect(database_url, shard=shard) for shard in (1, 2))
    try:
        for batch in rounds:
            await asyncio.gather(here.write(batch), there.write([attempt(failure) for failure in batch]))
    finally:
        await asyncio.gather(here.close(), there.close())
    assert await db.fetchval("SELECT count(*) FROM failure_matches WHERE recovery_succeeded") == 300


async def test_a_failure_that_comes_while_recoveries_are_applied_is_left_to_who_brings_it(
    database_url: str, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not there to be locked in order, so to change it could deadlock. Here its row is locked by someone else:
    whoever touches it waits, and times out."""
    failure = failures.one()
    database = Database(database_url, pool_size=2, connect_timeout_seconds=5)
    lock = writer.lock_failures

    async def lock_before_it_comes(connection: asyncpg.Connection, ids: Iterable[UUID]) -> list[UUID]:
        there = await lock(connection, ids)
        await writer.BatchWriter(database, 1).write(sort_out([failure]))
        await db.execute("SELECT FROM failure_matches FOR UPDATE")
        return there

    sidecar = Store.connect(database_url, shard=2)
    try:
        async with db.transaction():
            monkeypatch.setattr(writer, "lock_failures", lock_before_it_comes)
            await sidecar.write([attempt(failure)])
        monkeypatch.undo()
        assert await flags(db, failure) == (False, False)
        await writer.apply_recoveries(database, [Reference.of(failure)])
        assert await flags(db, failure) == (True, True)
    finally:
        await asyncio.gather(sidecar.close(), database.close())
