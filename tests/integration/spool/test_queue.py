"""The queue: what is appended comes out once, in order, also after a restart, and takes bounded room."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.spool.conftest import OpenSpool
from tests.support.waiting import event_loop_rounds, until

from failcat_sidecar.errors import ConfigurationError, RetryableError, SpoolBusy, SpoolClosed, SpoolFull
from failcat_sidecar.spool import Disk, Spool, StoredBatch
from failcat_sidecar.spool.attempts import AttemptsFile
from failcat_sidecar.spool.types import Position

BIG = 1 << 30


class HeldDisk(Disk):
    """Counts syncs. While `released` is cleared, a sync waits, so that appends gather behind it."""

    def __init__(self) -> None:
        self.syncs = 0
        self.released = threading.Event()
        self.released.set()
        self.is_held = False

    def sync(self, descriptor: int) -> None:
        self.syncs += 1
        self.is_held = not self.released.is_set()
        assert self.released.wait(30)
        super().sync(descriptor)


def payloads(batches: Iterable[StoredBatch]) -> list[bytes]:
    return [batch.payload for batch in batches]


def numbered(count: int) -> list[bytes]:
    return [b"batch %06d " % n + b"." * (n % 50) for n in range(count)]


async def read_count(spool: Spool, count: int, *, drain: bool = True) -> list[StoredBatch]:
    batches: list[StoredBatch] = []
    while len(batches) < count:
        batches += await spool.read(BIG, BIG)
        if drain:
            spool.drained(batches[-1].position)
    return batches


def files(folder: Path, ending: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"*.{ending}"))


async def test_batches_come_out_as_they_were_appended(open_spool: OpenSpool) -> None:
    spool = await open_spool()
    before = time.time()
    for records, payload in enumerate(numbered(5), 1):
        await spool.append(payload, records)
    batches = await read_count(spool, 5)
    assert payloads(batches) == numbered(5)
    assert [batch.records for batch in batches] == [1, 2, 3, 4, 5]
    assert all(before - 0.001 <= batch.appended_at <= time.time() for batch in batches)
    assert [batch.position for batch in batches] == sorted(batch.position for batch in batches)


async def test_the_order_of_calls_is_the_order_of_the_queue_across_segments(
    open_spool: OpenSpool, folder: Path
) -> None:
    spool = await open_spool()
    await asyncio.gather(*(spool.append(payload, 1) for payload in numbered(200)))
    assert len(files(folder, "segment")) > 5
    assert payloads(await read_count(spool, 200)) == numbered(200)


async def test_appends_that_arrive_during_a_sync_share_the_next_one(open_spool: OpenSpool) -> None:
    disk = HeldDisk()
    spool = await open_spool(disk, segment_bytes=1 << 18)
    await spool.append(b"the first makes the segment", 1)
    before = disk.syncs
    disk.released.clear()
    under_way = spool.enqueue(b"being synced", 1)
    await until(lambda: disk.is_held)
    appended = [spool.enqueue(payload, 1) for payload in numbered(100)]
    disk.released.set()
    await asyncio.gather(under_way, *appended)
    assert disk.syncs - before == 2


async def test_a_barrier_waits_for_all_that_came_before_it(open_spool: OpenSpool) -> None:
    disk = HeldDisk()
    spool = await open_spool(disk)
    disk.released.clear()
    appended = [spool.enqueue(payload, 1) for payload in numbered(20)]
    barrier = spool.enqueue(b"", 0)
    await until(lambda: disk.is_held)
    assert not barrier.done()
    disk.released.set()
    await barrier
    assert all(each.done() for each in appended)
    assert payloads(await read_count(spool, 20)) == numbered(20)


async def test_a_barrier_on_an_idle_spool_returns_and_stores_nothing(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool()
    await spool.append(b"", 0)
    assert files(folder, "*") == []


async def test_read_waits_for_data(open_spool: OpenSpool) -> None:
    spool = await open_spool()
    reading = asyncio.ensure_future(spool.read(10, BIG))
    await event_loop_rounds()
    await asyncio.wrap_future(spool._read_thread.submit(lambda: None))  # behind the search for data
    await event_loop_rounds()
    assert not reading.done()
    await spool.append(b"here", 1)
    assert payloads(await reading) == [b"here"]


async def test_a_read_is_bounded_in_records_and_bytes_but_never_empty(open_spool: OpenSpool) -> None:
    spool = await open_spool(segment_bytes=1 << 16)
    for _ in range(6):
        await spool.append(b"x" * 100, 10)
    assert len(await spool.read(25, BIG)) == 2
    assert len(await spool.read(BIG, 350)) == 3
    assert len(await spool.read(1, 1)) == 1


async def test_a_cancelled_read_loses_nothing(open_spool: OpenSpool) -> None:
    spool = await open_spool()
    await asyncio.gather(*(spool.append(payload, 1) for payload in numbered(20)))
    found: list[StoredBatch] = []
    for _ in range(5):
        reading = asyncio.ensure_future(spool.read(3, BIG))
        await asyncio.sleep(0)
        if not reading.cancel():
            found += reading.result()
    found += await read_count(spool, 20 - len(found))
    assert payloads(found) == numbered(20)


async def test_a_caller_that_goes_away_leaves_its_batch_in_the_queue(open_spool: OpenSpool) -> None:
    disk = HeldDisk()
    spool = await open_spool(disk)
    disk.released.clear()
    leaving = asyncio.ensure_future(spool.append(b"left alone", 1))
    await until(lambda: disk.is_held)
    leaving.cancel()
    disk.released.set()
    await spool.append(b"stays", 1)
    assert payloads(await read_count(spool, 2)) == [b"left alone", b"stays"]


async def test_waiting_batches_survive_a_restart_and_drained_ones_are_not_replayed(
    open_spool: OpenSpool, folder: Path
) -> None:
    spool = await open_spool()
    for payload in numbered(60):
        await spool.append(payload, 1)
    first = await spool.read(30, BIG)
    spool.drained(first[-1].position)
    await until(lambda: files(folder, "drained"))
    await spool.close()

    spool = await open_spool()
    kept = list(spool.replay())
    assert payloads(kept) == numbered(60)
    again = payloads(batch for batch in kept if not batch.drained)
    assert 30 <= len(again) < 60
    assert payloads(await read_count(spool, len(again))) == again == numbered(60)[-len(again) :]


async def test_what_is_read_and_not_drained_waits_on_also_after_a_restart(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool()
    for payload in numbered(60):
        await spool.append(payload, 1)
    batches = await read_count(spool, 60, drain=False)
    spool.drained(batches[0].position)
    await spool.close()
    assert files(folder, "drained") == []
    spool = await open_spool()
    assert payloads(await read_count(spool, 60)) == numbered(60)


async def test_nothing_is_replayed_after_a_clean_stop_of_a_drained_spool(open_spool: OpenSpool) -> None:
    spool = await open_spool()
    for payload in numbered(5):
        await spool.append(payload, 1)
    await read_count(spool, 5)
    await spool.close()
    spool = await open_spool()
    assert spool.stats.records == 0
    assert [batch.drained for batch in spool.replay()] == [True] * 5


@pytest.mark.parametrize("enough", [1, 7, 20, 60, 1_000])
async def test_only_the_newest_segments_are_kept_in_mind_that_hold_enough(
    open_spool: OpenSpool, folder: Path, enough: int
) -> None:
    spool = await open_spool()
    for payload in numbered(60):
        await spool.append(payload, 1)
    await spool.close()
    kept = list((await open_spool()).replay(enough))
    assert payloads(kept) == numbered(60)[-len(kept) :]
    oldest = sum(batch.position.segment == kept[0].position.segment for batch in kept)
    assert len(kept) == 60 or len(kept) >= enough > len(kept) - oldest


async def test_a_restarted_spool_goes_on_behind_what_it_holds(open_spool: OpenSpool) -> None:
    for part in range(4):
        spool = await open_spool()
        await spool.append(b"part %d" % part, 1)
        await spool.close()
    spool = await open_spool()
    assert payloads(await read_count(spool, 4)) == [b"part 0", b"part 1", b"part 2", b"part 3"]


async def test_drained_segments_are_deleted_when_their_time_is_up(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool(keep_drained_seconds=0.2)
    for payload in numbered(60):
        await spool.append(payload, 1)
    await read_count(spool, 60)
    await until(lambda: files(folder, "drained"))
    await until(lambda: not files(folder, "drained"))
    assert len(files(folder, "segment")) == 1


async def test_a_disk_that_hangs_is_not_asked_to_expire_segments_again_and_again(open_spool: OpenSpool) -> None:
    disk = HeldDisk()
    spool = await open_spool(disk, keep_drained_seconds=0)
    disk.released.clear()
    appended = asyncio.create_task(spool.append(b"waits for its sync", 1))
    await until(lambda: disk.is_held)
    waiting_work = spool._sync_thread._work_queue  # nothing that a user sees tells of it, until memory ends
    await event_loop_rounds(200)
    assert waiting_work.qsize() <= 2  # one expiry, one probe
    disk.released.set()
    await appended


async def test_an_old_drained_segment_is_deleted_after_a_restart(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool()
    await spool.append(b"old", 1)
    await read_count(spool, 1)
    await spool.close()
    spool = await open_spool(keep_drained_seconds=0)
    await until(lambda: not files(folder, "drained"))
    await spool.close()
    assert (await open_spool()).stats.missing_segments == 0


async def test_stats_tell_what_waits(open_spool: OpenSpool) -> None:
    spool = await open_spool()
    assert (spool.stats.bytes, spool.stats.records, spool.stats.oldest_age_seconds) == (0, 0, 0.0)
    for payload in numbered(40):
        await spool.append(payload, 2)
    stats = spool.stats
    assert (stats.records, stats.capacity_bytes, stats.full) == (80, 1 << 20, False)
    assert stats.bytes == sum(40 + len(payload) for payload in numbered(40))
    await until(lambda: spool.stats.oldest_age_seconds >= 0.02)  # it grows while nothing is drained
    batches = await spool.read(20, BIG)
    assert spool.stats.oldest_age_seconds <= time.time() - batches[0].appended_at
    spool.drained(batches[-1].position)
    assert spool.stats.records == 60
    await read_count(spool, 30)
    assert (spool.stats.bytes, spool.stats.records, spool.stats.oldest_age_seconds) == (0, 0, 0.0)


async def test_the_quota_refuses_and_draining_opens_again(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool(max_bytes=8192, segment_bytes=2048)
    stored = 0
    with pytest.raises(SpoolFull) as refused:
        while True:
            await spool.append(b"x" * 200, 1)
            stored += 1
    assert refused.value.retry_after_seconds > 0
    assert stored == 4 * ((2048 - 64) // 240)
    assert spool.stats.full
    with pytest.raises(SpoolFull):
        spool.check_room(200)
    assert sum(path.stat().st_size for path in folder.glob("*.segment")) <= 8192

    await read_count(spool, stored)
    await until(lambda: not spool.stats.full)
    spool.check_room(200)
    await spool.append(b"y" * 200, 1)
    assert payloads(await read_count(spool, 1)) == [b"y" * 200]


async def test_drained_segments_make_way_before_anything_is_refused(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool(max_bytes=8192, segment_bytes=2048)
    for _ in range(200):
        await spool.append(b"x" * 200, 1)
        await read_count(spool, 1)
        await spool.append(b"", 0)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 8192 + 2048


async def test_a_batch_larger_than_a_segment_gets_one_of_its_own(open_spool: OpenSpool) -> None:
    spool = await open_spool()
    contents = [b"small", b"large" * 5000, b"small again"]
    for payload in contents:
        await spool.append(payload, 1)
    assert payloads(await read_count(spool, 3)) == contents


async def test_a_batch_larger_than_the_room_fails_and_a_smaller_one_is_taken(open_spool: OpenSpool) -> None:
    spool = await open_spool(max_bytes=4096)
    await spool.append(b"fits", 1)
    with pytest.raises(SpoolFull):
        await spool.append(b"x" * 5000, 1)
    await asyncio.sleep(0)
    await spool.append(b"fits too", 1)
    assert payloads(await read_count(spool, 2)) == [b"fits", b"fits too"]


async def test_what_waits_for_a_slow_disk_is_bounded_in_memory(
    open_spool: OpenSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("failcat_sidecar.spool.spool.MAX_QUEUED_BYTES", 1000)
    disk = HeldDisk()
    spool = await open_spool(disk, segment_bytes=1 << 16)
    disk.released.clear()
    appended = [spool.enqueue(b"x" * 100, 1) for _ in range(20)]
    disk.released.set()
    results = await asyncio.gather(*appended, return_exceptions=True)
    assert {type(result) for result in results} == {type(None), SpoolBusy}
    assert await read_count(spool, results.count(None))


async def test_a_second_sidecar_is_refused_and_told_who_holds_the_spool(open_spool: OpenSpool) -> None:
    await open_spool()
    with pytest.raises(ConfigurationError, match=f"FAILCAT_DATA_DIR.*pid {os.getpid()}"):
        await open_spool()


@pytest.mark.parametrize("folder", [Path("/proc/failcat/spool"), Path("/dev/null/spool")])
async def test_a_folder_that_cannot_be_used_is_a_configuration_error(open_spool: OpenSpool, folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="FAILCAT_DATA_DIR"):
        await open_spool()


async def test_closing_finishes_what_is_under_way_then_refuses(open_spool: OpenSpool) -> None:
    disk = HeldDisk()
    spool = await open_spool(disk)
    disk.released.clear()
    reading = asyncio.ensure_future(spool.read(BIG, BIG))
    appended = [spool.enqueue(payload, 1) for payload in numbered(10)]
    closing = asyncio.ensure_future(spool.close())
    await until(lambda: disk.is_held)
    assert not closing.done()
    disk.released.set()
    await closing
    assert all(each.exception() is None for each in appended)
    assert payloads(await reading) in ([], numbered(1), numbered(10))
    assert await spool.read(BIG, BIG) == []
    with pytest.raises(SpoolClosed):
        await spool.append(b"too late", 1)
    assert payloads((await open_spool()).replay()) == numbered(10)


async def test_only_its_owner_can_read_the_spool(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool()
    await spool.append(b"private", 1)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


async def test_a_refused_append_is_retryable() -> None:
    assert all(issubclass(kind, RetryableError) for kind in (SpoolFull, SpoolBusy, SpoolClosed))


@pytest.mark.parametrize(("crashes", "marks"), [(0, 1), (2, 10)])
async def test_short_waits_keep_the_mark_unless_a_batch_was_blamed_before(
    open_spool: OpenSpool, monkeypatch: pytest.MonkeyPatch, crashes: int, marks: int
) -> None:
    counted: list[Position] = []
    monkeypatch.setattr(AttemptsFile, "mark", lambda _, first, last: counted.append(first))

    async def ten_steps() -> None:
        for _ in range(9):
            await asyncio.sleep(0)

    spool = await open_spool()
    await spool.append(b"a batch", 1)
    (batch,) = await spool.read(1, 1 << 20)
    await spool.attempt([replace(batch, crashes=crashes)], ten_steps())
    assert len(counted) == marks
