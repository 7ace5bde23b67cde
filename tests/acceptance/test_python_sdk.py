"""The OpenTelemetry SDK of Python as a client, over both transports."""

from __future__ import annotations

import json
import urllib.request

import asyncpg
import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from tests.support.rows import wait_for_row, wait_for_rows
from tests.support.sidecar import SidecarProcess


def exporter_for(transport: str, sidecar: SidecarProcess) -> SpanExporter:
    if transport == "grpc":
        return GrpcExporter(f"http://127.0.0.1:{sidecar.grpc_port}", insecure=True)
    return HttpExporter(f"{sidecar.endpoint}/v1/traces")


@pytest.mark.parametrize("transport", ["grpc", "http"])
async def test_an_exception_in_a_step_becomes_one_row(
    transport: str, sidecar: SidecarProcess, database: asyncpg.Connection
) -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": "python-agent"}))
    provider.add_span_processor(BatchSpanProcessor(exporter_for(transport, sidecar)))
    tracer = provider.get_tracer("agent")
    run = {"failcat.run_id": f"python-{transport}", "failcat.tenant_id": "acme"}
    with (
        pytest.raises(TimeoutError),
        tracer.start_as_current_span("invoke_agent", attributes=run),
        tracer.start_as_current_span("fetch", attributes={**run, "failcat.skill_id": "fetch", "failcat.step_index": 2}),
    ):
        raise TimeoutError("the warehouse did not answer within 30 s")
    provider.shutdown()

    (row,) = await wait_for_rows(database, 1, run_id=f"python-{transport}")
    assert (row["catalog_entry_id"], row["category"], row["is_retryable"]) == ("TIMEOUT", "TRANSIENT", True)
    assert row["error_message"] == "the warehouse did not answer within 30 s"
    assert (row["skill_id"], row["step_index"], row["tenant_id"], row["service_name"]) == (
        "fetch",
        2,
        "acme",
        "python-agent",
    )
    assert "TimeoutError" in json.loads(row["context"])["stacktrace"]


async def test_a_recovery_sets_the_flags_of_its_failure(sidecar: SidecarProcess, database: asyncpg.Connection) -> None:
    def post(span: dict[str, object]) -> None:
        body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
        request = urllib.request.Request(
            f"{sidecar.endpoint}/v1/traces", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            assert (response.status, response.read()) == (200, b"{}")

    def text(key: str, value: str) -> dict[str, object]:
        return {"key": key, "value": {"stringValue": value}}

    counter = 'recovery_success_total{error_code="RATE_LIMITED",recovery_mode="RETRY_EXPONENTIAL"}'
    before = sidecar.metrics().get(counter, 0)
    span = {"traceId": "5b8efff798038103d269b633813fc60c", "name": "call", "endTimeUnixNano": "1794000000000000000"}
    post(
        {
            **span,
            "spanId": "eee19b7ec3c1b174",
            "status": {"code": 2, "message": "429 Too Many Requests"},
            "attributes": [
                text("failcat.run_id", "curl"),
                text("error.type", "429"),
                text("failure.code", "RATE_LIMITED"),
            ],
        }
    )
    failure = await wait_for_row(database, run_id="curl")
    assert (failure["recovery_attempted"], failure["recovery_succeeded"]) == (False, False)
    post(
        {
            **span,
            "spanId": "eee19b7ec3c1b175",
            "attributes": [
                text("failcat.recovery.failure_id", str(failure["id"])),
                text("failcat.recovery.mode", "RETRY_EXPONENTIAL"),
                {"key": "failcat.recovery.succeeded", "value": {"boolValue": True}},
            ],
        }
    )
    recovered = await wait_for_row(database, run_id="curl", recovery_succeeded=True)
    assert recovered["recovery_attempted"]
    assert sidecar.metrics()[counter] == before + 1
