"""COPY is the usual way in: one duplicate costs it one batch, not the rest of the process's life."""

from __future__ import annotations

import asyncpg
import pytest
from tests.support.failures import Failures

from failcat_core.records import FailureRecord
from failcat_storage import writer
from failcat_storage.reports import JoinedBatch, StoredReports, copy_joined
from failcat_storage.store import Store


async def test_a_batch_without_duplicates_brings_copy_back(
    store: Store, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[bool] = []
    real_copy = copy_joined

    async def copy(connection: asyncpg.Connection, joined: JoinedBatch) -> StoredReports:
        copied.append(True)
        return await real_copy(connection, joined)

    monkeypatch.setattr(writer, "copy_joined", copy)

    async def tried_copy(batch: list[FailureRecord]) -> bool:
        copied.clear()
        await store.write(batch)
        return bool(copied)

    first = failures.many(3)
    assert await tried_copy(first)
    assert await tried_copy([*first, *failures.many(1)])  # and is refused: the ids are there
    assert not await tried_copy(first), "a replay is a run of duplicates"
    assert not await tried_copy(failures.many(2)), "nothing says yet that the replay is over"
    assert await tried_copy(failures.many(2))
