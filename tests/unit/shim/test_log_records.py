"""Log records that are emitted inside a run name it, whatever exports them."""

from __future__ import annotations

from inspect import signature
from typing import Any

import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.sdk import _logs as sdk_logs
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs import export as log_export
from opentelemetry.sdk._logs._internal import ConcurrentMultiLogRecordProcessor

import failcat

InMemoryExporter: Any = getattr(log_export, "InMemoryLogRecordExporter", None) or getattr(
    log_export,
    "InMemoryLogExporter",
    None,  # until 1.39
)

PLACE = {"failcat.run_id": "r1", "failcat.tenant_id": "acme", "failcat.agent": "a"}


def emit(logger: Any, attributes: dict[str, Any]) -> None:
    if "body" in signature(logger.emit).parameters:
        logger.emit(body="x", severity_number=SeverityNumber.ERROR, attributes=attributes or None)
    else:  # until 1.35
        record: Any = sdk_logs.LogRecord  # type: ignore[attr-defined]
        logger.emit(record(body="x", severity_number=SeverityNumber.ERROR, attributes=attributes or None))


@pytest.mark.parametrize("dispatcher", [None, ConcurrentMultiLogRecordProcessor])
@pytest.mark.parametrize("is_early", [True, False])
def test_a_log_record_carries_run_step_tenant_and_agent(is_early: bool, dispatcher: Any, provider: Any) -> None:
    exporter = InMemoryExporter()

    def emitted(**attributes: Any) -> dict[str, Any]:
        emit(logger, attributes)
        logs.force_flush()
        return dict(exporter.get_finished_logs()[-1].log_record.attributes or {})

    if not is_early:
        failcat.instrument(tracer_provider=provider)
    logs = LoggerProvider(shutdown_on_exit=False, multi_log_record_processor=dispatcher() if dispatcher else None)
    logs.add_log_record_processor(log_export.SimpleLogRecordProcessor(exporter))
    logger = logs.get_logger("t")
    failcat.instrument(tracer_provider=provider)
    with failcat.run("r1", tenant_id="acme", agent="a"), failcat.step("search", index=3):
        assert emitted() == {**PLACE, "failcat.skill_id": "search", "failcat.step_index": 3}
        assert emitted(**{"failcat.run_id": "theirs"})["failcat.run_id"] == "theirs"
    assert emitted(a=1) == {"a": 1}
    failcat.uninstrument()
    with failcat.run("r1"):
        assert emitted() == {}
    logs.shutdown()
