"""What agents dropped is counted by hour, once however often it is told, and is no row of failure_matches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from tests.support.failures import Failures

from failcat_core.records import FailureRecord, LossRecord
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

HALF_PAST_TEN = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


def loss(number: int, **fields: Any) -> LossRecord:
    values = {"run_id": "run-1", "dropped": 100, "occurred_at_us": int(HALF_PAST_TEN.timestamp() * 1e6), **fields}
    return LossRecord(id=bytes([number] * 16), **values)


async def test_a_report_is_a_row_however_often_it_is_replayed(store: Store, db: asyncpg.Connection) -> None:
    first, second = loss(2), loss(1, tenant_id="acme", service_name="s", dropped=2**31 - 1)
    for batch in ([first, second, first], [second], [first, loss(3)]):
        await store.write(batch)
    rows = await db.fetch("SELECT tenant_id, run_id, service_name, hour, dropped FROM failure_losses ORDER BY id")
    hour = HALF_PAST_TEN.replace(minute=0)
    assert [tuple(row) for row in rows] == [
        ("acme", "run-1", "s", hour, 2**31 - 1),
        (None, "run-1", None, hour, 100),
        (None, "run-1", None, hour, 100),
    ]
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == 0


async def test_a_report_that_is_refused_costs_itself(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    records: list[FailureRecord | LossRecord] = [*failures.many(3), loss(1, run_id="\0"), loss(2)]
    for inserted in (3, 0):
        result = await store.write(records)
        assert result.inserted == inserted
    assert await db.fetchval("SELECT sum(dropped) FROM failure_losses") == 100
    assert await db.fetchval("SELECT count(*) FROM failure_quarantine") == 1
