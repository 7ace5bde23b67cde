"""Small transactions linger: what comes a moment later is written with what comes after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.failures import Failures
from tests.support.waiting import event_loop_rounds, until

from failcat_core.records import encode
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.spool import Spool, StoredBatch
from failcat_sidecar.spool.types import Position
from failcat_sidecar.write import DeadLetterFolder, Writer, writer
from failcat_storage.store import Store


class CountingSpool(Spool):
    """Counts how often the writer asked for the next batches, and was told that some are stored."""

    reads = 0
    drains = 0

    async def read(self, max_records: int, max_bytes: int) -> list[StoredBatch]:
        self.reads += 1
        return await super().read(max_records, max_bytes)

    def drained(self, position: Position) -> None:
        super().drained(position)
        self.drains += 1


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = Store.connect(database_url, shard=1)
    yield store
    await store.close()


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[CountingSpool]:
    spool = await CountingSpool.open(tmp_path / "spool", max_bytes=1 << 26, reserve_free_bytes=0)
    yield spool
    await spool.close()


@pytest.mark.parametrize(
    ("records", "after_few_seconds", "after_some_seconds", "reads"),
    [
        (1, 60, 0, 1),
        (1, 0, 60, 2),
        (writer.BUSY_WRITE, 0, 60, 1),
        (writer.BUSY_WRITE, 60, 0, 2),
        (writer.SMALL_WRITE, 60, 60, 2),
    ],
    ids=["few wait", "few do not wait", "some wait", "some do not wait", "many do not wait"],
)
async def test_after_a_small_transaction_the_writer_waits_for_more(
    store: Store,
    spool: CountingSpool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    records: int,
    after_few_seconds: float,
    after_some_seconds: float,
    reads: int,
) -> None:
    monkeypatch.setattr(writer, "LINGER_SECONDS", after_few_seconds)
    monkeypatch.setattr(writer, "BUSY_LINGER_SECONDS", after_some_seconds)
    running = asyncio.create_task(Writer(spool, store, Metrics(), DeadLetterFolder(tmp_path / "aside")).run())
    await spool.append(encode(Failures().many(records)), records)
    await until(lambda: spool.drains == 1)
    await event_loop_rounds()
    assert spool.reads == reads
    running.cancel()
