"""Spool → PostgreSQL, in order, in batches. Transient errors are retried; the store quarantines refused records."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from failcat_core.records import UNDECODABLE, Record, decode
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.spool import MAX_CRASHES, Spool, StoredBatch
from failcat_sidecar.write.dead_letters import DeadLetterFolder
from failcat_storage.errors import RetryableStorageError
from failcat_storage.store import Store, WriteResult

MAX_RECORDS = 2_000  # more gains little, and memory and transactions stay small
MAX_BYTES = 4 << 20
SMALL_WRITE = 1_000  # records; a transaction costs 2-3 ms of our core whatever its size
LINGER_SECONDS = 0.05  # after a small one, so that the next is less small
BUSY_WRITE = 150  # records; more come in so short a time only under load, when the core is scarce
BUSY_LINGER_SECONDS = 0.12  # after a small one under load
SUSPECT_PAUSE_SECONDS = 0.1, 2.0  # before work on a batch that the process may have died of
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0

TELL_DROPPED_SECONDS = 60.0

log = logging.getLogger("failcat.writer")


class Writer:
    """Drains the spool into the store, one transaction at a time, so that rows have the order of the spool."""

    def __init__(self, spool: Spool, store: Store, metrics: Metrics, dead_letters: DeadLetterFolder) -> None:
        self._spool = spool
        self._store = store
        self._metrics = metrics
        self._dead_letters = dead_letters
        self._stuck_since = 0.0
        self._dropped, self._dropped_told_at = 0, -TELL_DROPPED_SECONDS  # refused records without room in quarantine
        self._stuck_by: type[Exception] = Exception
        self._hurry = asyncio.Event()  # cuts the pause before the next attempt short
        self.stuck = ""  # why nothing is stored now; empty when the writer works
        self.failed_attempts = 0  # since the start

    async def run(self) -> None:
        """Runs until the spool is closed or it is cancelled. A batch in progress is written again at the next start."""
        while batches := await self._spool.read(MAX_RECORDS, MAX_BYTES):
            if batches[0].crashes:
                # A random pause, so that a kill at a fixed moment of every start does not always hit the same batch.
                await asyncio.sleep(random.uniform(*SUSPECT_PAUSE_SECONDS))  # noqa: S311
            records = await self._spool.attempt(batches, self._process(batches))
            self._spool.drained(batches[-1].position)
            if records < SMALL_WRITE:
                await asyncio.sleep(LINGER_SECONDS if records < BUSY_WRITE else BUSY_LINGER_SECONDS)

    async def _process(self, batches: Sequence[StoredBatch]) -> int:
        """Returns the number of records."""
        records = await self._decode(batches)
        if records:
            await self._write(records)
        return len(records)

    async def _decode(self, batches: Sequence[StoredBatch]) -> list[Record]:
        records: list[Record] = []
        for batch in batches:
            if batch.given_up:
                continue
            if batch.crashes >= MAX_CRASHES:
                await self._keep_dead_letter(batch, "crashes", f"the process died of it {batch.crashes} times")
                continue
            try:
                records.extend(decode(batch.payload))
            except UNDECODABLE as error:
                # Its checksum is right, but it cannot be read: perhaps a newer version wrote it.
                await self._keep_dead_letter(batch, "undecodable", str(error))
        return records

    async def _keep_dead_letter(self, batch: StoredBatch, reason: str, detail: str) -> None:
        """Keeps the batch for `failcat quarantine`. Until a copy is durable, it must stay in the spool."""
        while True:
            try:
                path = await asyncio.to_thread(self._dead_letters.keep, batch, reason, detail)
                break
            except OSError as error:  # such as a full disk, or the folder's own bound
                self._note_failure(error)
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)
        await self._spool.give_up(batch)
        self.stuck = ""
        log.error("a batch of %d records is kept as a dead letter in %s: %s", batch.records, path, detail)
        self._metrics.records_quarantined(reason, batch.records)

    async def _write(self, records: list[Record]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            started = time.perf_counter()
            try:
                result = await self._store.write(records)
            except RetryableStorageError as error:
                self._note_failure(error)
                await self._pause(pause * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            self._note_success(result, time.perf_counter() - started)
            return

    def hurry(self) -> None:
        """Call when what made writes fail may have ended: the next attempt is made now."""
        self._hurry.set()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # in 3.11 wait_for() can lose a cancellation
                await self._hurry.wait()
        self._hurry.clear()

    def _note_failure(self, error: RetryableStorageError | OSError) -> None:
        if not self.stuck:
            self._stuck_since = time.monotonic()
        if not self.stuck or type(error) is not self._stuck_by:  # log a second reason too
            log.warning("failures are not stored now, they are queued in the spool: %s", error)
        self.stuck, self._stuck_by = str(error), type(error)
        self.failed_attempts += 1
        self._metrics.store_failed(type(error).__name__)

    def _note_success(self, result: WriteResult, seconds: float) -> None:
        if self.stuck:
            log.info("failures are stored again after %.1f s", time.monotonic() - self._stuck_since)
            self.stuck = ""
        self._metrics.written_in(seconds)
        self._metrics.rows_persisted(result.inserted)
        self._metrics.rows_revised(result.revised, result.unrevised)
        if result.lag_seconds is not None:
            self._metrics.stored_after(result.lag_seconds)
        for reason, count in result.quarantined.items():
            self._metrics.records_quarantined(reason, count)
        if result.dropped:
            self._note_dropped(result.dropped)

    def _note_dropped(self, dropped: Mapping[str, int]) -> None:
        for reason, count in dropped.items():
            self._metrics.records_dropped(reason, count)
        self._dropped += sum(dropped.values())
        if (now := time.monotonic()) >= self._dropped_told_at + TELL_DROPPED_SECONDS:
            log.error("failure_quarantine is full: %d refused records are only counted (%s)", self._dropped, dropped)
            self._dropped, self._dropped_told_at = 0, now
