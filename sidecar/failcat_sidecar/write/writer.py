"""Spool → PostgreSQL, in order, in batches. What may pass is tried again; the store sets aside what never will."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from failcat_storage.errors import RetryableStorageError
from failcat_storage.store import Store, WriteResult

from failcat_sidecar.metrics import Metrics
from failcat_sidecar.spool import Spool, StoredBatch
from failcat_storage.records import Record, decode

MAX_RECORDS = 4_000  # COPY gains little beyond 2,000 rows; a small bound keeps transactions short
MAX_BYTES = 8 << 20
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0

log = logging.getLogger("failcat.writer")


@dataclass(slots=True)
class WriterState:
    """What the operator may know of the writer."""

    degraded_since: float | None = None  # monotonic seconds; None while PostgreSQL takes our rows
    reason: str = ""


class Writer:
    """Drains the spool into the store. One at a time: the order of rows is the order of the spool."""

    def __init__(self, spool: Spool, store: Store, metrics: Metrics) -> None:
        self._spool = spool
        self._store = store
        self._metrics = metrics
        self.state = WriterState()

    async def run(self) -> None:
        """Until cancelled. A batch that is being written then is written again after the next start."""
        while True:
            batches = await self._spool.read(max_records=MAX_RECORDS, max_bytes=MAX_BYTES)
            await self._write(self._decode(batches))
            self._spool.drained(batches[-1].position)

    def _decode(self, batches: Sequence[StoredBatch]) -> list[Record]:
        records: list[Record] = []
        for batch in batches:
            try:
                records.extend(decode(batch.payload))
            except msgspec.MsgspecError as error:
                # Intact by its checksum but not ours to read, such as a newer version's: keep it where people can look.
                log.error("batch %s cannot be decoded and was set aside: %s", batch.position, error)
                self._spool.set_aside(batch)
                self._metrics.records_quarantined("undecodable", batch.records)
        return records

    async def _write(self, records: list[Record]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while records:
            started = time.perf_counter()
            try:
                result = await self._store.write(records)
            except RetryableStorageError as error:
                self._note_failure(error)
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            self._note_success(result, time.perf_counter() - started)
            return

    def _note_failure(self, error: RetryableStorageError) -> None:
        if self.state.degraded_since is None:
            self.state.degraded_since = time.monotonic()
            log.warning("PostgreSQL does not take rows, the spool keeps them: %s", error)
        self.state.reason = str(error)
        self._metrics.store_failed(type(error).__name__)

    def _note_success(self, result: WriteResult, seconds: float) -> None:
        if self.state.degraded_since is not None:
            log.info("PostgreSQL takes rows again after %.1f s", time.monotonic() - self.state.degraded_since)
            self.state = WriterState()
        self._metrics.written_in(seconds)
        self._metrics.rows_persisted(result.inserted)
        self._metrics.stored_after(result.lag_seconds)
        for reason, count in result.quarantined.items():
            self._metrics.records_quarantined(reason, count)
