"""What is quarantined is bounded, for each tenant too, and can be written once more, exactly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import msgspec
import pytest
from tests.support.failures import Failures

from failcat_core.records import EnrichmentRecord, LossRecord, Record, RecoveryRecord
from failcat_storage import quarantine
from failcat_storage.database import Database
from failcat_storage.quarantine import MAX_RECORD_BYTES, Limits, Refused, quarantine_records, quarantine_state
from failcat_storage.quarantined import (
    Obstacle,
    QuarantinedRecord,
    Replayed,
    Selection,
    drop,
    note_shown,
    quarantined_records,
    replay,
)
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres
EVERYTHING = Selection()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.once(database_url) as database:
        yield database


async def refuse(database: Database, *records: Record, reason: str = "refused_value") -> None:
    """As if an earlier schema or release had refused what this one takes."""
    async with database.transaction() as connection:
        await quarantine_records(connection, [Refused(record, reason, "22021: as it was") for record in records])


async def replayed(database: Database, store: Store, selection: Selection = EVERYTHING) -> Replayed:
    done = Replayed()
    await replay(database, store.write, selection, done)
    return done


async def held(database: Database) -> dict[str, int]:
    return {each.reason: each.records for each in await quarantine_state(database)}


async def counts(db: asyncpg.Connection) -> tuple[int, int]:
    rows = await db.fetchval("SELECT count(*) FROM failure_matches")
    return rows, await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals")


async def test_what_is_replayed_is_stored_and_counted_once_and_leaves(
    database: Database, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    batch = failures.many(250, tenant_id="acme")
    await refuse(database, *batch)
    assert (await replayed(database, store)).stored == 250
    assert (await counts(db), await held(database)) == ((250, 250), {})
    await refuse(database, *batch)  # what was stored meanwhile, or by a replay that was killed before it deleted
    assert (await replayed(database, store)).stored == 250
    assert (await counts(db), await held(database)) == ((250, 250), {})


async def test_two_replays_beside_a_sidecar_count_once(
    database: Database, store: Store, db: asyncpg.Connection, failures: Failures, database_url: str
) -> None:
    batch = failures.many(120)
    await refuse(database, *batch)
    sidecar = Store.connect(database_url, shard=3)
    await asyncio.gather(replayed(database, store), replayed(database, store), sidecar.write(batch))
    assert (await counts(db), await held(database)) == ((120, 120), {})
    await sidecar.close()


async def test_what_is_refused_again_stays_with_its_new_reason_and_is_to_be_looked_at(
    database: Database, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    bad, good = failures.one(error_message="a\0b"), failures.one()
    await refuse(database, bad, good, reason="an_older_reason")
    await note_shown(database, [row["id"] for row in await db.fetch("SELECT id FROM failure_quarantine")])
    done = await replayed(database, store)
    assert (done.stored, done.refused) == (1, 1)
    row = await db.fetchrow("SELECT reason, detail, refusals, shown_at FROM failure_quarantine")
    assert (row["reason"], row["refusals"], row["shown_at"]) == ("refused_value", 2, None)
    assert row["detail"] != "22021: as it was"


async def test_what_adds_to_a_failure_is_replayed_behind_it_or_stays(
    database: Database, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one(skill_id=None)
    at = failure.occurred_at_us
    await refuse(
        database,
        EnrichmentRecord(id=failure.id, member_id=b"m" * 16, skill_id="added"),
        EnrichmentRecord(id=b"o" * 16, member_id=b"n" * 16, skill_id="of nothing"),
        RecoveryRecord(failure_id=failure.id, attempt=1, mode="SKIP", succeeded=True, occurred_at_us=at),
        LossRecord(id=b"l" * 16, run_id="run", dropped=2, occurred_at_us=at),
        failure,
    )
    done = await replayed(database, store)
    assert (done.stored, done.refused, done.left) == (4, 0, {Obstacle.ORPHANED: 1})
    row = await db.fetchrow("SELECT skill_id, recovery_succeeded FROM failure_matches")
    assert tuple(row) == ("added", True)
    assert await db.fetchval("SELECT sum(dropped)::BIGINT FROM failure_losses") == 2


async def test_an_id_that_another_tenant_holds_is_replayed_into_a_row_of_its_own(
    database: Database, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    """Quarantined by a release that knew no second ids, for instance."""
    theirs = failures.one(tenant_id="them", token_tenant="them", skill_id=None)
    ours = msgspec.structs.replace(theirs, tenant_id="us", token_tenant="us")
    added = EnrichmentRecord(id=ours.id, member_id=b"m" * 16, tenant_id="us", token_tenant="us", skill_id="added")
    await store.write([theirs])
    await refuse(database, added)
    assert (await replayed(database, store)).left == {Obstacle.ORPHANED: 1}
    await refuse(database, ours, reason="foreign_id")
    assert (await replayed(database, store)).stored == 2
    rows = await db.fetch("SELECT tenant_id, skill_id FROM failure_matches ORDER BY tenant_id")
    assert [tuple(row) for row in rows] == [("them", None), ("us", "added")]


async def test_what_was_cut_or_cannot_be_read_stays_and_says_why(
    database: Database, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await refuse(database, failures.one(run_id="r" * (MAX_RECORD_BYTES + 1)), failures.one())
    await db.execute("UPDATE failure_quarantine SET record = '\\xc1', record_bytes = 1 WHERE record_bytes < 131072")
    assert (await replayed(database, store)).left == {Obstacle.CUT: 1, Obstacle.UNREADABLE: 1}
    assert await held(database) == {"refused_value": 2}


async def test_a_tenant_fills_its_own_share_and_takes_nobodys(
    database: Database, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "OF_A_TENANT", Limits(records=5, bytes=1 << 20))
    monkeypatch.setattr(quarantine, "ALL", Limits(records=12, bytes=1 << 20))
    loud, quiet = failures.many(9, tenant_id="loud"), failures.many(2, tenant_id="quiet")
    async with database.transaction() as connection:
        first = await quarantine_records(connection, [Refused(failure, "too_large", "") for failure in loud])
        again = await quarantine_records(connection, [Refused(failure, "too_large", "") for failure in loud[:5]])
        other = await quarantine_records(connection, [Refused(failure, "too_large", "") for failure in quiet])
        unowned = await quarantine_records(connection, [Refused(failures.one(), "too_large", "") for _ in range(6)])
    assert (first.kept, first.dropped) == ({"too_large": 5}, {"too_large": 4})
    assert (again.total, other.kept, unowned.kept) == (0, {"too_large": 2}, {"too_large": 5})
    kept = await db.fetch("SELECT tenant_id, count(*) FROM failure_quarantine GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in kept] == [("loud", 5), ("quiet", 2), (None, 5)]
    async with database.transaction() as connection:
        full = await quarantine_records(connection, [Refused(failures.one(tenant_id="third"), "too_large", "")])
    assert full.dropped == {"too_large": 1}


@pytest.mark.parametrize("tenant", ["acme", None, "a\0b", "long" * 200])
async def test_bytes_are_bounded_too_and_what_is_dropped_is_counted(
    tenant: str | None, database: Database, store: Store, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "OF_A_TENANT", Limits(records=100, bytes=30_000))
    poison = failures.many(4, tenant_id=tenant, error_message="\0" + "x" * 10_000)
    result = await store.write([*failures.many(3), *poison])
    assert (result.inserted, result.duplicates) == (3, 0)
    assert (result.quarantined, result.dropped) == ({"refused_value": 2}, {"refused_value": 2})


async def test_dropping_takes_what_was_chosen_and_read(
    database: Database, db: asyncpg.Connection, failures: Failures
) -> None:
    mine, theirs = failures.one(tenant_id="mine"), failures.one(tenant_id="theirs")
    await refuse(database, mine, theirs)
    chosen = await pages(database, Selection(tenant="mine"))
    await refuse(database, mine)  # refused again since it was read
    assert await drop(database, chosen) == []
    assert len(await drop(database, await pages(database, Selection(tenant="mine")))) == 1
    assert await db.fetchval("SELECT array_agg(tenant_id) FROM failure_quarantine") == ["theirs"]


async def pages(database: Database, selection: Selection) -> Sequence[QuarantinedRecord]:
    return [record async for page in quarantined_records(database, selection) for record in page]


async def test_a_selection_is_of_ids_reasons_and_tenants(database: Database, failures: Failures) -> None:
    await refuse(database, *failures.many(150, tenant_id="a"), reason="one")
    await refuse(database, *failures.many(60, tenant_id="b"), reason="two")
    everything = await pages(database, EVERYTHING)
    ids: list[UUID] = [record.id for record in everything]
    assert (len(ids), ids) == (210, sorted(ids))
    assert len(await pages(database, Selection(reason="two"))) == 60
    assert len(await pages(database, Selection(tenant="a"))) == 150
    assert [record.id for record in await pages(database, Selection(ids=ids[3:5]))] == ids[3:5]
    assert not await pages(database, Selection(reason="one", tenant="b"))
