"""The exporters of the OpenTelemetry SDK for Python, unchanged, against both receivers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import grpc
import pytest
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import LogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.integration.receive.conftest import Listen, ListenGrpc, RememberingConsumer, RememberingObserver
from tests.support.waiting import until

from failcat_sidecar.errors import InvalidPayload, RetryableError
from failcat_sidecar.export import Encoding, Signal, Transport
from failcat_sidecar.receive import Tokens


@pytest.fixture(autouse=True)
def quiet_exporters(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)


MakeExporter = Callable[..., Coroutine[Any, Any, SpanExporter]]


def ended_spans() -> tuple[ReadableSpan, ...]:
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    provider.get_tracer("agent").start_span("chat gpt-5").end()
    return memory.get_finished_spans()


def http_spans(port: int, **options: Any) -> SpanExporter:
    return HttpSpans(f"http://127.0.0.1:{port}/v1/traces", **options)


def grpc_spans(port: int, **options: Any) -> SpanExporter:
    return GrpcSpans(f"127.0.0.1:{port}", insecure=True, **options)


@pytest.mark.parametrize("compression", Compression)
async def test_spans_over_http(listen: Listen, consumer: RememberingConsumer, compression: Compression) -> None:
    exporter = http_spans((await listen()).port, compression=compression)
    assert await asyncio.to_thread(exporter.export, ended_spans()) is SpanExportResult.SUCCESS
    check_spans(consumer, Transport.HTTP)


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip, grpc.Compression.Deflate])
async def test_spans_over_grpc(
    listen_grpc: ListenGrpc, consumer: RememberingConsumer, compression: grpc.Compression | None
) -> None:
    exporter = grpc_spans((await listen_grpc()).port, compression=compression)
    assert await asyncio.to_thread(exporter.export, ended_spans()) is SpanExportResult.SUCCESS
    check_spans(consumer, Transport.GRPC)
    exporter.shutdown()


def check_spans(consumer: RememberingConsumer, transport: Transport) -> None:
    (export,) = consumer.exports
    assert (export.signal, export.encoding, export.transport) == (Signal.TRACES, Encoding.PROTOBUF, transport)
    request = ExportTraceServiceRequest.FromString(export.body)
    assert request.resource_spans[0].scope_spans[0].spans[0].name == "chat gpt-5"


async def test_logs_over_http(listen: Listen, consumer: RememberingConsumer) -> None:
    await emit(HttpLogs(f"http://127.0.0.1:{(await listen()).port}/v1/logs"))
    check_logs(consumer, Transport.HTTP)


async def test_logs_over_grpc(listen_grpc: ListenGrpc, consumer: RememberingConsumer) -> None:
    await emit(GrpcLogs(f"127.0.0.1:{(await listen_grpc()).port}", insecure=True))
    check_logs(consumer, Transport.GRPC)


async def emit(exporter: LogRecordExporter) -> None:
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    await asyncio.to_thread(provider.get_logger("agent").emit, body="exception")
    await asyncio.to_thread(provider.shutdown)


def check_logs(consumer: RememberingConsumer, transport: Transport) -> None:
    (export,) = consumer.exports
    assert (export.signal, export.transport) == (Signal.LOGS, transport)
    request = ExportLogsServiceRequest.FromString(export.body)
    assert request.resource_logs[0].scope_logs[0].log_records[0].body.string_value == "exception"


@pytest.fixture(params=["http", "grpc"])
async def span_exporter(request: pytest.FixtureRequest, listen: Listen, listen_grpc: ListenGrpc) -> MakeExporter:
    """Exports to a fresh receiver, over either transport."""

    async def make(tokens: Tokens | None = None, **options: Any) -> SpanExporter:
        if request.param == "http":
            return http_spans((await listen(tokens=tokens)).port, **options)
        return grpc_spans((await listen_grpc(tokens=tokens)).port, **options)

    return make


async def test_exporter_sends_again_what_was_refused_for_now(
    span_exporter: MakeExporter, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    consumer.error = RetryableError("spool full")
    exporter = await span_exporter()
    exporting = asyncio.create_task(asyncio.to_thread(exporter.export, ended_spans()))
    await until(lambda: observer.refusals)
    consumer.error = None
    assert await exporting is SpanExportResult.SUCCESS
    assert len(consumer.exports) == 1
    exporter.shutdown()


async def test_exporter_gives_up_what_was_refused_for_good(
    span_exporter: MakeExporter, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    consumer.error = InvalidPayload()
    exporter = await span_exporter()
    assert await asyncio.to_thread(exporter.export, ended_spans()) is SpanExportResult.FAILURE
    assert len(observer.refusals) == 1
    exporter.shutdown()


@pytest.mark.parametrize(
    ("token", "result"), [("sender", SpanExportResult.SUCCESS), ("wrong", SpanExportResult.FAILURE)]
)
async def test_exporter_sends_its_token(
    span_exporter: MakeExporter, consumer: RememberingConsumer, tokens: Tokens, token: str, result: SpanExportResult
) -> None:
    exporter = await span_exporter(tokens, headers={"authorization": f"Bearer {token}"})
    assert await asyncio.to_thread(exporter.export, ended_spans()) is result
    assert [export.tenant_id for export in consumer.exports] == (["acme"] if token == "sender" else [])
    exporter.shutdown()
