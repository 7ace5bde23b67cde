"""A request of which nothing is recognised, sent to a whole sidecar over every transport and encoding."""

from __future__ import annotations

import logging
from pathlib import Path

import aiohttp
import pytest
from grpc import aio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from tests.support.otlp import UNSET, log, logs, span, traces

from failcat_sidecar.app import Sidecar
from failcat_sidecar.settings import load_settings

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
PROTOBUF, JSON = "application/x-protobuf", "application/json"
LOG_RECORDS = logs(log(1, attributes={"exception.type": "E"}), log(2))
SNAKE = b'{"resource_spans": [{"scope_spans": [{"spans": [{"status": {"code": 2}}]}]}]}'


async def test_the_sender_is_told_what_is_wrong_and_it_is_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    flags = dict.fromkeys(("otlp_http", "otlp_grpc", "admin"), "127.0.0.1:0") | {"drain_seconds": "0"}
    unreachable = {"database_url": "postgresql://127.0.0.1:1/none", "data_dir": str(tmp_path)}
    sidecar = Sidecar(load_settings({**flags, **unreachable}, {}), on_progress=print)
    await sidecar.start()
    assert sidecar.http and sidecar.grpc and sidecar.admin
    url = f"http://127.0.0.1:{sidecar.http.port}/v1/traces"
    try:
        with caplog.at_level(logging.WARNING, "failcat.pipeline"):
            async with aiohttp.ClientSession() as session:
                in_json = [await sent(session, url, SNAKE, JSON) for _ in range(3)]
                in_protobuf = await sent(session, url, LOG_RECORDS, PROTOBUF)
                healthy = await sent(session, url, traces(span(3, status=UNSET)), PROTOBUF)
                async with aio.insecure_channel(f"127.0.0.1:{sidecar.grpc.port}") as channel:
                    over_grpc = await channel.unary_unary(EXPORT)(LOG_RECORDS)
                async with session.get(f"http://127.0.0.1:{sidecar.admin.port}/metrics") as response:
                    metrics = await response.text()
    finally:
        await sidecar.stop()
    assert all(b"lowerCamelCase" in answer and b'"rejectedSpans": "0"' in answer for answer in in_json)
    for answer in map(ExportTraceServiceResponse.FromString, (in_protobuf, over_grpc)):
        assert answer.partial_success.rejected_spans == 2
        assert "send them to /v1/logs" in answer.partial_success.error_message
    assert healthy == b""
    assert 'failcat_requests_unrecognised_total{reason="snake_case",transport="http"} 3.0' in metrics
    assert 'failcat_requests_unrecognised_total{reason="logs",transport="grpc"} 1.0' in metrics
    assert 'failcat_received_spans_total{outcome="accepted",transport="http"} 1.0' in metrics
    lines = [line for line in caplog.messages if line.startswith("nothing in this request was recognised")]
    assert len(lines) == 2  # one a kind


async def sent(session: aiohttp.ClientSession, url: str, body: bytes, content_type: str) -> bytes:
    async with session.post(url, data=body, headers={"Content-Type": content_type}) as response:
        assert response.status == 200
        return await response.read()
