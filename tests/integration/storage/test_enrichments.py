"""Later members of a chain fill what a stored failure lacks, and change nothing else."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest
from tests.support.failures import Failures

from failcat_core.records import EnrichmentRecord, FailureRecord, Record
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

EMPTY: dict[str, Any] = {
    "error_message": None, "error_type": None, "skill_id": None, "step_index": None, "agent_name": None,
    "model": None, "service_name": None, "context": {"a": 1},
}  # fmt: skip
FULL: dict[str, Any] = {
    "error_message": "m", "error_type": "t", "skill_id": "s", "step_index": 0, "agent_name": "g", "model": "l",
    "service_name": "v", "context": {"b": 2},
}  # fmt: skip


def enrichment(failure: FailureRecord, **fields: Any) -> EnrichmentRecord:
    return EnrichmentRecord(id=failure.id, member_id=b"m" * 16, **fields)


async def row(db: asyncpg.Connection) -> dict[str, Any]:
    stored = dict(await db.fetchrow("SELECT * FROM failure_matches"))
    stored["context"] = json.loads(stored["context"])
    return {name: stored[name] for name in (*FULL, "tenant_id", "signature", "updated_at", "created_at")}


async def test_nulls_and_absent_keys_are_filled(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one(**EMPTY)
    await store.write([failure])
    await store.write([enrichment(failure, **FULL)])
    stored = await row(db)
    assert {name: stored[name] for name in FULL} == {**FULL, "context": {"a": 1, "b": 2}}
    assert stored["updated_at"] > stored["created_at"]


async def test_what_the_row_says_stays(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one(context={"a": 1, "null": None})
    await store.write([failure])
    before = await row(db)
    await store.write([enrichment(failure, **{**FULL, "context": {"a": 2, "null": 3}})])
    assert await row(db) == before


async def test_a_replay_changes_nothing(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one(**EMPTY)
    batch: list[Record] = [failure, enrichment(failure, **FULL)]
    await store.write(batch)
    before = await row(db)
    await store.write(batch)
    assert await row(db) == before


async def test_the_first_of_two_wins(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one(**EMPTY)
    first, second = {"skill_id": "first", "context": {"k": 1}}, {"skill_id": "2", "step_index": 7, "context": {"k": 2}}
    await store.write([failure, enrichment(failure, **first), enrichment(failure, **second)])
    stored = await row(db)
    assert (stored["skill_id"], stored["step_index"], stored["context"]) == ("first", 7, {"a": 1, "k": 1})


async def test_the_tenant_is_never_filled(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    """It is part of the group's key: counts would differ from rows, and a replay be foreign to its own row."""
    failure = failures.one(tenant_id=None)
    await store.write([failure])
    await store.write([enrichment(failure, tenant_id="late", context={"late": 1})])
    stored = await row(db)
    assert stored["tenant_id"] is None
    assert stored["context"]["late"] == 1


async def test_another_tenant_cannot_enrich(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one(**EMPTY, tenant_id="ours")
    await store.write([failure])
    before = await row(db)
    await store.write([enrichment(failure, **FULL, tenant_id="theirs")])
    assert await row(db) == before


async def test_a_context_stops_growing(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    failure = failures.one(**EMPTY)
    await store.write([failure])
    for number in range(5):
        await store.write([enrichment(failure, context={f"key{number}": "x" * 20_000})])
    stored = await row(db)
    assert set(stored["context"]) == {"a", "key0", "key1", "key2"}


async def test_an_enrichment_without_a_row_is_nothing(store: Store, failures: Failures) -> None:
    result = await store.write([enrichment(failures.one(), **FULL)])
    assert (result.inserted, result.quarantined) == (0, {})
