"""The spool as the event loop sees it: a durable, bounded queue of opaque batches.

Two threads make the blocking calls. One writes, syncs and deletes, so that appends that arrive during a sync share the
next one; the other reads, so that draining does not wait for syncs.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Self, TypeVar, TypeVarTuple

from failcat_sidecar.errors import DataFolderError, SpoolBusy, SpoolClosed, SpoolDiskFailed, SpoolFull
from failcat_sidecar.spool.attempts import AttemptsFile
from failcat_sidecar.spool.cursor import Cursor
from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.lock import lock_folder
from failcat_sidecar.spool.recovery import Inventory, open_segment, take_inventory
from failcat_sidecar.spool.repeated_job import RepeatedJob, log_failure
from failcat_sidecar.spool.retained import RETENTION_SECONDS
from failcat_sidecar.spool.segment import SegmentFile, State, framed_bytes
from failcat_sidecar.spool.steps import MarkedSteps, follow_steps
from failcat_sidecar.spool.store import SegmentStore, SpoolLimits
from failcat_sidecar.spool.types import NewBatch, Position, SpoolStats, StoredBatch

DEFAULT_SEGMENT_BYTES = 32 * 1024 * 1024
MAX_QUEUED_BYTES = 64 * 1024 * 1024  # in memory, not yet on the disk
MARK_SECONDS = 0.01  # that a step of work waits for its mark to be written
GRACE_SECONDS = 0.05  # that a mark outlasts its step; a batch that is blamed already gets none
_TIDY_SECONDS = 60.0
_PROBE_SECONDS = 1.0
_STALL_SECONDS = 10.0  # for one write, after which the disk counts as failed
_USUAL_DECAY = 0.99  # per request, of the usual size after a large one

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Spool:
    """A queue of batches in a folder; acknowledged means durable. All methods belong to one event loop."""

    def __init__(self, parts: _Parts, limits: SpoolLimits) -> None:
        self._parts = parts
        self._store = parts.store
        self._capacity_bytes = limits.max_bytes
        self._cursor = Cursor(parts.store, parts.attempts, parts.disk)
        self._loop = asyncio.get_running_loop()
        self._sync_thread = ThreadPoolExecutor(1, "spool-sync")
        self._read_thread = ThreadPoolExecutor(1, "spool-read")
        self._closed = False

        self._queue: list[_QueuedBatch] = []  # the batches being written, then those for the next sync
        self._queued_bytes = 0
        self._writing: asyncio.Future[int] | None = None

        self._readable = asyncio.Event()
        self._reading: asyncio.Future[list[StoredBatch]] | None = None
        self._unread_batches = sum(segment.batches for segment in self._store.waiting.values())
        self._oldest_unread_at = next((segment.first_at for segment in self._store.waiting.values()), 0.0)
        self._handed_out: deque[_HandedOut] = deque()  # read, not drained
        self._read_before = 0
        self._retired_before = 0

        self._usual_bytes = 0.0  # of the largest recent request, as received or as appended
        sync = partial(self._run, self._sync_thread)
        tidy_seconds = min(_TIDY_SECONDS, limits.keep_drained_seconds / 10)
        self._expiring = RepeatedJob(partial(sync, self._store.expire), tidy_seconds, at_once=True)
        self._probing = RepeatedJob(partial(sync, self._store.probe), _PROBE_SECONDS, at_once=False)

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        max_bytes: int,
        segment_bytes: int = DEFAULT_SEGMENT_BYTES,
        reserve_free_bytes: int,
        keep_drained_seconds: float = RETENTION_SECONDS,
        disk: Disk | None = None,
    ) -> Self:
        """Takes over the segments of an earlier process. Raises DataFolderError when the folder cannot be used: locked
        by another sidecar, written by a newer Failcat, not writable."""
        limits = SpoolLimits(max_bytes, segment_bytes, reserve_free_bytes, keep_drained_seconds)
        return cls(await asyncio.to_thread(_open_parts, folder, limits, disk or Disk()), limits)

    # --- appending

    def check_room(self, incoming_bytes: int) -> None:
        """Raises SpoolFull, SpoolBusy or SpoolDiskFailed when this much could not be appended now. Call it before the
        work is done; enqueue() may still refuse."""
        self._usual_bytes = max(incoming_bytes, self._usual_bytes * _USUAL_DECAY)
        if self._queued_bytes + incoming_bytes > MAX_QUEUED_BYTES and self._queue:
            raise SpoolBusy
        if not self._has_room(incoming_bytes):
            raise SpoolFull

    async def append(self, payload: bytes, records: int) -> None:
        """Enqueues the batch and returns when it is durable. Raises RetryableError."""
        await self.enqueue(payload, records)

    def enqueue(
        self, payload: bytes, records: int, rollback: Callable[[], None] = lambda: None
    ) -> asyncio.Future[None]:
        """A future that is done when the batch is durable. The order of calls is the order of the queue. An empty
        payload is a barrier: it is done when all earlier batches are durable.

        A batch that is refused calls `rollback` and fails its future with a RetryableError. When the disk fails, every
        queued batch is refused, the newest first, before another is accepted: so no batch can build on one that was
        not stored."""
        durable = self._loop.create_future()
        refusal = self._refusal()
        if refusal is not None:
            rollback()
            durable.set_exception(refusal)
        elif not payload and not self._queue:
            durable.set_result(None)
        else:
            self._queue.append(_QueuedBatch(NewBatch(payload, records), durable, rollback))
            framed = framed_bytes(payload)
            self._queued_bytes += framed
            self._usual_bytes = max(self._usual_bytes, framed)
            if self._writing is None and len(self._queue) == 1:
                self._loop.call_soon(self._write)  # together with batches of the same event-loop round
        return durable

    def _refusal(self) -> BaseException | None:
        if self._closed:
            return SpoolClosed()
        return SpoolBusy() if self._queued_bytes > MAX_QUEUED_BYTES else None

    def _write(self) -> None:
        if self._writing is None and self._queue:
            self._writing = self._run(self._sync_thread, self._store.append, [entry.batch for entry in self._queue])
            self._writing.add_done_callback(self._written)

    def _written(self, writing: asyncio.Future[int]) -> None:
        self._writing = None
        error = writing.exception()
        if error is not None:
            self._fail(error)
            return
        stored = self._dequeue(writing.result())
        self._write()
        for entry in stored:
            if not entry.durable.done():  # the caller was cancelled; its batch is stored all the same
                entry.durable.set_result(None)

    def _dequeue(self, count: int) -> list[_QueuedBatch]:
        """The first `count` entries, which are durable now."""
        stored = self._queue[:count]
        del self._queue[:count]
        self._queued_bytes -= sum(framed_bytes(entry.batch.payload) for entry in stored)
        if not self._unread_batches:
            self._oldest_unread_at = time.time()
        self._unread_batches += sum(1 for entry in stored if entry.batch.payload)
        self._readable.set()
        return stored

    def _fail(self, error: BaseException) -> None:
        """Refuses the whole queue, because later batches may build on the one that failed."""
        refused, self._queue, self._queued_bytes = self._queue, [], 0
        for entry in reversed(refused):
            entry.rollback()
            if not entry.durable.done():
                entry.durable.set_exception(copy(error))

    def _has_room(self, incoming_bytes: int) -> bool:
        try:
            return self._store.has_room(self._queued_bytes + incoming_bytes)
        except OSError as error:
            raise SpoolDiskFailed(f"The spool's disk failed: {error.strerror}") from error

    # --- draining

    async def read(self, max_records: int, max_bytes: int) -> list[StoredBatch]:
        """Waits for the next durable batches and returns them in order, within the limits unless a single batch exceeds
        them. A batch that may have killed the process comes alone. Empty once the spool is closed. For one reader;
        cancelling it loses nothing."""
        while not self._closed:
            if self._reading is None:
                self._readable.clear()
                self._reading = self._run(self._read_thread, self._cursor.take, max_records, max_bytes)
            batches = await asyncio.shield(self._reading)
            self._reading = None
            self._hand_out(batches)
            if batches:
                return batches
            await self._readable.wait()
        return []

    def drained(self, position: Position) -> None:
        """Call when all batches up to this position are in PostgreSQL."""
        self._parts.attempts.done(position)
        while self._handed_out and self._handed_out[0].position <= position:
            done = self._handed_out.popleft()
            segment = self._store.waiting.get(done.position.segment)
            if segment is not None:
                segment.drained_offset = done.position.offset
                segment.drained_records += done.records
        self._retire_segments()

    async def attempt(self, batches: Sequence[StoredBatch], work: Coroutine[object, object, T]) -> T:
        """Awaits `work` on the batches. If the process dies while `work` computes, read() returns them one by one after
        the restart and counts further deaths in `crashes`. A death while `work` waits blames no batch; one within
        GRACE_SECONDS may be counted once."""
        mark = partial(self._parts.attempts.mark, batches[0].position, batches[-1].position)
        grace_seconds = 0.0 if batches[0].crashes else GRACE_SECONDS
        steps = MarkedSteps(partial(self._mark, mark), self._unmark, grace_seconds)
        try:
            return await follow_steps(work, steps.begin, steps.wait)
        finally:
            steps.end()

    def _mark(self, mark: Callable[[], None]) -> None:
        """Uses the idle read thread, because a disk that hangs must not block the event loop; then the mark is lost."""
        if not self._closed:
            with suppress(TimeoutError):
                self._read_thread.submit(mark).result(MARK_SECONDS)

    def _unmark(self) -> None:
        if not self._closed:
            self._read_thread.submit(self._parts.attempts.unmark)

    async def give_up(self, batch: StoredBatch) -> None:
        """Call when a copy of the batch is stored elsewhere. Whenever it is read again, it has `given_up`."""
        await self._run(self._read_thread, self._parts.attempts.give_up, batch.position)

    def _hand_out(self, batches: list[StoredBatch]) -> None:
        self._read_before = self._cursor.read_before
        self._handed_out.extend(_HandedOut(batch.position, batch.records, batch.appended_at) for batch in batches)
        self._unread_batches -= len(batches)
        if batches:
            self._oldest_unread_at = batches[-1].appended_at
        elif self._cursor.is_stalled:
            self._loop.call_later(_PROBE_SECONDS, self._readable.set)
        elif not self._readable.is_set():
            self._unread_batches = 0  # the remaining ones are damaged
        self._retire_segments()

    def _retire_segments(self) -> None:
        """Retires the segments that are read to the end and drained."""
        before = self._read_before
        if self._handed_out:
            before = min(before, self._handed_out[0].position.segment)
        if before > self._retired_before:
            self._retired_before = before
            self._run(self._sync_thread, self._store.retire_segments, before).add_done_callback(log_failure)

    # --- replay, statistics, lifecycle

    def replay(self, enough_records: int = sys.maxsize) -> Iterator[StoredBatch]:
        """Yields every intact batch found at start-up, oldest first, drained ones included. Skips old segments once
        newer ones hold `enough_records` records, and batches that killed the process; a death during the replay counts,
        too. Call it before the first append. Blocks, and holds one batch at a time."""
        attempts = self._parts.attempts
        newest: list[SegmentFile] = []
        for file in reversed(self._parts.inventory.files):
            if file.state is not State.DAMAGED and enough_records > 0:
                enough_records -= sum(batch.records for batch in self._batches(file))
                newest.append(file)
        try:
            for batch in chain.from_iterable(map(self._batches, reversed(newest))):
                if not attempts.is_given_up(batch.position) and not attempts.crashes(batch.position):
                    attempts.mark(batch.position, batch.position)
                    yield batch
        finally:
            attempts.unmark()

    def _batches(self, file: SegmentFile) -> Iterator[StoredBatch]:
        with suppress(OSError), open_segment(self._parts.inventory, file, self._parts.disk) as reader:
            end = file.path.stat().st_size
            for batch in reader.batches(end):
                yield replace(batch, drained=file.state is State.DRAINED)

    @property
    def stats(self) -> SpoolStats:
        segments = list(self._store.waiting.values())
        full, disk_error = self._room_state()
        return SpoolStats(
            bytes=sum(segment.end - segment.drained_offset for segment in segments),
            records=sum(segment.records - segment.drained_records for segment in segments),
            capacity_bytes=self._capacity_bytes,
            oldest_age_seconds=self._oldest_age_seconds(),
            full=full,
            disk_error=disk_error,
            damaged_segments=self._store.damaged_segments,
            torn_segments=self._store.torn_segments,
            missing_segments=self._store.missing_segments,
        )

    async def close(self) -> None:
        """Finishes running appends; queued batches stay for the next start."""
        if self._closed:
            return
        self._closed = True
        self._expiring.stop()
        self._probing.stop()
        self._write()
        while self._writing is not None:
            await asyncio.wait([self._writing])
        drained = not self._unread_batches and not self._handed_out
        await self._run(self._sync_thread, self._store.close, drained)
        await self._run(self._read_thread, self._cursor.close)
        self._sync_thread.shutdown()
        self._read_thread.shutdown()
        self._parts.attempts.close()
        os.close(self._parts.lock)
        self._readable.set()

    def _room_state(self) -> tuple[bool, str]:
        """Whether the spool is full, and why writes to its disk fail."""
        try:
            full = self._store.is_full(int(self._usual_bytes))
        except OSError as error:
            return False, error.strerror or str(error)
        seconds = self._probing.running_seconds  # it queues behind running writes, so that it notices when they hang
        if seconds > _STALL_SECONDS:
            return full, f"no answer for {seconds:.0f} s"
        return full, self._store.disk_error

    def _oldest_age_seconds(self) -> float:
        if self._handed_out:
            return max(0.0, time.time() - self._handed_out[0].appended_at)
        return max(0.0, time.time() - self._oldest_unread_at) if self._unread_batches else 0.0

    def _run(self, thread: ThreadPoolExecutor, work: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        return self._loop.run_in_executor(thread, work, *args)


class _QueuedBatch(NamedTuple):
    """A batch between enqueue() and its sync."""

    batch: NewBatch
    durable: asyncio.Future[None]
    rollback: Callable[[], None]


class _HandedOut(NamedTuple):
    """A batch between read() and drained()."""

    position: Position
    records: int
    appended_at: float


class _Parts(NamedTuple):
    """An opened folder."""

    store: SegmentStore
    attempts: AttemptsFile
    inventory: Inventory
    disk: Disk
    lock: int  # descriptor


def _open_parts(folder: Path, limits: SpoolLimits, disk: Disk) -> _Parts:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = lock_folder(folder)
    except OSError as error:
        raise DataFolderError(f"{folder} cannot be used: {error.strerror}") from error
    try:
        inventory = take_inventory(folder)
        store = SegmentStore(folder, limits, disk, inventory)
        store.recover(inventory)
        return _Parts(store, AttemptsFile(folder), inventory, disk, lock)
    except OSError as error:
        os.close(lock)
        raise DataFolderError(f"{folder} cannot be used: {error.strerror}") from error
    except DataFolderError:
        os.close(lock)
        raise
