"""In front of the pipeline: tells the sender, and the operator, of recovery outcomes that were not valid."""

from __future__ import annotations

from failcat_sidecar.extract.invalid import gathered_invalid_recoveries
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.receive.export import Consumer, Export, Outcome


class RecoveryWarnings:
    """A Consumer around another. What a refused request brought is not counted: it is sent again."""

    def __init__(self, consumer: Consumer, metrics: Metrics) -> None:
        self._consumer = consumer
        self._metrics = metrics

    async def consume(self, export: Export) -> Outcome:
        with gathered_invalid_recoveries() as invalid:
            outcome = await self._consumer.consume(export)
        if not invalid.reasons:
            return outcome
        for reason, count in invalid.reasons.items():
            self._metrics.recoveries_invalid(reason, count)
        message = "; ".join(filter(None, (outcome.message, invalid.message)))
        return Outcome(outcome.rejected + invalid.lost_items, message)
