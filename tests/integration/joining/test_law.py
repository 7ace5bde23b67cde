"""The final rows of a trace follow from the set of its reports: not from their order, their split, the sidecar that
stored them or a replay."""

from __future__ import annotations

import asyncio
import random

import asyncpg
import pytest
from tests.support.joined_rows import check_counts, check_identities, empty, split, stored_members, stored_rows
from tests.support.reported_traces import EXPECTED_ROWS, TRACES, reports_of

from failcat_core.records import FailureRecord
from failcat_storage.errors import RetryableStorageError
from failcat_storage.store import Store

RUNS = 12


async def expected_of(name: str, store: Store, db: asyncpg.Connection) -> tuple[object, object]:
    """Of all reports in one batch."""
    await store.write(reports_of(name))
    rows, members = await stored_rows(db), await stored_members(db)
    assert len(rows) == EXPECTED_ROWS[name]
    await empty(db)
    return rows, members


@pytest.mark.parametrize("name", TRACES)
async def test_any_order_and_split_gives_the_same_rows(name: str, stores: list[Store], db: asyncpg.Connection) -> None:
    expected = await expected_of(name, stores[0], db)
    for seed in range(RUNS):
        dice = random.Random(seed)
        persisted = merged = 0
        for batch in split(reports_of(name), dice):
            result = await dice.choice(stores).write(batch)
            persisted, merged = persisted + result.inserted, merged + result.revised.get("merged", 0)
            await check_counts(db)
            await check_identities(db)
            assert persisted - merged == await db.fetchval("SELECT count(*) FROM failure_matches")
        assert (await stored_rows(db), await stored_members(db)) == expected, seed
        await empty(db)


@pytest.mark.parametrize("name", TRACES)
async def test_two_sidecars_at_the_same_time_give_the_same_rows(
    name: str, stores: list[Store], db: asyncpg.Connection
) -> None:
    expected = await expected_of(name, stores[0], db)
    for seed in range(RUNS):
        dice = random.Random(seed)
        batches = split(reports_of(name), dice)
        lanes = [[batch for batch in batches if dice.random() < 0.7] for _ in stores]
        lanes[0] += [batch for batch in batches if batch not in lanes[0] and batch not in lanes[1]]

        async def deliver(store: Store, lane: list[list[FailureRecord]]) -> None:
            for batch in lane:
                await write(store, batch)

        await asyncio.gather(*(deliver(store, lane) for store, lane in zip(stores, lanes, strict=True)))
        await check_counts(db)
        await check_identities(db)
        assert (await stored_rows(db), await stored_members(db)) == expected, seed
        await empty(db)


async def write(store: Store, batch: list[FailureRecord]) -> None:
    """As the sidecar's writer does: again after a deadlock."""
    for _ in range(5):
        try:
            await store.write(batch)
            return
        except RetryableStorageError:
            continue
    raise AssertionError
