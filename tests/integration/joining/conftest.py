"""Two sidecars' stores on one database, which join as sidecars do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.support.reported_traces import joiner

from failcat_storage.store import Store


@pytest.fixture
async def stores(database_url: str) -> AsyncIterator[list[Store]]:
    stores = [Store.connect(database_url, shard=shard, join=joiner()) for shard in (1, 2)]
    yield stores
    for store in stores:
        await store.close()


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
