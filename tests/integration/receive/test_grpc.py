"""OTLP/gRPC: what clients are answered, limits, tokens, and the end of the receiver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc import aio
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from tests.integration.receive.conftest import ListenGrpc, RememberingConsumer, RememberingObserver
from tests.support.waiting import until

from failcat_sidecar.errors import ConfigurationError, InvalidPayload, PermanentError, RetryableError
from failcat_sidecar.export import Encoding, ExportOutcome, Signal, Transport, UnstoredSignal
from failcat_sidecar.receive import GrpcReceiver, ReceiveLimits, Tokens
from failcat_sidecar.receive.grpc import MAX_STREAMS
from failcat_sidecar.receive.grpc_front import FREE_FRAMES
from failcat_sidecar.receive.http2 import PREFACE, STREAM_BYTES
from failcat_sidecar.rejections import RejectionReason

TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"

SETTINGS = b"\0\0\0\4\0\0\0\0\0"
OWN_CONNECTION = [("grpc.use_local_subchannel_pool", 1)]


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """RFC 9113 §4.1."""
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def headers(stream: int, **more: bytes) -> bytes:
    """A call of TRACES whose message is to follow: HPACK literals that enter no table."""
    fields = {
        ":method": "POST",
        ":scheme": "http",
        ":path": TRACES,
        ":authority": "localhost",
        "te": "trailers",
        "content-type": "application/grpc",
    }
    pairs = [(name, value.encode()) for name, value in fields.items()] + list(more.items())
    encoded = [bytes([0, len(name)]) + name.encode() + bytes([len(value)]) + value for name, value in pairs]
    return frame(1, 4, stream, b"".join(encoded))


@dataclass
class Answer:
    code: grpc.StatusCode
    message: str
    body: bytes = b""
    status: status_pb2.Status = field(default_factory=status_pb2.Status)
    retry_info: Any = None  # a RetryInfo


Call = Callable[..., Coroutine[Any, Any, Answer]]


@pytest.fixture
async def call() -> AsyncIterator[Call]:
    channels: list[aio.Channel] = []

    async def run(
        receiver: GrpcReceiver,
        body: bytes = b"",
        *,
        method: str = TRACES,
        token: str | None = None,
        compression: grpc.Compression | None = None,
    ) -> Answer:
        channel = aio.insecure_channel(f"127.0.0.1:{receiver.port}", options=[("grpc.max_send_message_length", -1)])
        channels.append(channel)
        metadata = [("authorization", token)] if token else None
        try:
            reply = await channel.unary_unary(method)(body, metadata=metadata, compression=compression, timeout=20)
        except aio.AioRpcError as error:
            trailer = dict(error.trailing_metadata())
            status, retry_info = status_pb2.Status(), None
            if "grpc-status-details-bin" in trailer:
                status = status_pb2.Status.FromString(trailer["grpc-status-details-bin"])
            if "google.rpc.retryinfo-bin" in trailer:
                retry_info = error_details_pb2.RetryInfo.FromString(trailer["google.rpc.retryinfo-bin"])
            return Answer(error.code(), error.details(), status=status, retry_info=retry_info)
        return Answer(grpc.StatusCode.OK, "", reply)

    yield run
    for channel in channels:
        await channel.close()


@pytest.mark.parametrize(("method", "signal"), [(TRACES, Signal.TRACES), (LOGS, Signal.LOGS)])
@pytest.mark.parametrize("body", [b"", b"\x0a\x00" * 100_000])
@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip, grpc.Compression.Deflate])
async def test_message_is_handed_on_as_it_is(
    listen_grpc: ListenGrpc,
    call: Call,
    consumer: RememberingConsumer,
    method: str,
    signal: Signal,
    body: bytes,
    compression: grpc.Compression | None,
) -> None:
    answer = await call(await listen_grpc(), body, method=method, compression=compression)
    assert (answer.code, answer.body) == (grpc.StatusCode.OK, b"")
    export = consumer.exports[0]
    assert (export.signal, export.encoding, export.transport) == (signal, Encoding.PROTOBUF, Transport.GRPC)
    assert (export.body, export.tenant_id) == (body, None)


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip, grpc.Compression.Deflate])
async def test_message_at_the_limit_is_taken_and_one_byte_more_exhausts(
    listen_grpc: ListenGrpc,
    call: Call,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    compression: grpc.Compression | None,
) -> None:
    receiver = await listen_grpc(max_request_bytes=40_000)
    assert (await call(receiver, bytes(40_000), compression=compression)).code is grpc.StatusCode.OK
    answer = await call(receiver, bytes(40_001), compression=compression)
    assert (answer.code, answer.retry_info) == (grpc.StatusCode.RESOURCE_EXHAUSTED, None)
    assert (len(consumer.exports), observer.reasons) == (1, [RejectionReason.TOO_LARGE])
    assert receiver._budget.leased_bytes == 0


async def test_bomb_is_refused(listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer) -> None:
    answer = await call(await listen_grpc(), bytes(128 << 20), compression=grpc.Compression.Gzip)
    assert (answer.code, consumer.exports) == (grpc.StatusCode.RESOURCE_EXHAUSTED, [])


async def test_retryable_error_is_unavailable_with_retry_info(
    listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    consumer.error = RetryableError("full", retry_after_seconds=60)
    answer = await call(await listen_grpc())
    assert (answer.code, answer.message, answer.status.message) == (grpc.StatusCode.UNAVAILABLE, "full", "full")
    details = error_details_pb2.RetryInfo()
    assert answer.status.details[0].Unpack(details)
    assert details.retry_delay.seconds == answer.retry_info.retry_delay.seconds == 5
    assert observer.refusals == [(Transport.GRPC, Signal.TRACES, RejectionReason.BUSY)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(InvalidPayload("bad id"), RejectionReason.INVALID), (PermanentError("bad id"), RejectionReason.REJECTED)],
)
async def test_permanent_error_is_invalid_argument_with_bad_request(
    listen_grpc: ListenGrpc,
    call: Call,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    error: Exception,
    reason: RejectionReason,
) -> None:
    consumer.error = error
    answer = await call(await listen_grpc())
    assert (answer.code, answer.message) == (grpc.StatusCode.INVALID_ARGUMENT, "bad id")
    details = error_details_pb2.BadRequest()
    assert answer.status.details[0].Unpack(details)
    assert details.field_violations[0].description == "bad id"
    assert (observer.reasons, answer.retry_info) == ([reason], None)


async def test_fault_of_our_own_is_internal_and_tells_nothing_of_its_inside(
    listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    consumer.error = ValueError("password=hunter2")
    answer = await call(await listen_grpc())
    assert answer.code is grpc.StatusCode.INTERNAL
    assert "hunter2" not in answer.message + str(answer.status)
    assert observer.failures == [(Transport.GRPC, Signal.TRACES)]


async def test_hostile_message_arrives_as_text(
    listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer
) -> None:
    consumer.error = InvalidPayload("a\r\ngrpc-status: 0\x1b[2J\x00\ud800" + "é" * 50_000)
    answer = await call(await listen_grpc())
    assert answer.code is grpc.StatusCode.INVALID_ARGUMENT
    assert answer.status.message.startswith("a\r\ngrpc-status: 0\x1b[2J\x00?éé")


@pytest.mark.parametrize(
    ("method", "response", "field"),
    [
        (TRACES, ExportTraceServiceResponse, "rejected_spans"),
        (LOGS, ExportLogsServiceResponse, "rejected_log_records"),
    ],
)
async def test_partial_success_is_an_answer(
    listen_grpc: ListenGrpc,
    call: Call,
    consumer: RememberingConsumer,
    method: str,
    response: type[ExportTraceServiceResponse],
    field: str,
) -> None:
    consumer.outcome = ExportOutcome(rejected=2, message="2 were bad")
    partial = response.FromString((await call(await listen_grpc(), method=method)).body).partial_success
    assert (getattr(partial, field), partial.error_message) == (2, "2 were bad")


async def test_metrics_are_accepted_and_not_stored(
    listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    answer = await call(await listen_grpc(), method=METRICS)
    assert (answer.code, consumer.exports) == (grpc.StatusCode.OK, [])
    assert (observer.dropped, observer.refusals) == ([(Transport.GRPC, UnstoredSignal.METRICS)], [])


async def test_other_service_is_unimplemented(listen_grpc: ListenGrpc, call: Call) -> None:
    answer = await call(await listen_grpc(), method="/grpc.health.v1.Health/Check")
    assert answer.code is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    ("token", "code", "reason"),
    [
        (None, grpc.StatusCode.UNAUTHENTICATED, RejectionReason.UNAUTHENTICATED),
        ("Bearer wrong", grpc.StatusCode.UNAUTHENTICATED, RejectionReason.UNAUTHENTICATED),
        ("Bearer admin", grpc.StatusCode.PERMISSION_DENIED, RejectionReason.FORBIDDEN),
    ],
)
async def test_no_or_wrong_token_is_refused(
    listen_grpc: ListenGrpc,
    call: Call,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    tokens: Tokens,
    token: str,
    code: grpc.StatusCode,
    reason: RejectionReason,
) -> None:
    answer = await call(await listen_grpc(tokens=tokens), token=token)
    assert (answer.code, observer.reasons, consumer.exports) == (code, [reason], [])


async def test_token_stands_for_a_tenant(
    listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer, tokens: Tokens
) -> None:
    await call(await listen_grpc(tokens=tokens), token="Bearer sender")
    assert consumer.exports[0].tenant_id == "acme"


async def test_client_without_token_is_refused_before_it_sends_its_message(
    listen_grpc: ListenGrpc, tokens: Tokens
) -> None:
    receiver = await listen_grpc(tokens=tokens)
    async with aio.insecure_channel(f"127.0.0.1:{receiver.port}") as channel:
        stream = channel.stream_unary(TRACES)()  # nothing is written, and the stream stays open
        with pytest.raises(aio.AioRpcError, match="UNAUTHENTICATED"):
            await asyncio.wait_for(stream, 10)


async def test_client_that_never_sends_its_message_is_cut_off(
    listen_grpc: ListenGrpc, observer: RememberingObserver
) -> None:
    receiver = await listen_grpc(body_seconds=0.2)
    async with aio.insecure_channel(f"127.0.0.1:{receiver.port}") as channel:
        with pytest.raises(aio.AioRpcError, match="UNAVAILABLE"):
            await asyncio.wait_for(channel.stream_unary(TRACES)(), 10)
    assert observer.reasons == [RejectionReason.INCOMPLETE]
    assert receiver._budget.leased_bytes == 0


async def test_call_without_a_message_is_refused(
    listen_grpc: ListenGrpc, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    receiver = await listen_grpc()
    async with aio.insecure_channel(f"127.0.0.1:{receiver.port}") as channel:
        stream = channel.stream_unary(TRACES)()
        await stream.done_writing()
        with pytest.raises(aio.AioRpcError, match="did not arrive in full"):
            await asyncio.wait_for(stream, 10)
    assert (consumer.exports, observer.reasons) == ([], [RejectionReason.INCOMPLETE])


async def test_silent_connection_is_closed(listen_grpc: ListenGrpc) -> None:
    receiver = await listen_grpc(head_seconds=0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    await asyncio.wait_for(reader.read(), 10)
    writer.close()


@pytest.mark.parametrize("start", [b"", PREFACE + SETTINGS], ids=["silent", "HTTP/2"])
async def test_a_thousand_idle_connections_refuse_nobody(
    listen_grpc: ListenGrpc, call: Call, observer: RememberingObserver, start: bytes
) -> None:
    receiver = await listen_grpc(max_connections=100)
    streams = []
    for _ in range(10):
        streams += await asyncio.gather(*[asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(100)])
        for _, writer in streams[-100:]:
            writer.write(start)
    answer = await call(receiver)
    assert answer.code is grpc.StatusCode.OK
    assert len(receiver._front.pool._all) <= 100
    assert set(observer.reasons) == {RejectionReason.TOO_MANY_CONNECTIONS}
    for _, writer in streams:
        writer.close()


async def test_silent_calls_cost_hardly_anything_and_others_are_served(
    listen_grpc: ListenGrpc, call: Call, observer: RememberingObserver
) -> None:
    receiver = await listen_grpc(max_request_bytes=1 << 20)
    async with aio.insecure_channel(f"127.0.0.1:{receiver.port}", options=OWN_CONNECTION) as channel:
        calls = [channel.stream_unary(TRACES)() for _ in range(MAX_STREAMS)]
        await until(lambda: len(receiver._calls) == MAX_STREAMS)
        assert receiver._budget.leased_bytes == MAX_STREAMS * STREAM_BYTES
        assert (await call(receiver, bytes(1 << 20))).code is grpc.StatusCode.OK
        for each in calls:
            each.cancel()
    await until(lambda: not receiver._calls)
    assert (receiver._budget.leased_bytes, observer.reasons) == (0, [RejectionReason.INCOMPLETE] * MAX_STREAMS)


async def test_half_sent_messages_give_way_and_are_told(
    listen_grpc: ListenGrpc, call: Call, observer: RememberingObserver
) -> None:
    """What has come of them is leased. A connection that holds less gets through."""
    receiver = await listen_grpc(max_request_bytes=1 << 20)
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(PREFACE + SETTINGS)
    writer.write(headers(1) + headers(3) + frame(0, 0, 1, b"\0" + (1 << 20).to_bytes(4)))
    for _ in range(3):
        writer.write(frame(0, 0, 1, bytes(16_000)))
    unfinished_bytes = 2 * STREAM_BYTES + 5 + 48_000
    await until(lambda: receiver._budget.leased_bytes == unfinished_bytes)
    others = [receiver._budget.lease() for _ in range(2)]
    for lease in others:
        lease.grow((1 << 20) - unfinished_bytes // 2 - 1)
    assert (await call(receiver, bytes(40_000))).code is grpc.StatusCode.OK
    await until(lambda: len(observer.reasons) == 2 and not receiver._calls)
    assert observer.reasons == [RejectionReason.BUSY] * 2
    answer = await asyncio.wait_for(reader.read(65_536), 5)
    assert b"Other requests needed the memory" in answer
    writer.close()


async def test_frames_that_carry_nothing_are_read_slowly(listen_grpc: ListenGrpc, call: Call) -> None:
    """Following them would hold everybody else up. A read of them is followed by a pause as long as they are many."""
    receiver = await listen_grpc()
    _, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(PREFACE + SETTINGS)
    await until(lambda: bool(receiver._front.connected))
    (connection,) = receiver._front.connected.values()
    writer.write(headers(1) + frame(0, 0, 1, b"") * 400_000)
    await until(lambda: connection._streams.frames > FREE_FRAMES)
    assert (connection._pauses, connection._streams.frames < 200_000) == (1, True)
    assert (await call(receiver)).code is grpc.StatusCode.OK
    read = connection._streams.frames
    await until(lambda: connection._streams.frames > read)  # it goes on
    writer.transport.abort()


async def test_metadata_that_is_no_text_stays_out_of_the_log(
    listen_grpc: ListenGrpc, observer: RememberingObserver, tokens: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    """It may be a token with a stray byte, and as much of it as a client likes."""
    receiver = await listen_grpc(tokens=tokens)
    _, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    call = headers(1, authorization=b"Bearer s3cr3t\xff", other=b"\x80")
    writer.write(PREFACE + SETTINGS + call + frame(0, 1, 1, b""))
    await until(lambda: bool(observer.refusals))
    assert observer.reasons == [RejectionReason.UNAUTHENTICATED]
    assert "s3cr3t" not in caplog.text
    assert [record.name for record in caplog.records] == ["failcat.receive"]
    writer.transport.abort()


async def test_what_is_not_http2_is_cut_off_without_a_connection_to_the_core(
    listen_grpc: ListenGrpc, observer: RememberingObserver
) -> None:
    receiver = await listen_grpc()
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(b"nonsense\r\n")
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 5) == b""
    assert (observer.reasons, receiver._front.connected) == ([RejectionReason.MALFORMED], {})
    writer.close()


async def test_core_serves_nobody_but_the_front(
    listen_grpc: ListenGrpc, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    receiver = await listen_grpc()
    async with aio.insecure_channel(f"127.0.0.1:{receiver._front.core_port}") as channel:
        with pytest.raises(aio.AioRpcError, match="served at FAILCAT_OTLP_GRPC, not here"):
            await channel.unary_unary(TRACES)(b"abc")
    assert (consumer.exports, observer.reasons) == ([], [RejectionReason.NOT_SERVED])


async def test_messages_in_flight_beyond_the_budget_are_unavailable(
    listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    receiver = await listen_grpc(max_request_bytes=40_000)
    consumer.gate.clear()
    waiting = [asyncio.create_task(call(receiver, bytes(30_000))) for _ in range(2)]
    await until(lambda: receiver._budget.leased_bytes >= 60_000)
    refused = await call(receiver, bytes(201))
    assert (refused.code, refused.retry_info.retry_delay.seconds) == (grpc.StatusCode.UNAVAILABLE, 1)
    consumer.gate.set()
    assert [answer.code for answer in await asyncio.gather(*waiting)] == [grpc.StatusCode.OK] * 2
    assert (observer.reasons, receiver._budget.leased_bytes) == ([RejectionReason.BUSY], 0)


async def test_stop_lets_work_finish(listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer) -> None:
    receiver = await listen_grpc()
    consumer.gate.clear()
    waiting = asyncio.create_task(call(receiver, b"abc"))
    await consumer.entered.wait()
    stopping = asyncio.create_task(receiver.stop(10))
    await asyncio.sleep(0)  # its first step, in which it stops listening
    assert (await call(receiver, b"late")).code is grpc.StatusCode.UNAVAILABLE
    consumer.gate.set()
    await stopping
    assert ((await waiting).code, consumer.bodies) == (grpc.StatusCode.OK, [b"abc"])


async def test_nothing_is_consumed_after_stop(
    listen_grpc: ListenGrpc, call: Call, consumer: RememberingConsumer
) -> None:
    receiver = await listen_grpc()
    consumer.gate.clear()
    waiting = asyncio.create_task(call(receiver, b"abc"))
    await consumer.entered.wait()
    await receiver.stop(0.05)
    assert not receiver._calls
    consumer.gate.set()
    assert (await waiting).code is grpc.StatusCode.UNAVAILABLE
    assert (consumer.exports, receiver._budget.leased_bytes) == ([], 0)


async def test_port_in_use_names_the_option(
    listen_grpc: ListenGrpc,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    capfd: pytest.CaptureFixture[str],
) -> None:
    receiver = await listen_grpc()
    other = GrpcReceiver(consumer, ReceiveLimits(), None, observer)
    with pytest.raises(
        ConfigurationError,
        match=f"^FAILCAT_OTLP_GRPC: cannot listen on 127.0.0.1:{receiver.port}: Address already in use$",
    ):
        await other.start("127.0.0.1", receiver.port)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1"])
async def test_other_address_than_loopback_needs_tokens(
    consumer: RememberingConsumer, observer: RememberingObserver, host: str
) -> None:
    receiver = GrpcReceiver(consumer, ReceiveLimits(), None, observer)
    with pytest.raises(ConfigurationError, match=r"^MY_OPTION: .*FAILCAT_TOKENS_FILE"):
        await receiver.start(host, 0, option="MY_OPTION")
