"""From an export request to its answer: decode, let it have its turn, count. Only this file counts requests."""

from __future__ import annotations

import time
from collections.abc import Sequence

from failcat_sidecar.errors import RetryableError
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Decoded, Item, decode
from failcat_sidecar.receive.export import Export, Outcome, Signal
from failcat_sidecar.spool import Spool
from failcat_sidecar.turns import Turns
from failcat_storage.failpoints import failpoint

CHUNK_ITEMS = 4_096  # decided on and spooled at once; more than any SDK sends, but a request may hold 250,000


class Pipeline:
    """A Consumer: takes export requests and returns when their failures are durable."""

    def __init__(self, turns: Turns, spool: Spool, metrics: Metrics) -> None:
        self._turns = turns
        self._spool = spool
        self._metrics = metrics

    async def consume(self, export: Export) -> Outcome:
        started = time.perf_counter()
        decoded = decode(export)
        failpoint("receive.parsed")
        invalid = InvalidRecoveries()
        try:
            self._spool.check_room(len(export.body))
            if decoded.suspects:
                await self._store(decoded.suspects, export.tenant_id, invalid)
        except RetryableError:
            self._count_received(export, decoded, "refused")
            raise
        except Exception:
            self._count_received(export, decoded, "failed")
            raise
        self._count_received(export, decoded, "accepted")
        self._metrics.consumed_in(time.perf_counter() - started)
        failpoint("pipeline.acknowledged")
        return self._outcome(decoded, invalid)

    async def _store(self, suspects: Sequence[Item], tenant_id: str | None, invalid: InvalidRecoveries) -> None:
        """Returns when all is durable. Other requests have their turns between chunks. If a later chunk is refused, the
        earlier ones are known when they come again."""
        for start in range(0, len(suspects), CHUNK_ITEMS):
            invalid.update(await self._turns.take(suspects[start : start + CHUNK_ITEMS], tenant_id))

    def _outcome(self, decoded: Decoded, invalid: InvalidRecoveries) -> Outcome:
        """Tells the sender, and the operator, what is lost. What a refused request brought comes again."""
        if not invalid.reasons:
            return Outcome(decoded.rejected, decoded.error)
        for reason, count in invalid.reasons.items():
            self._metrics.recoveries_invalid(reason, count)
        message = "; ".join(filter(None, (decoded.error, invalid.message)))
        return Outcome(decoded.rejected + invalid.lost_items, message)

    def _count_received(self, export: Export, decoded: Decoded, outcome: str) -> None:
        if export.signal is Signal.TRACES:
            self._metrics.spans_received(export.transport, outcome, decoded.spans)
        else:
            self._metrics.log_records_received(export.transport, outcome, decoded.log_records)
