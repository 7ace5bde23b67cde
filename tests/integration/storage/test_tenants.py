"""Two tenants name one id: neither can take the other's failure, its recovery or what is said of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from tests.support.failures import Failures

from failcat_catalog.identity import id_of_tenant
from failcat_core.records import EnrichmentRecord, FailureRecord, Record, RecoveryRecord
from failcat_storage.database import Database
from failcat_storage.store import Store
from failcat_storage.stored import find_failure
from failcat_storage.tenants import MAX_ALIASES

pytestmark = pytest.mark.postgres


def of(failure: FailureRecord, tenant: str | None, *, by_token: bool = True, **fields: Any) -> FailureRecord:
    """The same id, from this tenant; its message is its tenant's name."""
    token_tenant = (tenant or "") if by_token else None
    sent: FailureRecord = msgspec.structs.replace(
        failure, tenant_id=tenant, token_tenant=token_tenant, error_message=str(tenant), **fields
    )
    return sent


def recovery(failure: FailureRecord, *, succeeded: bool = True, attempt: int = 1) -> RecoveryRecord:
    return RecoveryRecord(
        failure_id=failure.id,
        attempt=attempt,
        mode="RETRY_IMMEDIATE",
        succeeded=succeeded,
        occurred_at_us=failure.occurred_at_us,
        tenant_id=failure.tenant_id,
        token_tenant=failure.token_tenant,
    )


async def rows(db: asyncpg.Connection) -> dict[str | None, asyncpg.Record]:
    """By tenant; each has one row."""
    found = await db.fetch("SELECT * FROM failure_matches")
    by_tenant = {row["tenant_id"]: row for row in found}
    assert len(by_tenant) == len(found)
    assert await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals") == len(found)
    return by_tenant


async def outcomes(db: asyncpg.Connection) -> dict[str, tuple[bool, bool, int]]:
    """Of each tenant's row: attempted, succeeded, and how many attempts lie under its id."""
    found = await db.fetch(
        "SELECT tenant_id, recovery_attempted, recovery_succeeded, (SELECT count(*) FROM recovery_attempts AS a"
        " WHERE a.failure_id = m.id AND a.tenant_id = m.tenant_id AND a.settled) AS attempts FROM failure_matches AS m"
    )
    return {row["tenant_id"]: (row["recovery_attempted"], row["recovery_succeeded"], row["attempts"]) for row in found}


ORDERS = {
    "one batch": [[0, 1, 2, 3]],
    "failures, then outcomes": [[0, 1], [2, 3]],
    "outcomes, then failures": [[2, 3], [0, 1]],
    "an outcome before its failure": [[3], [0], [2], [1]],
    "the other's outcome first": [[2], [0, 1], [3]],
    "everything alone": [[0], [2], [1], [3]],
    "and backwards": [[3], [2], [1], [0]],
    "replayed": [[0, 1, 2, 3], [0, 1, 2, 3], [3, 2, 1, 0]],
}


@pytest.mark.parametrize("swapped", [False, True], ids=["evil first", "ours first"])
@pytest.mark.parametrize("order", ORDERS)
async def test_each_tenant_has_its_row_and_its_outcome_in_any_order(
    store: Store, db: asyncpg.Connection, failures: Failures, order: str, swapped: bool
) -> None:
    failure = failures.one()
    evil, ours = (of(failure, tenant) for tenant in ("evil", "ours"))
    first, second = (ours, evil) if swapped else (evil, ours)
    parts: list[Record] = [
        first, second, recovery(first, succeeded=first is ours), recovery(second, succeeded=second is ours)
    ]  # fmt: skip
    results = [await store.write([parts[number] for number in batch]) for batch in ORDERS[order]]
    stored = await rows(db)
    assert {row["error_message"] for row in stored.values()} == {"evil", "ours"}
    ids = {stored["evil"]["id"].bytes, stored["ours"]["id"].bytes}
    assert failure.id in ids
    assert ids - {failure.id} <= {id_of_tenant(failure.id, "evil"), id_of_tenant(failure.id, "ours")}
    assert await outcomes(db) == {"evil": (True, False, 1), "ours": (True, True, 1)}
    assert sum(result.inserted for result in results) == 2
    assert sum(result.recoveries for result in results) == 2
    assert [result.quarantined for result in results if result.quarantined] == []


async def test_every_order_of_single_records_ends_in_the_same(
    database_url: str, db: asyncpg.Connection, failures: Failures
) -> None:
    store = Store.connect(database_url, shard=1, direct=True)
    for order in itertools.permutations(range(4)):
        failure = failures.one()
        evil, ours = (of(failure, tenant) for tenant in ("evil", "ours"))
        parts: list[Record] = [evil, ours, recovery(evil, succeeded=False), recovery(ours)]
        for number in order:
            await store.write([parts[number]])
        assert await outcomes(db) == {"evil": (True, False, 1), "ours": (True, True, 1)}, order
        await rows(db)
        await db.execute("TRUNCATE failure_matches, failure_groups, failure_group_hours, recovery_attempts")
    await store.close()


async def test_three_tenants_and_a_token_without_one_share_an_id(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one()
    await store.write([of(failure, tenant) for tenant in ("a", "b", None, "a", "c")])
    assert set(await rows(db)) == {"a", "b", "c", None}


async def test_without_tokens_nothing_changes(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one()
    a, b = (of(failure, tenant, by_token=False) for tenant in ("a", "b"))
    await store.write([a])
    result = await store.write([b, recovery(b)])
    assert result.quarantined == {"foreign_id": 1}
    assert set(await rows(db)) == {"a"}
    assert await outcomes(db) == {"a": (False, False, 0)}


async def test_second_ids_that_were_taken_on_purpose_are_passed_over(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one()
    ours = of(failure, "ours")
    taken = [failure.id]
    while len(taken) < MAX_ALIASES:
        taken.append(id_of_tenant(taken[-1], "ours"))
    await store.write([recovery(ours)])
    await store.write([of(failure, "evil", id=each) for each in taken])
    await store.write([recovery(of(failure, "evil", id=each), attempt=2) for each in taken])
    result = await store.write([ours])
    assert (result.inserted, result.quarantined) == (1, {})
    await store.write([recovery(ours, attempt=2)])
    assert (await outcomes(db))["ours"] == (True, True, 2)


async def test_a_failure_whose_ids_are_all_taken_is_quarantined(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one()
    taken = [failure.id]
    for _ in range(MAX_ALIASES):
        taken.append(id_of_tenant(taken[-1], "ours"))
    await store.write([of(failure, "evil", id=each) for each in taken])
    assert (await store.write([of(failure, "ours")])).quarantined == {"foreign_id": 1}
    assert await db.fetchval("SELECT count(*) FROM failure_group_totals WHERE tenant_id = 'ours'") == 0


async def test_a_cause_is_the_tenants_own(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    cause, effect = failures.one(), failures.one()
    await store.write([of(cause, "evil")])
    ours = of(cause, "ours")
    await store.write([ours, of(effect, "ours", caused_by=cause.id)])
    stored = {row["id"]: row for row in await db.fetch("SELECT * FROM failure_matches WHERE tenant_id = 'ours'")}
    assert stored[UUID(bytes=effect.id)]["caused_by"].bytes == id_of_tenant(cause.id, "ours")
    later = failures.one()
    await store.write([of(later, "ours", caused_by=cause.id)])
    await store.write([of(effect, "evil", id=failures.one().id, caused_by=cause.id)])
    caused = await db.fetch(
        "SELECT effect.tenant_id AS mine, cause.tenant_id AS its FROM failure_matches AS effect"
        " JOIN failure_matches AS cause ON cause.id = effect.caused_by"
    )
    assert sorted(tuple(row) for row in caused) == [("evil", "evil"), ("ours", "ours"), ("ours", "ours")]


async def test_an_enrichment_fills_the_tenants_own_row(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one(skill_id=None)
    evil, ours = (of(failure, tenant) for tenant in ("evil", "ours"))
    filled: list[Record] = [
        EnrichmentRecord(
            id=sent.id, member_id=b"m" * 16, tenant_id=sent.tenant_id, token_tenant=sent.token_tenant,
            skill_id=f"skill of {sent.tenant_id}",
        )
        for sent in (evil, ours)
    ]  # fmt: skip
    await store.write([evil, ours, *filled])
    assert {tenant: row["skill_id"] for tenant, row in (await rows(db)).items()} == {
        "evil": "skill of evil",
        "ours": "skill of ours",
    }
    nobodys = failures.one(skill_id=None)
    await store.write([of(nobodys, None)])
    await store.write([msgspec.structs.replace(filled[0], id=nobodys.id)])
    assert (await rows(db))[None]["skill_id"] is None, "a tenant's token says nothing of rows without a tenant"


async def test_a_tenants_failure_is_found_by_the_id_that_it_knows(
    database_url: str, store: Store, failures: Failures
) -> None:
    failure = failures.one()
    await store.write([of(failure, "evil"), of(failure, "ours")])
    async with Database.once(database_url) as database:
        found = {
            tenant: await find_failure(database, UUID(bytes=failure.id), tenant)
            for tenant in (None, "evil", "ours", "third")
        }
    assert {tenant: stored.message if stored else None for tenant, stored in found.items()} == {
        None: "evil",
        "evil": "evil",
        "ours": "ours",
        "third": None,
    }


async def test_poisoned_ids_cost_only_themselves(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    short = of(failures.one(), "ours", id=b"abc")
    enrichment = EnrichmentRecord(id=b"abc", member_id=b"m" * 16, tenant_id="ours", token_tenant="ours", skill_id="s")
    batch: Sequence[Record] = [*(of(each, "ours") for each in failures.many(3)), short, recovery(short), enrichment]
    result = await store.write(batch)
    assert (result.inserted, result.quarantined) == (3, {"unencodable": 3})


async def test_writers_with_one_id_at_the_same_time_lose_nothing(
    database_url: str, db: asyncpg.Connection, failures: Failures
) -> None:
    tenants = ["a", "b", "c", "d"]
    stores = [Store.connect(database_url, shard=shard) for shard in range(len(tenants))]
    everything = failures.many(40)

    async def deliver(store: Store, tenant: str) -> None:
        for start in range(0, 40, 10):
            part = [of(failure, tenant) for failure in everything[start : start + 10]]
            await store.write([recovery(failure) for failure in part])
            await store.write(part)

    try:
        await asyncio.gather(*map(deliver, stores, tenants))
    finally:
        await asyncio.gather(*(store.close() for store in stores))
    counted = await db.fetch("SELECT tenant_id, count(*) FROM failure_matches WHERE recovery_succeeded GROUP BY 1")
    assert {row["tenant_id"]: row["count"] for row in counted} == dict.fromkeys(tenants, 40)
    assert await db.fetchval("SELECT sum(occurrences)::BIGINT FROM failure_group_totals") == 160
