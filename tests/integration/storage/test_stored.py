"""Reading stored failures again."""

from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests.support.failures import Failures

from failcat_catalog.identity import failure_id
from failcat_storage.database import Database
from failcat_storage.errors import SchemaMissing
from failcat_storage.store import Store
from failcat_storage.stored import StoredFailure, find_failure, stored_failures

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=30)


async def read(url: str, since: datetime, limit: int = 1_000_000) -> list[list[StoredFailure]]:
    async with Database.once(url) as database, aclosing(stored_failures(database, since, limit)) as batches:
        return [batch async for batch in batches]


@pytest.mark.postgres
async def test_all_are_read_newest_first_in_small_batches(database_url: str, store: Store, failures: Failures) -> None:
    records = failures.many(700)
    await store.write(records)
    batches = await read(database_url, LONG_AGO)
    ids = [row.id.bytes for batch in batches for row in batch]
    assert ids == sorted((record.id for record in records), reverse=True)
    assert max(map(len, batches)) <= 256
    assert sum(map(len, await read(database_url, LONG_AGO, limit=300))) == 300


async def test_the_window_is_of_occurrence(database_url: str, store: Store, failures: Failures) -> None:
    old_ns = int((NOW - timedelta(days=3)).timestamp() * 1e9)
    old = failures.one(id=failure_id(old_ns, b"t" * 16, b"s" * 8, 0), occurred_at_us=old_ns // 1000)
    new = failures.one()
    await store.write([old, new])
    (batch,) = await read(database_url, NOW - timedelta(days=2))
    assert [row.id.bytes for row in batch] == [new.id]
    assert sum(map(len, await read(database_url, NOW - timedelta(days=4)))) == 2


async def test_a_row_keeps_its_observation_and_its_verdict(database_url: str, store: Store, failures: Failures) -> None:
    context = {"attributes": {"failure.code": "MINE", "retries": 3, "hosts": ["a", "b"]}, "stacktrace": "…"}
    known = failures.one(context=context)
    bare = failures.one(
        **dict.fromkeys(("error_type", "error_message", "catalog_entry_id", "match_rule", "recovery_mode")),
        context={},
    )
    await store.write([known, bare])
    async with Database.once(database_url) as database:
        found = await find_failure(database, UUID(bytes=known.id))
        empty = await find_failure(database, UUID(bytes=bare.id))
        assert await find_failure(database, uuid4()) is None
    assert found is not None and empty is not None
    assert (found.error_code, found.error_type, found.message) == (
        known.error_code,
        known.error_type,
        known.error_message,
    )
    assert found.attributes == context["attributes"]
    assert (found.rule, found.retryable, found.recovery_mode) == ("openai.rate_limit", True, "RETRY_EXPONENTIAL")
    assert (empty.error_type, empty.message, empty.attributes) == ("", "", {})
    assert (empty.catalog_entry_id, empty.rule, empty.recovery_mode) == ("", "", "")


@pytest.mark.parametrize("context", ["[]", '{"attributes": [1]}', f'{{"attributes": {{"big": {10**400}.5}}}}', "null"])
async def test_a_context_that_is_not_ours_is_empty(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures, context: str
) -> None:
    await store.write([failures.one()])
    await db.execute("UPDATE failure_matches SET context = $1::JSONB", context)
    ((row,),) = await read(database_url, LONG_AGO)
    assert row.attributes == {}


async def test_without_a_schema_it_says_what_to_do(empty_database_url: str) -> None:
    with pytest.raises(SchemaMissing, match="failcat migrate"):
        await read(empty_database_url, LONG_AGO)
