"""From a request to durable records and on to PostgreSQL: order, rollback, chunks, and what cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from tests.support.load import Batch, LoadGenerator

from failcat_catalog.catalog import Catalog
from failcat_core.records import Record, decode
from failcat_sidecar.batcher import RequestBatcher
from failcat_sidecar.dedup import Deduplicator, RecentFailures
from failcat_sidecar.errors import RetryableError
from failcat_sidecar.export import Encoding, Export, ExportOutcome, Signal, Transport
from failcat_sidecar.extract import Extractor
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.pipeline import Pipeline
from failcat_sidecar.spool import Disk, Spool
from failcat_sidecar.write import DeadLetterFolder, Writer
from failcat_storage.store import Store


class BreakingDisk(Disk):
    """Fails every sync while it is told to."""

    broken = False

    def sync(self, descriptor: int) -> None:
        if self.broken:
            raise OSError(5, "Input/output error")
        super().sync(descriptor)


class Parts:
    """A pipeline on a real spool."""

    def __init__(self, spool: Spool, disk: BreakingDisk, extractor: Extractor | None = None) -> None:
        catalog = Catalog.builtin()
        self.spool, self.disk, self.metrics = spool, disk, Metrics()
        self.deduplicator = Deduplicator(catalog.match, catalog.version, RecentFailures())
        self.batcher = RequestBatcher(extractor or Extractor(), self.deduplicator, spool, self.metrics)
        self.pipeline = Pipeline(self.batcher, spool, self.metrics)

    async def send(self, batch: Batch) -> ExportOutcome:
        return await self.consume(batch.body)

    async def consume(self, body: bytes, tenant: str | None = None) -> ExportOutcome:
        return await self.pipeline.consume(Export(Signal.TRACES, Encoding.PROTOBUF, Transport.HTTP, body, tenant))

    async def stored(self, count: int) -> list[Record]:
        """Records of the spool, in order."""
        records: list[Record] = []
        while len(records) < count:
            for batch in await asyncio.wait_for(self.spool.read(10_000, 1 << 24), 5):
                records += decode(batch.payload)
        return records

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    disk = BreakingDisk()
    spool = await Spool.open(tmp_path / "spool", max_bytes=1 << 26, reserve_free_bytes=0, disk=disk)
    yield Parts(spool, disk)
    await spool.close()


async def test_a_batch_that_was_refused_is_new_when_it_comes_again(parts: Parts) -> None:
    batch = LoadGenerator(1).batch(10)
    parts.disk.broken = True
    with pytest.raises(RetryableError):
        await parts.send(batch)
    parts.disk.broken = False
    await parts.send(batch)
    assert len(await parts.stored(10)) == 10
    assert parts.metric("failcat_duplicate_failures_total") == 0
    assert parts.metric("failcat_received_spans_total", transport="http", outcome="refused") == 10
    assert parts.metric("failcat_received_spans_total", transport="http", outcome="accepted") == 10


async def test_no_acknowledged_parent_builds_on_a_child_that_was_refused(parts: Parts) -> None:
    """Both in flight when the disk fails: the parent must not become an enrichment of a row that never was."""
    child, parent = LoadGenerator(2).chain()
    parts.disk.broken = True
    results = await asyncio.gather(parts.send(child), parts.send(parent), return_exceptions=True)
    assert [type(result).__mro__[1] for result in results] == [RetryableError, RetryableError]
    parts.disk.broken = False
    await parts.send(parent)
    (record,) = await parts.stored(1)
    assert type(record).__name__ == "FailureRecord"


async def test_a_client_that_goes_away_does_not_undo_what_is_queued(parts: Parts) -> None:
    batch = LoadGenerator(3).batch(5)
    sending = asyncio.create_task(parts.send(batch))
    while not parts.deduplicator._recent_failures:  # until it is decided and queued
        await asyncio.sleep(0)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    assert len(await parts.stored(5)) == 5
    await parts.send(batch)
    assert parts.metric("failcat_duplicate_failures_total") == 5


async def test_a_huge_request_is_spooled_in_chunks_and_leaves_room_for_others(parts: Parts) -> None:
    huge, small = LoadGenerator(4).batch(9_000), LoadGenerator(5).batch(1)
    sending = asyncio.create_task(parts.send(huge))
    await asyncio.sleep(0)
    await parts.send(small)
    assert not sending.done()
    await sending
    assert len(await parts.stored(9_001)) == 9_001


async def test_the_writer_sets_aside_what_it_cannot_read_and_goes_on(
    parts: Parts, tmp_path: Path, database_url: str
) -> None:
    store = Store.connect(database_url, shard=0)
    aside = DeadLetterFolder(tmp_path)
    await parts.spool.append(b"\x93not msgpack", 3)
    await parts.send(LoadGenerator(6).batch(4))
    writing = asyncio.create_task(Writer(parts.spool, store, parts.metrics, aside).run())
    connection = await asyncpg.connect(database_url)
    await until(lambda: parts.metric("failure_persisted_total") == 4)
    assert await connection.fetchval("SELECT count(*) FROM failure_matches") == 4
    assert [batch.path.read_bytes() for batch in aside.batches()] == [b"\x93not msgpack"]
    assert parts.metric("failure_quarantined_total", reason="undecodable") == 3
    writing.cancel()
    await connection.close()
    await store.close()


async def test_the_writer_waits_when_it_cannot_set_aside(parts: Parts, tmp_path: Path, database_url: str) -> None:
    store = Store.connect(database_url, shard=0)
    (tmp_path / "set-aside").write_text("a file, not a folder")
    await parts.spool.append(b"\x93not msgpack", 3)
    writer = Writer(parts.spool, store, parts.metrics, DeadLetterFolder(tmp_path))
    writing = asyncio.create_task(writer.run())
    await until(lambda: writer.stuck)
    assert not writing.done()
    assert parts.spool.stats.records == 3
    writing.cancel()
    await store.close()


async def test_the_writer_holds_when_the_folder_is_full_until_there_is_room(
    parts: Parts, tmp_path: Path, database_url: str
) -> None:
    store, aside = Store.connect(database_url, shard=0), DeadLetterFolder(tmp_path, max_bytes=20)
    for payload in (b"\x93not msgpack", b"\x93nor is this"):
        await parts.spool.append(payload, 3)
    await parts.send(LoadGenerator(6).batch(4))
    writer = Writer(parts.spool, store, parts.metrics, aside)
    writing = asyncio.create_task(writer.run())
    await until(lambda: writer.stuck)
    assert "is full" in writer.stuck
    assert parts.spool.stats.records == 10, "nothing is lost, and nothing overtakes"
    aside.remove(aside.batches()[0])
    await until(lambda: parts.metric("failure_persisted_total") == 4)
    assert len(aside.batches()) == 1
    writing.cancel()
    await store.close()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not true():
            await asyncio.sleep(0.01)
