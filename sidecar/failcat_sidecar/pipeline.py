"""From an export request to durable records: decode, extract, classify, collapse, spool. Only this file counts them."""

from __future__ import annotations

import asyncio
import time

from failcat_sidecar.collapse import Collapsed, Collapser
from failcat_sidecar.errors import RetryableError
from failcat_sidecar.extract import Extractor
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Decoded, decode
from failcat_sidecar.receive.export import Export, Outcome, Signal
from failcat_sidecar.spool import Spool
from failcat_storage.failpoints import failpoint
from failcat_storage.records import encode


class Pipeline:
    """A Consumer: takes export requests and returns when their failures are durable."""

    def __init__(self, extractor: Extractor, collapser: Collapser, spool: Spool, metrics: Metrics) -> None:
        self._extractor = extractor
        self._collapser = collapser
        self._spool = spool
        self._metrics = metrics

    async def consume(self, export: Export) -> Outcome:
        started = time.perf_counter()
        decoded = decode(export)
        failpoint("receive.parsed")
        try:
            self._spool.check_room(len(export.body))
            if decoded.suspects:
                # A task of its own, because a client that goes away must not undo what is already queued.
                await asyncio.shield(asyncio.ensure_future(self._store(decoded, export.tenant_id)))
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

    async def _store(self, decoded: Decoded, tenant_id: str | None) -> None:
        collapsed = self._collapser.collapse(self._extractor.extract(decoded, tenant_id))
        failpoint("pipeline.collapsed")
        records = collapsed.records
        try:
            # Nothing is awaited between collapse and append: the spool's order is the order in which the memory of
            # recent failures changed, so that a failed write takes along every batch that built on what is undone.
            await self._spool.append(encode(records) if records else b"", len(records))
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
