"""What sender and operator learn of recovery outcomes that are not valid."""

from __future__ import annotations

import pytest
from tests.support.otlp import UNSET, span, traces

from failcat_sidecar.errors import RetryableError
from failcat_sidecar.extract import Extractor
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import decode
from failcat_sidecar.receive.export import Encoding, Export, Outcome, Signal, Transport
from failcat_sidecar.recoveries import RecoveryWarnings

OUTCOME = {
    "failcat.recovery.failure_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "failcat.recovery.mode": "HOPE",
    "failcat.recovery.succeeded": True,
}


class ExtractingConsumer:
    """Extracts as the pipeline does, and then answers or raises what a test tells it."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def consume(self, export: Export) -> Outcome:
        Extractor().extract(decode(export).suspects, None)
        if self._error:
            raise self._error
        return Outcome(1, "an item cannot be read")


def export(*modes: str) -> Export:
    spans = [span(n, status=UNSET, attributes={**OUTCOME, "failcat.recovery.mode": m}) for n, m in enumerate(modes, 1)]
    return Export(Signal.TRACES, Encoding.PROTOBUF, Transport.HTTP, traces(*spans))


def counted(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("failcat_recoveries_invalid_total", {"reason": "mode"})


async def test_invalid_outcomes_are_rejected_counted_and_explained() -> None:
    metrics = Metrics()
    outcome = await RecoveryWarnings(ExtractingConsumer(), metrics).consume(export("HOPE", "PRAYER", "FALLBACK"))
    assert outcome.rejected == 3
    assert outcome.message.startswith("an item cannot be read; 2 recovery outcomes are not valid and not stored: ")
    assert "failcat.recovery.mode must be one of" in outcome.message
    assert counted(metrics) == 2


async def test_a_request_without_them_is_answered_as_it_is() -> None:
    metrics = Metrics()
    outcome = await RecoveryWarnings(ExtractingConsumer(), metrics).consume(export("FALLBACK"))
    assert (outcome, counted(metrics)) == (Outcome(1, "an item cannot be read"), None)


async def test_a_refused_request_is_not_counted_because_it_comes_again() -> None:
    metrics = Metrics()
    with pytest.raises(RetryableError):
        await RecoveryWarnings(ExtractingConsumer(RetryableError()), metrics).consume(export("HOPE"))
    assert counted(metrics) is None
