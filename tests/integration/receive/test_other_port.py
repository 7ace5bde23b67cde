"""A client of the wrong port is served or told: gRPC at the port for HTTP, HTTP at the port for gRPC, TLS at either."""

from __future__ import annotations

import logging

import grpc
import pytest
from grpc import aio
from tests.integration.receive.conftest import (
    Exchange,
    Listen,
    ListenGrpc,
    RememberingConsumer,
    RememberingObserver,
    Send,
)

from failcat_sidecar.export import Transport
from failcat_sidecar.receive import HttpReceiver, RejectionReason, Tokens
from failcat_sidecar.receive.http2 import PREFACE

TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
TLS_HELLO = b"\x16\x03\x01\x00\x05hello" + b"\0" * 20
HTTP_REQUEST = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


async def export(port: int, body: bytes = b"spans", token: str = "") -> grpc.StatusCode | str:
    """OK, or the details of the refusal."""
    metadata = [("authorization", f"Bearer {token}")] if token else None
    async with aio.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_retries", 0)]) as channel:
        try:
            await channel.unary_unary(TRACES)(body, metadata=metadata, timeout=10)
        except aio.AioRpcError as error:
            return error.details() or str(error.code())
    return grpc.StatusCode.OK


async def test_grpc_at_the_port_for_http_is_served_and_logged_once(
    listen: Listen, listen_grpc: ListenGrpc, send: Send, consumer: RememberingConsumer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    http = await listen()
    http.relay_grpc(await listen_grpc())
    for _ in range(3):
        assert await export(http.port) is grpc.StatusCode.OK
    assert [each.transport for each in consumer.exports] == [Transport.GRPC] * 3
    assert caplog.text.count("127.0.0.1 sends OTLP over gRPC to the port for HTTP") == 1
    assert (await send(http)).status == 200


async def test_tokens_are_asked_for_there_too(
    listen: Listen, listen_grpc: ListenGrpc, consumer: RememberingConsumer, tokens: Tokens
) -> None:
    http = await listen(tokens=tokens)
    http.relay_grpc(await listen_grpc(tokens=tokens))
    assert await export(http.port, token="wrong") != grpc.StatusCode.OK
    assert await export(http.port, token="sender") is grpc.StatusCode.OK
    assert [each.tenant_id for each in consumer.exports] == ["acme"]


async def test_without_a_grpc_receiver_the_client_is_told(
    listen: Listen, observer: RememberingObserver, caplog: pytest.LogCaptureFixture
) -> None:
    http = await listen()
    assert "FAILCAT_OTLP_GRPC=off" in str(await export(http.port))
    assert "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf" in caplog.text
    assert set(observer.refusals) == {(Transport.GRPC, None, RejectionReason.NOT_SERVED)}


@pytest.mark.parametrize("cut", [1, 3, 14, len(PREFACE) - 1])
async def test_a_preface_in_two_segments_is_recognised(listen: Listen, exchange: Exchange, cut: int) -> None:
    answer = await exchange((await listen()).port, PREFACE[:cut], PREFACE[cut:])
    assert b"FAILCAT_OTLP_GRPC=off" in answer


async def test_a_request_in_two_segments_is_none(listen: Listen, exchange: Exchange) -> None:
    answer = await exchange(
        (await listen()).port, b"P", HTTP_REQUEST[1:].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    )
    assert answer.startswith(b"HTTP/1.1 415 ")


async def test_http_at_the_port_for_grpc_is_told_the_other_port(
    listen_grpc: ListenGrpc, exchange: Exchange, observer: RememberingObserver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = await listen_grpc(http_port=4318)
    answer = await exchange(receiver.port, HTTP_REQUEST)
    assert answer.startswith(b"HTTP/1.1 421 ")
    assert b"served at port 4318" in answer
    assert "from 127.0.0.1 (malformed): this port serves OTLP over gRPC" in caplog.text
    assert observer.reasons == [RejectionReason.MALFORMED]


async def test_tls_is_logged_at_both(
    listen: Listen, listen_grpc: ListenGrpc, exchange: Exchange, caplog: pytest.LogCaptureFixture
) -> None:
    for receiver in (await listen(), await listen_grpc()):
        caplog.clear()
        await exchange(receiver.port, TLS_HELLO)
        assert "its endpoint must begin with http://" in caplog.text


async def test_refusals_of_one_reason_are_one_line_a_minute(
    listen: Listen, send: Send, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver: HttpReceiver = await listen()
    for _ in range(5):
        await send(receiver, content_type="text/plain")
    await send(receiver, path="/v1/\x1b[2J")
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert lines[0] == (
        "refused a request over http from 127.0.0.1 (unsupported): "
        "Content-Type must be application/x-protobuf or application/json"
    )
    monkeypatch.setattr("failcat_sidecar.receive.refusal_log.LOG_SECONDS", 0)
    await send(receiver, content_type="text/plain")
    assert caplog.records[-1].getMessage().endswith("; 4 more since the last line")
