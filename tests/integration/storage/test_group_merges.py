"""Groups of an earlier version of the signature lead to those that go on."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest
from tests.support.failures import Failures

from failcat_catalog.signature import signature
from failcat_storage.database import Database
from failcat_storage.group_merges import bridge_old_groups
from failcat_storage.maintenance import maintain
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres


async def merges(db: asyncpg.Connection) -> list[tuple[str, str, str]]:
    return [
        tuple(row) for row in await db.fetch("SELECT tenant_id, signature, merged_into FROM group_merges ORDER BY 1, 2")
    ]


async def test_old_groups_are_bridged_where_their_stored_samples_agree(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    agreeing = [failures.one(tenant_id="acme", signature="v2:1", error_message=f"disk {n} is full") for n in range(5)]
    unlike = [failures.one(signature="v2:2", error_message=text) for text in ("disk is full", "disk is slow")]
    present = failures.one(error_message="disk is full")
    present.signature = signature(present.error_code, "disk is full")
    gone = failures.one(signature="v2:3")
    await store.write([*agreeing, *unlike, present, gone])
    await db.execute("DELETE FROM failure_matches WHERE id = $1", UUID(bytes=gone.id))
    expected = [("acme", "v2:1", signature(agreeing[0].error_code, "disk 1 is full"))]
    assert (await maintain(database_url, 0)).bridged_groups == 1
    assert await merges(db) == expected
    assert (await maintain(database_url, 0)).bridged_groups == 0
    await db.execute("DELETE FROM failure_groups WHERE signature = 'v2:1'")
    await maintain(database_url, 0)
    assert await merges(db) == []


async def test_a_merge_by_hand_stays_and_pages_are_read_to_the_end(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("failcat_storage.group_merges.PAGE_GROUPS", 2)
    await store.write([failures.one(signature=f"v2:{n}", error_message="x" * n) for n in range(1, 8)])
    await db.execute("INSERT INTO group_merges VALUES ('', 'v2:3', 'v3:by-hand')")
    async with Database.once(database_url) as database:
        assert await bridge_old_groups(database) == 6
    assert ("", "v2:3", "v3:by-hand") in await merges(db)
    assert len(await merges(db)) == 7
