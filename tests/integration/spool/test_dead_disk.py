"""A disk that dies and comes back: the spool says so, loses nothing, and goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.integration.spool.conftest import OpenSpool
from tests.support.ext4 import Ext4
from tests.support.waiting import until

from failcat_sidecar.errors import SpoolDiskFailed, SpoolFull
from failcat_sidecar.spool import Disk, Spool, StoredBatch, spool, store

LIMITS: dict[str, Any] = {"max_bytes": 1 << 22, "segment_bytes": 1 << 16, "reserve_free_bytes": 0}


@pytest.fixture
def ext4(tmp_path: Path) -> Iterator[Ext4]:
    disk = Ext4(tmp_path)
    yield disk
    disk.pull_out()


@pytest.fixture(autouse=True)
def _quick_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_PROBE_SECONDS", 0.02)
    monkeypatch.setattr(store, "_PROBE_SECONDS", 0.0)


async def drain(spool: Spool, count: int) -> list[bytes]:
    batches: list[StoredBatch] = []
    async with asyncio.timeout(20):
        while len(batches) < count:
            batches += await spool.read(1000, 1 << 20)
            spool.drained(batches[-1].position)
    return [batch.payload for batch in batches]


@pytest.mark.parametrize("fault", [Ext4.die, Ext4.go_read_only])
async def test_a_dead_disk_is_noticed_without_an_append_and_so_is_its_return(
    ext4: Ext4, fault: Callable[[Ext4], None]
) -> None:
    spool = await Spool.open(ext4.mount / "spool", **LIMITS)
    await spool.append(b"before", 1)
    fault(ext4)
    await until(lambda: spool.stats.disk_error)
    assert spool.stats.disk_error in ("Input/output error", "Read-only file system")
    assert not spool.stats.full
    with pytest.raises(SpoolDiskFailed):
        await spool.append(b"refused", 1)
    ext4.pull_out()
    ext4.plug_in()
    await until(lambda: not spool.stats.disk_error)
    await spool.append(b"after", 1)
    assert await drain(spool, 2) == [b"before", b"after"]
    assert spool.stats.damaged_segments == 0
    await spool.close()


async def test_what_a_dead_disk_does_not_give_is_read_when_it_is_back(
    ext4: Ext4, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ext4.mount / "spool"
    spool = await Spool.open(folder, **LIMITS)
    payloads = [b"%d " % number * 2000 for number in range(20)]
    for payload in payloads:
        await spool.append(payload, 1)
    (first,) = await spool.read(1, 1)
    spool.drained(first.position)
    tries: list[int] = []
    take = spool._cursor.take

    def counted_take(max_records: int, max_bytes: int) -> list[StoredBatch]:
        tries.append(max_records)
        return take(max_records, max_bytes)

    monkeypatch.setattr(spool._cursor, "take", counted_take)
    ext4.die()
    reading = asyncio.create_task(drain(spool, len(payloads) - 1))
    await until(lambda: spool.stats.disk_error)
    enough = len(tries) + 3
    await until(lambda: len(tries) >= enough)
    assert not reading.done()
    ext4.pull_out()
    ext4.plug_in()
    assert [first.payload, *await reading] == payloads
    assert spool.stats.damaged_segments == 0
    await spool.close()


async def test_a_disk_that_does_not_answer_counts_as_dead(
    open_spool: OpenSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_STALL_SECONDS", 0.05)
    answer = asyncio.Event()
    loop = asyncio.get_running_loop()

    class HangingDisk(Disk):
        def sync(self, descriptor: int) -> None:
            asyncio.run_coroutine_threadsafe(answer.wait(), loop).result()
            super().sync(descriptor)

    answer.set()
    hanging = await open_spool(HangingDisk())
    answer.clear()
    appended = asyncio.create_task(hanging.append(b"patience", 1))
    await until(lambda: "no answer" in hanging.stats.disk_error)
    answer.set()
    await appended
    await until(lambda: not hanging.stats.disk_error)


async def test_a_spool_is_full_that_has_no_room_for_a_request_as_large_as_those_of_late(open_spool: OpenSpool) -> None:
    small = await open_spool(max_bytes=1 << 20)
    for _ in range(5):
        small.check_room(150_000)
        await small.append(bytes(150_000), 1)
    assert not small.stats.full
    await small.append(bytes(150_000), 1)
    assert small.stats.full  # though 100,000 bytes would fit
    with pytest.raises(SpoolFull):
        small.check_room(150_000)
    small.check_room(50_000)
    for _ in range(300):
        small.check_room(1_000)
    assert not small.stats.full


async def test_a_batch_that_takes_more_room_than_its_request_counts_too(open_spool: OpenSpool) -> None:
    small = await open_spool(max_bytes=1 << 20)
    with pytest.raises(SpoolFull):
        while True:
            small.check_room(1_000)
            await small.append(bytes(150_000), 1)
    small.check_room(1_000)
    assert small.stats.full


async def test_no_space_that_the_file_system_did_not_announce_is_full(open_spool: OpenSpool) -> None:
    class LyingDisk(Disk):
        full = True

        def allocate(self, descriptor: int, size_bytes: int) -> None:
            if self.full:
                raise OSError(28, "No space left on device")
            super().allocate(descriptor, size_bytes)

        def write(self, descriptor: int, buffers: Sequence[bytes], offset: int) -> None:
            super().write(descriptor, buffers, offset)

    disk = LyingDisk()
    refusing = await open_spool(disk)
    with pytest.raises(SpoolFull):
        await refusing.append(b"refused", 1)
    assert refusing.stats.full
    assert not refusing.stats.disk_error
    disk.full = False
    await until(lambda: not refusing.stats.full)
    await refusing.append(b"taken", 1)
