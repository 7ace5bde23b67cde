"""A disk that fails, fills up or stalls: nothing is acknowledged that is not durable, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import errno
import subprocess
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from tests.integration.spool.conftest import OpenSpool
from tests.support.waiting import event_loop_rounds, until

from failcat_sidecar.errors import SpoolClosed, SpoolDiskFailed, SpoolFull
from failcat_sidecar.spool import Disk, Spool, StoredBatch

BIG = 1 << 30


class FailingDisk(Disk):
    """Fails in one call as long as it is told to."""

    def __init__(self) -> None:
        self.failing = ""  # the name of the call
        self.code = errno.EIO

    def allocate(self, descriptor: int, size_bytes: int) -> None:
        self._fail_in("allocate")
        super().allocate(descriptor, size_bytes)

    def write(self, descriptor: int, buffers: Sequence[bytes], offset: int) -> None:
        if self.failing == "write":
            super().write(descriptor, [b"".join(buffers)[:50]], offset)  # a part of it gets through
        self._fail_in("write")
        super().write(descriptor, buffers, offset)

    def sync(self, descriptor: int) -> None:
        self._fail_in("sync")
        super().sync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        self._fail_in("sync_folder")
        super().sync_folder(folder)

    def _fail_in(self, call: str) -> None:
        if self.failing == call:
            raise OSError(self.code, "Input/output error")


async def drain(spool: Spool, count: int) -> list[bytes]:
    batches: list[StoredBatch] = []
    while len(batches) < count:
        batches += await spool.read(BIG, BIG)
        spool.drained(batches[-1].position)
    return [batch.payload for batch in batches]


@pytest.mark.parametrize("call", ["write", "sync"])
async def test_a_failed_append_is_refused_and_the_next_goes_to_a_new_segment(
    open_spool: OpenSpool, folder: Path, call: str
) -> None:
    disk = FailingDisk()
    spool = await open_spool(disk)
    await spool.append(b"before", 1)
    disk.failing = call
    with pytest.raises(SpoolDiskFailed, match="Input/output error"):
        await spool.append(b"never acknowledged", 1)
    disk.failing = ""
    await asyncio.sleep(0)
    await spool.append(b"after", 1)
    assert [path.name for path in sorted(folder.glob("*.segment"))] == ["000000000001.segment", "000000000002.segment"]
    assert await drain(spool, 2) == [b"before", b"after"]


@pytest.mark.parametrize("call", ["write", "sync"])
async def test_what_failed_does_not_come_back_after_a_restart(open_spool: OpenSpool, folder: Path, call: str) -> None:
    disk = FailingDisk()
    spool = await open_spool(disk)
    await spool.append(b"before", 1)
    disk.failing = call
    with pytest.raises(SpoolDiskFailed):
        await spool.append(b"never acknowledged", 1)
    disk.failing = ""
    await asyncio.sleep(0)
    await spool.append(b"after", 1)
    await spool.close()
    spool = await open_spool()
    assert [batch.payload for batch in spool.replay()] == [b"before", b"after"]
    assert (spool.stats.damaged_segments, spool.stats.missing_segments) == (0, 0)


@pytest.mark.parametrize("call", ["allocate", "write", "sync", "sync_folder"])
async def test_a_segment_that_cannot_be_started_leaves_nothing_behind(
    open_spool: OpenSpool, folder: Path, call: str
) -> None:
    disk = FailingDisk()
    spool = await open_spool(disk)
    disk.failing = call
    for _ in range(5):
        with pytest.raises(SpoolDiskFailed):
            await spool.append(b"refused", 1)
        await asyncio.sleep(0)
    assert {path.name for path in folder.iterdir()} == {"lock", "manifest", "attempts"}
    disk.failing = ""
    await spool.append(b"taken", 1)
    assert await drain(spool, 1) == [b"taken"]


async def test_all_that_is_queued_fails_together(open_spool: OpenSpool) -> None:
    disk = FailingDisk()
    spool = await open_spool(disk)
    await spool.append(b"before", 1)
    disk.failing = "sync"
    first = spool.enqueue(b"being written", 1)
    await asyncio.sleep(0)
    results = await asyncio.gather(first, *(spool.append(b"queued", 1) for _ in range(5)), return_exceptions=True)
    assert {type(result) for result in results} == {SpoolDiskFailed}


async def test_everything_queued_is_rolled_back_newest_first_before_anything_else_is_accepted(
    open_spool: OpenSpool,
) -> None:
    disk = FailingDisk()
    spool = await open_spool(disk)
    await spool.append(b"before", 1)
    events: list[str] = []

    def accept_another(_: asyncio.Future[None]) -> None:
        events.append("accepted")
        spool.enqueue(b"", 0)

    disk.failing = "sync"
    queued = [spool.enqueue(name.encode(), 1, partial(events.append, name)) for name in ("written", "next")]
    await asyncio.sleep(0)  # both are being written when a third joins the queue
    queued.append(spool.enqueue(b"later", 1, partial(events.append, "later")))
    for each in queued:
        each.add_done_callback(accept_another)
    assert {type(result) for result in await asyncio.gather(*queued, return_exceptions=True)} == {SpoolDiskFailed}
    assert events == ["later", "next", "written", "accepted", "accepted", "accepted"]


async def test_a_batch_that_is_refused_at_once_is_rolled_back_at_once_and_a_stored_one_is_not(
    open_spool: OpenSpool,
) -> None:
    spool = await open_spool()
    events: list[str] = []
    await spool.enqueue(b"stored", 1, partial(events.append, "stored"))
    await spool.close()
    refused = spool.enqueue(b"refused", 1, partial(events.append, "refused"))
    assert events == ["refused"]
    with pytest.raises(SpoolClosed):
        await refused


async def test_a_segments_name_is_durable_before_anything_in_it_is_acknowledged(open_spool: OpenSpool) -> None:
    calls: list[str] = []

    class RecordingDisk(Disk):
        def sync(self, descriptor: int) -> None:
            calls.append("sync")

        def sync_folder(self, folder: Path) -> None:
            calls.append(f"sync {folder.name} with {len(list(folder.glob('*.segment')))} segment")

    spool = await open_spool(RecordingDisk())
    calls.clear()
    await spool.append(b"first", 1)
    assert calls[:3] == ["sync", "sync spool with 1 segment", "sync"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["allocate", "write", "sync"])
async def test_a_full_disk_is_told_from_a_broken_one(open_spool: OpenSpool, call: str, code: int) -> None:
    disk = FailingDisk()
    spool = await open_spool(disk)
    disk.failing, disk.code = call, code
    with pytest.raises(SpoolFull):
        await spool.append(b"refused", 1)


async def test_a_slow_disk_costs_latency_only_and_does_not_hold_up_the_loop(open_spool: OpenSpool) -> None:
    syncing, answer = threading.Event(), threading.Event()

    class SlowDisk(Disk):
        def sync(self, descriptor: int) -> None:
            syncing.set()
            assert answer.wait(10), "the event loop does not run meanwhile"
            super().sync(descriptor)

    answer.set()
    spool = await open_spool(SlowDisk())
    answer.clear()
    syncing.clear()
    appended = asyncio.gather(*(spool.append(b"%d" % number, 1) for number in range(10)))
    await until(syncing.is_set)
    await event_loop_rounds()
    assert not appended.done()
    answer.set()
    await appended
    assert await drain(spool, 10) == [b"%d" % number for number in range(10)]


async def test_the_reserve_of_free_space_is_left_to_others(open_spool: OpenSpool) -> None:
    class SmallDisk(Disk):
        free = 1 << 20

        def free_bytes(self, folder: Path) -> int:
            return self.free

    disk = SmallDisk()
    spool = await open_spool(disk, reserve_free_bytes=1 << 20)
    assert spool.stats.full
    with pytest.raises(SpoolFull):
        spool.check_room(100)
    with pytest.raises(SpoolFull):
        await spool.append(b"refused", 1)
    disk.free = 1 << 21
    await asyncio.sleep(0)
    spool.check_room(100)
    await spool.append(b"taken", 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MiB."""
    mount = tmp_path / "disk"
    mount.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a file system needs root")
    yield mount
    subprocess.run(["umount", "--lazy", str(mount)], check=True)


async def test_a_full_file_system_refuses_and_draining_frees_it(small_disk: Path) -> None:
    folder = small_disk / "spool"
    spool = await Spool.open(folder, max_bytes=1 << 30, reserve_free_bytes=0)
    stored = 0
    with pytest.raises(SpoolFull):
        while True:
            await spool.append(b"%06d" % stored * 1000, 1)
            stored += 1
    assert stored * 6040 > 1_500_000
    assert spool.stats.full
    (small_disk / "ballast").write_bytes(bytes(Disk().free_bytes(small_disk)))
    await spool.close()

    spool = await Spool.open(folder, max_bytes=1 << 30, reserve_free_bytes=0)  # also when nothing at all is free
    assert await drain(spool, stored) == [b"%06d" % number * 1000 for number in range(stored)]
    await until(lambda: not spool.stats.full)
    await spool.append(b"taken again", 1)
    assert await drain(spool, 1) == [b"taken again"]
    await spool.close()
