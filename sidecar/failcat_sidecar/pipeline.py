"""From an export request to durable records: decode, extract, classify, collapse, spool. Only this file counts them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from failcat_sidecar.collapse import Collapsed, Collapser, Matcher
from failcat_sidecar.errors import RetryableError
from failcat_sidecar.extract import Extractor
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Decoded, Item, decode
from failcat_sidecar.receive.export import Export, Outcome, Signal
from failcat_sidecar.spool import Spool
from failcat_storage.failpoints import failpoint
from failcat_storage.records import encode

CHUNK_ITEMS = 4_096  # decided on and spooled at once; more than any SDK sends, but a request may hold 250,000
SLICE_ITEMS = 64  # worked on between two looks at everything else, about 5 ms


class Pipeline:
    """A Consumer: takes export requests and returns when their failures are durable."""

    def __init__(self, extractor: Extractor, collapser: Collapser, spool: Spool, metrics: Metrics) -> None:
        self._extractor = extractor
        self._collapser = collapser
        self._spool = spool
        self._metrics = metrics
        # Requests take turns, so that whatever else waits for the event loop, the writer above all, waits for one slice
        # and not for a slice of each request.
        self._turn = asyncio.Lock()

    async def consume(self, export: Export) -> Outcome:
        started = time.perf_counter()
        decoded = decode(export)
        failpoint("receive.parsed")
        try:
            self._spool.check_room(len(export.body))
            if decoded.suspects:
                await self._store(decoded.suspects, export.tenant_id)
        except RetryableError:
            self._count_received(export, decoded, "refused")
            raise
        except Exception:
            self._count_received(export, decoded, "failed")
            raise
        self._count_received(export, decoded, "accepted")
        self._metrics.consumed_in(time.perf_counter() - started)
        failpoint("pipeline.acknowledged")
        return Outcome(decoded.rejected, decoded.error)

    async def use_catalog(self, match: Matcher, catalog_version: str) -> None:
        """Between two requests, because a row names the catalog that classified it."""
        async with self._turn:
            self._collapser.use_catalog(match, catalog_version)

    async def _store(self, suspects: Sequence[Item], tenant_id: str | None) -> None:
        """Returns when all is durable. If a later chunk is refused, the earlier ones are known when they come again."""
        settled = [
            await self._queue(suspects[start : start + CHUNK_ITEMS], tenant_id)
            for start in range(0, len(suspects), CHUNK_ITEMS)
        ]
        # A client that goes away does not undo what is already queued.
        await asyncio.shield(asyncio.gather(*settled))

    async def _queue(self, suspects: Sequence[Item], tenant_id: str | None) -> asyncio.Task[None]:
        async with self._turn:
            classified = []
            for start in range(0, len(suspects), SLICE_ITEMS):
                if start:
                    await asyncio.sleep(0)
                candidates = self._extractor.extract(suspects[start : start + SLICE_ITEMS], tenant_id)
                classified += self._collapser.classify(candidates)
            # Nothing is awaited between deciding and queueing: the spool's order is the order in which the memory of
            # recent failures changed, so that a failed write takes along every batch that built on what is undone.
            collapsed = self._collapser.decide(classified)
            failpoint("pipeline.collapsed")
            records = collapsed.records
            durable = self._spool.enqueue(encode(records) if records else b"", len(records))
            return asyncio.ensure_future(self._settle(durable, collapsed))

    async def _settle(self, durable: asyncio.Future[None], collapsed: Collapsed) -> None:
        try:
            await durable
        except RetryableError:
            self._collapser.rollback(collapsed)
            raise
        self._count(collapsed)

    def _count(self, collapsed: Collapsed) -> None:
        self._metrics.failures_accepted(collapsed.hits, collapsed.misses)
        if collapsed.propagated:
            self._metrics.failures_propagated(collapsed.propagated)
        if collapsed.duplicates:
            self._metrics.failures_duplicated(collapsed.duplicates)
        for recovery in collapsed.recoveries:
            self._metrics.recovery_accepted(recovery.mode, recovery.error_code or "UNKNOWN_ERROR", recovery.succeeded)

    def _count_received(self, export: Export, decoded: Decoded, outcome: str) -> None:
        if export.signal is Signal.TRACES:
            self._metrics.spans_received(export.transport, outcome, decoded.spans)
        else:
            self._metrics.log_records_received(export.transport, outcome, decoded.log_records)
