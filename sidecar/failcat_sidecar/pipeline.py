"""Processes an export request: decode, submit to the batcher, count. Only this module counts spans and log records."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator

from failcat_core.failpoints import failpoint
from failcat_sidecar.batcher import RequestBatcher
from failcat_sidecar.errors import InvalidPayload, RetryableError
from failcat_sidecar.export import Export, ExportOutcome, Signal
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Decoded, Item, Unrecognised, decode_in_steps
from failcat_sidecar.repeated_errors import Repeated
from failcat_sidecar.spool import Spool

log = logging.getLogger("failcat.pipeline")

# Suspects submitted at once; more than any SDK sends, but a request may hold 250,000.
CHUNK_ITEMS = 4_096
CHUNK_BYTES = 4 << 20


class _Received:
    """The counts of a request so far, and the suspects that are not submitted yet."""

    def __init__(self, first: Decoded) -> None:
        self.spans = first.spans
        self.log_records = first.log_records
        self.rejected = first.rejected
        self.error = first.error
        self.suspects = list(first.suspects)
        self._suspect_bytes = first.suspect_bytes
        self.more = first.more  # steps follow
        self.invalid = InvalidRecoveries()
        self.unrecognised = first.unrecognised

    def add(self, step: Decoded) -> None:
        self.spans += step.spans
        self.log_records += step.log_records
        self.rejected += step.rejected
        self.error = self.error or step.error
        self.suspects += step.suspects
        self._suspect_bytes += step.suspect_bytes
        self.more = step.more
        self.unrecognised = self.unrecognised or step.unrecognised

    @property
    def is_chunk(self) -> bool:
        return len(self.suspects) >= CHUNK_ITEMS or self._suspect_bytes >= CHUNK_BYTES

    def take(self) -> list[Item]:
        """Removes and returns the suspects."""
        taken, self.suspects, self._suspect_bytes = self.suspects, [], 0
        return taken


class Pipeline:
    """A Consumer: decodes export requests and returns when their failures are durable."""

    def __init__(self, batcher: RequestBatcher, spool: Spool, metrics: Metrics) -> None:
        self._batcher = batcher
        self._spool = spool
        self._metrics = metrics
        self._repeated = Repeated()
        # One step of one large request is decoded in an event-loop round, not one step of each.
        self._decoding = asyncio.Lock()

    async def consume(self, export: Export) -> ExportOutcome:
        started = time.perf_counter()
        steps = decode_in_steps(export)
        received = _Received(next(steps))
        try:
            while received.more:
                if received.is_chunk:
                    await self._store(export, received)
                received.add(await self._next(steps))
            failpoint("receive.parsed")
            await self._store(export, received)
        except InvalidPayload:
            raise
        except RetryableError:
            self._count_received(export, received, "refused")
            raise
        except Exception:
            self._count_received(export, received, "failed")
            raise
        self._count_received(export, received, "accepted")
        self._metrics.consumed_in(time.perf_counter() - started)
        failpoint("pipeline.acknowledged")
        if received.unrecognised:
            return self._unrecognised(export, received.unrecognised, received.rejected)
        return self._outcome(received)

    async def _next(self, steps: Iterator[Decoded]) -> Decoded:
        """The next step of a large request, when it is its turn."""
        async with self._decoding:
            await asyncio.sleep(0)
            return next(steps)

    async def _store(self, export: Export, received: _Received) -> None:
        """Returns when the received suspects are durable. Other requests are processed between chunks. If a later chunk
        is refused, the earlier ones count as duplicates when the client sends the request again."""
        self._spool.check_room(len(export.body))
        if received.suspects:
            received.invalid.update(await self._batcher.submit(received.take(), export.tenant_id))

    def _outcome(self, received: _Received) -> ExportOutcome:
        """Reports rejected items to the sender and counts invalid outcomes. Only for accepted requests: a refused
        one is sent again."""
        invalid = received.invalid
        if not invalid.reasons:
            return ExportOutcome(received.rejected, received.error)
        for reason, count in invalid.reasons.items():
            self._metrics.recoveries_invalid(reason, count)
        message = "; ".join(filter(None, (received.error, invalid.message)))
        return ExportOutcome(received.rejected + invalid.lost_items, message)

    def _unrecognised(self, export: Export, what: Unrecognised, rejected: int) -> ExportOutcome:
        """Tells the sender, and the operator now and then."""
        self._metrics.request_unrecognised(export.transport, what)
        text = what.text(export.signal)
        if count := self._repeated.count(f"{export.signal} {what}"):
            log.warning("%s (over %s, request %d of this kind since the start)", text, export.transport, count)
        return ExportOutcome(rejected, text)

    def _count_received(self, export: Export, received: _Received, outcome: str) -> None:
        if export.signal is Signal.TRACES:
            self._metrics.spans_received(export.transport, outcome, received.spans)
        else:
            self._metrics.log_records_received(export.transport, outcome, received.log_records)
