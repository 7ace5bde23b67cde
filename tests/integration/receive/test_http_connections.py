"""OTLP/HTTP on the wire: slow, silent, lying and vanishing clients, many at once, and the end of the receiver."""

from __future__ import annotations

import asyncio
import gzip
import socket
from contextlib import suppress

import pytest
from google.protobuf import json_format
from google.rpc import code_pb2, status_pb2
from tests.integration.receive.conftest import Exchange, Listen, RememberingConsumer, RememberingObserver, Send
from tests.support.waiting import event_loop_rounds, until

from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.receive import ByteBudget, HttpReceiver, ReceiveLimits, Tokens, pool
from failcat_sidecar.rejections import RejectionReason

START = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
REQUEST = START + b"Content-Length: 3\r\n\r\nabc"
CLOSING = START + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc"
HASTY = {"head_seconds": 0.2, "body_seconds": 0.2, "idle_seconds": 0.2}


def statuses(answer: bytes) -> list[int]:
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def rpc_status(answer: bytes) -> status_pb2.Status:
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"Content-Type: application/json" in head:
        return json_format.Parse(body, status_pb2.Status())
    return status_pb2.Status.FromString(body)


async def test_connection_is_kept_alive(listen: Listen, consumer: RememberingConsumer, exchange: Exchange) -> None:
    answer = await exchange((await listen()).port, REQUEST, REQUEST, CLOSING)
    assert (statuses(answer), consumer.bodies) == ([200, 200, 200], [b"abc"] * 3)


async def test_pipelined_requests_are_answered_in_order(
    listen: Listen, consumer: RememberingConsumer, exchange: Exchange
) -> None:
    bad = b"GET /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = await exchange((await listen()).port, REQUEST + bad + CLOSING)
    assert (statuses(answer), len(consumer.exports)) == ([200, 405, 200], 2)


async def test_byte_by_byte_is_a_request_too(listen: Listen, consumer: RememberingConsumer, exchange: Exchange) -> None:
    segments = [bytes([byte]) for byte in CLOSING]
    answer = await exchange((await listen()).port, *segments, pause_seconds=0.0005)
    assert (statuses(answer), consumer.bodies) == ([200], [b"abc"])


async def test_client_that_waits_for_continue_gets_it(listen: Listen, consumer: RememberingConsumer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", (await listen()).port)
    writer.write(START + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"abc")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert consumer.bodies == [b"abc"]
    writer.close()


async def test_client_without_token_is_refused_before_it_sends_its_body(
    listen: Listen, consumer: RememberingConsumer, tokens: Tokens
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", (await listen(tokens=tokens)).port)
    writer.write(START + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 401")
    writer.write(START + b"Content-Length: 1000000\r\n\r\n")
    assert not consumer.exports
    writer.close()


@pytest.mark.parametrize(
    "segments",
    [
        [],
        [b"POST /v1/tra"],
        [START],
        [START + b"Content-Length: 4\r\n\r\nabc"],
        [START + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
        [REQUEST],
        [REQUEST, START],
        [REQUEST, START + b"Content-Length: 4\r\n\r\nabc"],
    ],
    ids=["silent", "line", "headers", "body", "chunks", "idle", "second-headers", "second-body"],
)
async def test_client_that_stops_sending_is_cut_off(
    listen: Listen, consumer: RememberingConsumer, exchange: Exchange, segments: list[bytes]
) -> None:
    receiver = await listen(**HASTY)
    await exchange(receiver.port, *segments)
    assert len(consumer.exports) == len([each for each in segments if each == REQUEST])
    assert receiver._budget.leased_bytes == 0


async def test_trickling_does_not_extend_the_deadline(
    listen: Listen, consumer: RememberingConsumer, exchange: Exchange
) -> None:
    receiver = await listen(**HASTY)
    answer = await exchange(receiver.port, START + b"Content-Length: 50\r\n\r\n", *[b"x"] * 50)
    assert (answer, consumer.exports) == (b"", [])


async def test_client_that_takes_no_answers_is_cut_off(listen: Listen) -> None:
    receiver = await listen(**HASTY)
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", receiver.port)) as client:
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            async with asyncio.timeout(10):
                while True:
                    await loop.sock_sendall(client, request * 1_000)


async def test_slow_work_of_our_own_cuts_nobody_off(
    listen: Listen, consumer: RememberingConsumer, exchange: Exchange
) -> None:
    receiver = await listen(**HASTY)
    consumer.gate.clear()
    asyncio.get_running_loop().call_later(0.6, consumer.gate.set)
    assert statuses(await exchange(receiver.port, CLOSING)) == [200]


async def test_client_gone_in_mid_body_leaves_nothing(
    listen: Listen, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    receiver = await listen()
    _, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(START + b"Content-Length: 4\r\n\r\nabc")
    await until(lambda: receiver._budget.leased_bytes == 3)
    writer.transport.abort()
    await until(lambda: observer.refusals)
    assert (consumer.exports, observer.reasons) == ([], [RejectionReason.INCOMPLETE])
    assert receiver._budget.leased_bytes == 0


async def test_client_gone_before_the_answer_has_been_heard_once(listen: Listen, consumer: RememberingConsumer) -> None:
    receiver = await listen()
    consumer.gate.clear()
    _, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(REQUEST)
    await consumer.entered.wait()
    writer.transport.abort()
    await until(lambda: not receiver._pool._all)
    await event_loop_rounds()
    consumer.gate.set()
    await until(lambda: not receiver._requests)
    assert consumer.bodies == [b"abc"]


@pytest.mark.parametrize(
    "request_bytes",
    [
        START + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        START + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        START + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        START + b"Transfer-Encoding: xchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        START + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        START + b"Content-Length: +3\r\n\r\nabc",
        START + b"Content-Length: -3\r\n\r\nabc",
        START + b"Content-Length: 99999999999999999999999\r\n\r\nabc",
        START + b"Content-Length : 3\r\n\r\nabc",
        START + b"Host: there\r\nContent-Length: 3\r\n\r\nabc",
        START + b" folded: 1\r\nContent-Length: 3\r\n\r\nabc",
        START.replace(b"Host: localhost\r\n", b"") + b"Content-Length: 3\r\n\r\nabc",
        START + b"X: a\x00b\r\nContent-Length: 3\r\n\r\nabc",
        START + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
        START + b"X: x\r\n" * 1_000 + b"\r\n",
        b"POST /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\n\r\n\r\n",
        b"\r\n\r\n\r\nnonsense\r\n\r\n",
    ],
    ids=lambda request_bytes: request_bytes[75:115].decode("latin-1"),
)
async def test_smuggling_and_broken_http_are_400_and_closed(
    listen: Listen,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    exchange: Exchange,
    request_bytes: bytes,
) -> None:
    answer = await exchange((await listen()).port, request_bytes)
    assert answer.partition(b"\r\n")[0].endswith(b" 400 Bad Request")
    assert rpc_status(answer).code == code_pb2.INVALID_ARGUMENT
    assert (consumer.exports, observer.reasons) == ([], [RejectionReason.MALFORMED])


async def test_oversized_promise_is_413_before_any_of_it_is_read(
    listen: Listen, consumer: RememberingConsumer, exchange: Exchange
) -> None:
    answer = await exchange((await listen(**HASTY)).port, START + b"Content-Length: 33554433\r\n\r\n")
    assert (statuses(answer), consumer.exports) == ([413], [])
    assert b"Connection: close" in answer


async def test_endless_chunks_are_413_and_closed(listen: Listen, consumer: RememberingConsumer) -> None:
    receiver = await listen(max_request_bytes=100_000)
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(START + b"Transfer-Encoding: chunked\r\n\r\n")

    async def flood() -> None:
        while True:
            writer.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
            await writer.drain()

    flooding = asyncio.create_task(flood())
    assert (await reader.readline()).startswith(b"HTTP/1.1 413")
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(flooding, 10)
    assert (consumer.exports, receiver._budget.leased_bytes) == ([], 0)


async def test_bytes_in_flight_beyond_the_budget_are_503(
    listen: Listen, send: Send, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    receiver = await listen(max_request_bytes=1_000)
    consumer.gate.clear()
    waiting = [asyncio.create_task(send(receiver, b"x" * 900)) for _ in range(2)]
    await until(lambda: receiver._budget.leased_bytes >= 1_800)
    refused = await send(receiver, b"x" * 201)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    refused = await send(receiver, gzip.compress(bytes(900)), Content_Encoding="gzip")
    assert refused.status == 503
    consumer.gate.set()
    assert [reply.status for reply in await asyncio.gather(*waiting)] == [200, 200]
    assert (await send(receiver, b"x" * 201)).status == 200
    assert (observer.reasons, receiver._budget.leased_bytes) == ([RejectionReason.BUSY] * 2, 0)


async def test_decompressed_body_is_leased_at_its_plain_size_alone(
    listen: Listen, send: Send, consumer: RememberingConsumer
) -> None:
    receiver = await listen()
    consumer.gate.clear()
    waiting = asyncio.create_task(send(receiver, gzip.compress(bytes(500_000)), Content_Encoding="gzip"))
    await consumer.entered.wait()
    assert receiver._budget.leased_bytes == 500_000
    consumer.gate.set()
    assert (await waiting).status == 200


async def test_receivers_can_share_one_budget(
    consumer: RememberingConsumer, observer: RememberingObserver, send: Send
) -> None:
    budget = ByteBudget(1_000)
    receivers = [HttpReceiver(consumer, ReceiveLimits(), None, observer, budget=budget) for _ in range(2)]
    for receiver in receivers:
        await receiver.start("127.0.0.1", 0)
    consumer.gate.clear()
    waiting = asyncio.create_task(send(receivers[0], b"x" * 600))
    await consumer.entered.wait()
    assert (await send(receivers[1], b"x" * 600)).status == 503
    consumer.gate.set()
    assert (await waiting).status == 200
    for receiver in receivers:
        await receiver.stop(0)


async def test_two_thousand_idle_sockets_hurt_nobody(listen: Listen, send: Send, observer: RememberingObserver) -> None:
    receiver = await listen(max_connections=200)
    sockets = []
    for _ in range(20):
        sockets += await asyncio.gather(*[asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(100)])
    assert (await send(receiver, b"abc")).status == 200
    assert len(receiver._pool._all) <= 200
    assert set(observer.reasons) == {RejectionReason.TOO_MANY_CONNECTIONS}
    for _, writer in sockets:
        writer.close()


async def test_half_sent_bodies_keep_nobody_out(
    listen: Listen, send: Send, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    """Three of them hold all bytes that may be in flight; the largest gives way, and is told."""
    receiver = await listen(max_request_bytes=100_000)
    streams = [await asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(3)]
    for (_, writer), size in zip(streams, (70_000, 65_000, 64_500), strict=True):
        writer.write(START + b"Content-Length: 90000\r\n\r\n" + bytes(size))
    await until(lambda: receiver._budget.leased_bytes >= 199_500)
    assert (await send(receiver, bytes(2_000))).status == 200
    answer = await asyncio.wait_for(streams[0][0].read(), 5)
    assert statuses(answer) == [503]
    assert b"Retry-After: 1" in answer
    assert rpc_status(answer).message.startswith("Other requests needed the memory")
    assert observer.reasons == [RejectionReason.BUSY]
    for _, writer in streams[1:]:
        writer.write(bytes(90_000))
    assert [(await reader.readline())[:12] for reader, _ in streams[1:]] == [b"HTTP/1.1 200"] * 2
    for _, writer in streams:
        writer.close()


async def test_full_house_of_half_sent_requests_lets_newcomers_in(
    listen: Listen, send: Send, observer: RememberingObserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "GRACE_SECONDS", 0)
    receiver = await listen(max_connections=5)
    streams = [await asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(5)]
    async with asyncio.timeout(30):
        for number, (_, writer) in enumerate(streams, start=1):
            writer.write(START + b"Content-Length: 4\r\n\r\nabc")
            await until(lambda enough=number: len(receiver._pool._reading) >= enough)  # type: ignore[misc]
        assert (await send(receiver, b"abc")).status == 200
        with suppress(ConnectionResetError):
            assert await streams[0][0].read() == b""  # it waited longest
    assert len(receiver._pool._reading) == 4
    assert set(observer.reasons) == {RejectionReason.TOO_MANY_CONNECTIONS, RejectionReason.INCOMPLETE}
    for _, writer in streams:
        writer.close()


async def test_full_house_keeps_those_who_are_at_work(listen: Listen, consumer: RememberingConsumer) -> None:
    receiver = await listen(max_connections=2)
    consumer.gate.clear()
    streams = [await asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(2)]
    for _, writer in streams:
        writer.write(REQUEST)
    await until(lambda: len(receiver._requests) >= 2)
    newcomer, newcomer_writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    assert await newcomer.read() == b""
    newcomer_writer.close()
    consumer.gate.set()
    for reader, writer in streams:
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_stop_lets_work_finish_and_closes_the_rest(listen: Listen, consumer: RememberingConsumer) -> None:
    receiver = await listen()
    idle, idle_writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    consumer.gate.clear()
    busy, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(REQUEST)
    await consumer.entered.wait()
    stopping = asyncio.create_task(receiver.stop(10))
    assert await idle.read() == b""
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", receiver.port)
    consumer.gate.set()
    await stopping
    answer = await busy.read()
    assert (statuses(answer), consumer.bodies) == ([200], [b"abc"])
    assert b"Connection: close" in answer
    idle_writer.close()
    writer.close()


async def test_head_that_arrives_after_the_stop_began_is_503(listen: Listen, consumer: RememberingConsumer) -> None:
    receiver = await listen()
    consumer.gate.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(REQUEST)
    await consumer.entered.wait()
    receiver._stopping = True
    consumer.gate.set()
    other, other_writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    other_writer.write(REQUEST)
    assert statuses(await reader.read()) == [200]
    assert statuses(await other.read()) == [503]
    assert consumer.bodies == [b"abc"]
    writer.close()
    other_writer.close()


@pytest.mark.parametrize(
    ("sent", "is_complete"),
    [(REQUEST, True), (START + b"Content-Length: 4\r\n\r\nabc", False)],
    ids=["working", "reading"],
)
async def test_nothing_is_consumed_after_stop(
    listen: Listen, consumer: RememberingConsumer, sent: bytes, is_complete: bool
) -> None:
    receiver = await listen()
    consumer.gate.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(sent)
    await until(lambda: (receiver._budget.leased_bytes, consumer.entered.is_set()) == (3, is_complete))
    await receiver.stop(0.05)
    consumer.gate.set()
    writer.write(b"d" + REQUEST)
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    assert (consumer.exports, receiver._budget.leased_bytes) == ([], 0)
    writer.close()


async def test_port_in_use_names_the_option(
    listen: Listen, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    receiver = await listen()
    other = HttpReceiver(consumer, ReceiveLimits(), None, observer)
    with pytest.raises(
        ConfigurationError,
        match=f"^FAILCAT_OTLP_HTTP: cannot listen on 127.0.0.1:{receiver.port}: Address already in use$",
    ):
        await other.start("127.0.0.1", receiver.port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "example.com"])
async def test_other_address_than_loopback_needs_tokens(
    consumer: RememberingConsumer, observer: RememberingObserver, host: str
) -> None:
    receiver = HttpReceiver(consumer, ReceiveLimits(), None, observer)
    with pytest.raises(ConfigurationError, match=r"^MY_OPTION: .*FAILCAT_TOKENS_FILE"):
        await receiver.start(host, 0, option="MY_OPTION")


async def test_with_tokens_any_address_will_do(
    consumer: RememberingConsumer, observer: RememberingObserver, tokens: Tokens, send: Send
) -> None:
    receiver = HttpReceiver(consumer, ReceiveLimits(), tokens, observer)
    await receiver.start("0.0.0.0", 0)
    assert (await send(receiver, Authorization="Bearer sender")).status == 200
    await receiver.stop(0)
