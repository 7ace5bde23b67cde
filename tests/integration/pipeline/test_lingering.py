"""Small transactions linger: what comes a moment later is written with what comes after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from tests.support.failures import Failures

from failcat_core.records import Record, encode
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.spool import Spool
from failcat_sidecar.write import DeadLetterFolder, Writer, writer
from failcat_storage.store import Store, WriteResult

BATCHES = 10


class CountingStore(Store):
    """Remembers how many records each transaction had."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.written: list[int] = []

    async def write(self, records: Sequence[Record]) -> WriteResult:
        result = await super().write(records)
        self.written.append(len(records))
        return result


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[CountingStore]:
    store = CountingStore.connect(database_url, shard=1)
    assert isinstance(store, CountingStore)
    yield store
    await store.close()


@pytest.mark.parametrize(
    ("records", "after_few", "after_some", "most_transactions"),
    [
        (1, 0.6, 0.0, BATCHES // 2),  # seconds
        (writer.BUSY_WRITE, 0.0, 0.6, BATCHES // 2),
        (writer.SMALL_WRITE, 60.0, 60.0, BATCHES),
    ],
    ids=["few", "some", "many"],
)
async def test_after_a_small_transaction_the_writer_waits_for_more(
    store: CountingStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    records: int,
    after_few: float,
    after_some: float,
    most_transactions: int,
) -> None:
    monkeypatch.setattr(writer, "LINGER_SECONDS", after_few)
    monkeypatch.setattr(writer, "BUSY_LINGER_SECONDS", after_some)
    spool = await Spool.open(tmp_path / "spool", max_bytes=1 << 26, reserve_free_bytes=0)
    running = asyncio.create_task(Writer(spool, store, Metrics(), DeadLetterFolder(tmp_path / "aside")).run())
    failures = Failures()
    for _ in range(BATCHES):
        stored = len(store.written)
        await spool.append(encode(failures.many(records)), records)
        for _ in range(3 if after_few + after_some < 1 else 1_000):  # of a small one, a little later than a transaction
            if len(store.written) > stored:
                break
            await asyncio.sleep(0.02)
    async with asyncio.timeout(30):
        while sum(store.written) < BATCHES * records:
            await asyncio.sleep(0.02)
    running.cancel()
    await spool.close()
    assert len(store.written) <= most_transactions, store.written
