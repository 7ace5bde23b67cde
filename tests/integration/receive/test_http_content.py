"""OTLP/HTTP: content types, codings, sizes, and the answers in the request's encoding."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
import zstandard
from google.rpc import code_pb2, error_details_pb2
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from tests.integration.receive.conftest import Exchange, Listen, RememberingConsumer, RememberingObserver, Send

from failcat_sidecar.errors import InvalidPayload, PermanentError, RetryableError, SpoolFull
from failcat_sidecar.export import Encoding, ExportOutcome, Signal, Transport, UnstoredSignal
from failcat_sidecar.receive import Tokens
from failcat_sidecar.receive.budget import Lease
from failcat_sidecar.rejections import RejectionReason

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
BODY = b"\x0a\x00" * 500


def zstd_stream(body: bytes) -> bytes:
    """As Go's encoder writes it: without the size in the frame's header."""
    compressor = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    return compressor.compress(body) + compressor.flush()


CODINGS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd_stream}


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        (PROTOBUF, Encoding.PROTOBUF),
        ("application/x-protobuf; charset=utf-8", Encoding.PROTOBUF),
        ("APPLICATION/X-PROTOBUF", Encoding.PROTOBUF),
        (JSON, Encoding.JSON),
        ("application/json;charset=utf-8", Encoding.JSON),
        ("Application/JSON ; charset=UTF-8", Encoding.JSON),
    ],
)
async def test_content_type_may_have_parameters_and_any_case(
    listen: Listen, send: Send, consumer: RememberingConsumer, content_type: str, encoding: Encoding
) -> None:
    reply = await send(await listen(), b"{}", content_type=content_type)
    assert (reply.status, reply.body) == (200, b"{}" if encoding is Encoding.JSON else b"")
    assert reply.headers["Content-Type"] == (JSON if encoding is Encoding.JSON else PROTOBUF)
    assert consumer.exports[0].encoding is encoding


@pytest.mark.parametrize(("path", "signal"), [("/v1/traces", Signal.TRACES), ("/v1/logs", Signal.LOGS)])
async def test_path_names_the_signal(
    listen: Listen, send: Send, consumer: RememberingConsumer, path: str, signal: Signal
) -> None:
    await send(await listen(), BODY, path=path)
    assert (consumer.exports[0].signal, consumer.exports[0].transport) == (signal, Transport.HTTP)
    assert (consumer.exports[0].body, consumer.exports[0].tenant_id) == (BODY, None)


@pytest.mark.parametrize(("content_type", "body"), [(PROTOBUF, b""), (JSON, b"{}")])
async def test_empty_request_succeeds(listen: Listen, send: Send, content_type: str, body: bytes) -> None:
    assert (await send(await listen(), body, content_type=content_type)).status == 200


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/protobuf", "application/jsonx"])
async def test_missing_or_other_content_type_is_refused_with_415(
    listen: Listen, send: Send, consumer: RememberingConsumer, observer: RememberingObserver, content_type: str
) -> None:
    reply = await send(await listen(), b"{}", content_type=content_type)
    assert reply.status == 415
    assert reply.rpc_status.code == code_pb2.INVALID_ARGUMENT
    assert reply.headers["Content-Type"] == JSON  # a person with curl, more likely than an SDK
    assert not consumer.exports
    assert observer.refusals == [(Transport.HTTP, Signal.TRACES, RejectionReason.UNSUPPORTED)]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size_bytes", [0, 1, 70_000, 4_000_000])
async def test_compressed_body_is_decompressed(
    listen: Listen, send: Send, consumer: RememberingConsumer, coding: str, size_bytes: int
) -> None:
    body = (b"failcat" * (size_bytes // 7 + 1))[:size_bytes]
    reply = await send(await listen(), CODINGS[coding](body), Content_Encoding=coding)
    assert reply.status == 200
    assert consumer.bodies == [body]


@pytest.mark.parametrize("header", ["identity", "", "Identity"])
async def test_identity_is_no_coding(listen: Listen, send: Send, consumer: RememberingConsumer, header: str) -> None:
    assert (await send(await listen(), BODY, Content_Encoding=header)).status == 200
    assert consumer.bodies == [BODY]


async def test_several_gzip_members_and_zstd_frames_are_one_body(
    listen: Listen, send: Send, consumer: RememberingConsumer
) -> None:
    receiver = await listen()
    for coding, compress in CODINGS.items():
        assert (await send(receiver, compress(b"one") + compress(b"two"), Content_Encoding=coding)).status == 200
    assert consumer.bodies == [b"onetwo"] * 3


@pytest.mark.parametrize("header", ["br", "gzip, gzip", "gzip,identity", "x" * 1000, "gz\xefp"])
async def test_unknown_coding_is_refused_with_415(
    listen: Listen, send: Send, consumer: RememberingConsumer, header: str
) -> None:
    reply = await send(await listen(), gzip.compress(BODY), Content_Encoding=header)
    assert (reply.status, reply.rpc_status.code) == (415, code_pb2.INVALID_ARGUMENT)
    assert not consumer.exports


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: BODY,  # a claim that is not true
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"",
        lambda whole: whole + b"trailing",
        lambda whole: whole[:10] + bytes([whole[10] ^ 0xFF]) + whole[11:],
    ],
    ids=["plain", "cut", "half", "nothing", "trailing", "flipped"],
)
async def test_damaged_compression_is_refused_with_400(
    listen: Listen,
    send: Send,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    coding: str,
    damage: Callable[[bytes], bytes],
) -> None:
    whole = CODINGS[coding](bytes(range(256)))
    reply = await send(await listen(), damage(whole), Content_Encoding=coding)
    assert (reply.status, reply.rpc_status.code) == (400, code_pb2.INVALID_ARGUMENT)
    assert coding in reply.rpc_status.message
    assert (consumer.exports, observer.reasons) == ([], [RejectionReason.INVALID])


@pytest.mark.parametrize(("content_type", "divisor"), [(PROTOBUF, 1), (JSON, 4)])
@pytest.mark.parametrize("coding", ["", *CODINGS])
async def test_body_at_the_limit_is_taken_and_one_byte_more_is_413(
    listen: Listen,
    send: Send,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    content_type: str,
    divisor: int,
    coding: str,
) -> None:
    receiver = await listen(max_request_bytes=40_000)
    compress = CODINGS.get(coding, bytes)
    at_limit = b'{"a": "' + b"x" * (40_000 // divisor - 9) + b'"}'
    reply = await send(receiver, compress(at_limit), content_type=content_type, Content_Encoding=coding)
    assert (reply.status, consumer.bodies) == (200, [at_limit])
    reply = await send(receiver, compress(at_limit + b" "), content_type=content_type, Content_Encoding=coding)
    assert (reply.status, reply.rpc_status.code) == (413, code_pb2.RESOURCE_EXHAUSTED)
    limit = f"larger than {40_000 // divisor} bytes; JSON may take a quarter of FAILCAT_MAX_REQUEST_BYTES"
    assert limit in reply.rpc_status.message
    assert not reply.rpc_status.details
    assert (len(consumer.exports), observer.reasons) == (1, [RejectionReason.TOO_LARGE])


async def test_chunked_body_is_bounded_too(listen: Listen, send: Send, consumer: RememberingConsumer) -> None:
    async def chunks(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 100

    receiver = await listen(max_request_bytes=1_000)
    assert (await send(receiver, chunks(10))).status == 200
    assert (await send(receiver, chunks(11))).status == 413
    assert consumer.bodies == [b"x" * 1_000]


@pytest.mark.parametrize("coding", CODINGS)
async def test_bomb_is_refused_before_it_is_unpacked(
    listen: Listen, send: Send, consumer: RememberingConsumer, monkeypatch: pytest.MonkeyPatch, coding: str
) -> None:
    """The output that is ever made stays near the limit, however much the bomb holds."""
    made_bytes: list[int] = []
    receiver = await listen()
    change = receiver._budget.change

    def spy(lease: Lease, delta: int) -> None:
        made_bytes.append(delta)
        change(lease, delta)

    monkeypatch.setattr(receiver._budget, "change", spy)
    bomb = CODINGS[coding](bytes(64 << 20)) * 4
    reply = await send(receiver, bomb, Content_Encoding=coding)
    assert (reply.status, consumer.exports) == (413, [])
    assert sum(delta for delta in made_bytes if delta > 0) <= len(bomb) + (34 << 20)
    assert receiver._budget.leased_bytes == 0


async def test_endless_empty_members_are_refused(listen: Listen, send: Send) -> None:
    reply = await send(await listen(), gzip.compress(b"") * 10_000, Content_Encoding="gzip")
    assert reply.status == 400


async def test_json_that_is_no_object_is_refused_with_400(
    listen: Listen, send: Send, consumer: RememberingConsumer
) -> None:
    reply = await send(await listen(), b"1234", content_type=JSON)
    assert (reply.status, reply.headers["Content-Type"], consumer.exports) == (400, JSON, [])


@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
async def test_bad_data_is_answered_with_bad_request_details(
    listen: Listen, send: Send, consumer: RememberingConsumer, content_type: str
) -> None:
    consumer.error = InvalidPayload("attribute 7 is not UTF-8")
    reply = await send(await listen(), b"{}", content_type=content_type)
    assert (reply.status, reply.headers["Content-Type"]) == (400, content_type)
    assert (reply.rpc_status.code, reply.rpc_status.message) == (code_pb2.INVALID_ARGUMENT, "attribute 7 is not UTF-8")
    details = error_details_pb2.BadRequest()
    assert reply.rpc_status.details[0].Unpack(details)
    assert details.field_violations[0].description == "attribute 7 is not UTF-8"


async def test_permanent_error_is_400(
    listen: Listen, send: Send, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    consumer.error = PermanentError("no")
    reply = await send(await listen())
    assert (reply.status, reply.rpc_status.message, observer.reasons) == (400, "no", [RejectionReason.REJECTED])
    assert "Retry-After" not in reply.headers


@pytest.mark.parametrize(("asked_seconds", "told_seconds"), [(0, 1), (1, 1), (3, 3), (3_600, 5)])
@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
async def test_retryable_error_is_503_with_a_short_retry_after(
    listen: Listen,
    send: Send,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    content_type: str,
    asked_seconds: int,
    told_seconds: int,
) -> None:
    consumer.error = RetryableError("full", retry_after_seconds=asked_seconds)
    reply = await send(await listen(), b"{}", content_type=content_type)
    assert (reply.status, reply.headers["Retry-After"]) == (503, str(told_seconds))
    assert reply.rpc_status.code == code_pb2.UNAVAILABLE
    details = error_details_pb2.RetryInfo()
    assert reply.rpc_status.details[0].Unpack(details)
    assert details.retry_delay.seconds == told_seconds
    assert observer.refusals == [(Transport.HTTP, Signal.TRACES, RejectionReason.BUSY)]


async def test_full_spool_has_a_reason_of_its_own(
    listen: Listen, send: Send, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    consumer.error = SpoolFull()
    assert (await send(await listen())).status == 503
    assert observer.reasons == [RejectionReason.SPOOL_FULL]


async def test_fault_of_our_own_is_500_and_tells_nothing_of_its_inside(
    listen: Listen, send: Send, consumer: RememberingConsumer, observer: RememberingObserver
) -> None:
    consumer.error = ValueError("password=hunter2")
    reply = await send(await listen())
    assert (reply.status, reply.rpc_status.code) == (500, code_pb2.INTERNAL)
    assert b"hunter2" not in reply.body
    assert (observer.failures, observer.refusals) == ([(Transport.HTTP, Signal.TRACES)], [])


async def test_hostile_message_stays_in_the_body(listen: Listen, send: Send, consumer: RememberingConsumer) -> None:
    hostile = "a\r\nX-Evil: 1\r\n\r\n<script>\x1b[2J\x00\ud800" + "x" * 5_000
    consumer.error = InvalidPayload(hostile)
    for content_type in (PROTOBUF, JSON):
        reply = await send(await listen(), b"{}", content_type=content_type)
        assert "X-Evil" not in reply.headers
        assert reply.rpc_status.message.startswith("a\r\nX-Evil: 1\r\n\r\n<script>\x1b[2J\x00?xxx")
        assert len(reply.rpc_status.message) <= 400


@pytest.mark.parametrize(
    ("path", "response", "field"),
    [
        ("/v1/traces", ExportTraceServiceResponse, "rejected_spans"),
        ("/v1/logs", ExportLogsServiceResponse, "rejected_log_records"),
    ],
)
async def test_partial_success_in_protobuf(
    listen: Listen,
    send: Send,
    consumer: RememberingConsumer,
    path: str,
    response: type[ExportTraceServiceResponse],
    field: str,
) -> None:
    consumer.outcome = ExportOutcome(rejected=3, message="3 were bad")
    reply = await send(await listen(), path=path)
    partial = response.FromString(reply.body).partial_success
    assert (reply.status, getattr(partial, field), partial.error_message) == (200, 3, "3 were bad")


@pytest.mark.parametrize(("path", "field"), [("/v1/traces", "rejectedSpans"), ("/v1/logs", "rejectedLogRecords")])
async def test_partial_success_in_json(
    listen: Listen, send: Send, consumer: RememberingConsumer, path: str, field: str
) -> None:
    consumer.outcome = ExportOutcome(rejected=3, message="3 were bad")
    reply = await send(await listen(), b"{}", path=path, content_type=JSON)
    assert reply.status == 200
    assert json.loads(reply.body) == {"partialSuccess": {field: "3", "errorMessage": "3 were bad"}}


async def test_warning_is_a_partial_success_that_rejects_nothing(
    listen: Listen, send: Send, consumer: RememberingConsumer
) -> None:
    consumer.outcome = ExportOutcome(message="cut at 8 KiB")
    reply = await send(await listen())
    partial = ExportTraceServiceResponse.FromString(reply.body).partial_success
    assert (partial.rejected_spans, partial.error_message) == (0, "cut at 8 KiB")


@pytest.mark.parametrize(("content_type", "body"), [(PROTOBUF, b""), (JSON, b"{}")])
@pytest.mark.parametrize(
    ("path", "signal"), [("/v1/metrics", UnstoredSignal.METRICS), ("/v1development/profiles", UnstoredSignal.PROFILES)]
)
async def test_other_signals_are_accepted_and_not_stored(
    listen: Listen,
    send: Send,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    content_type: str,
    body: bytes,
    path: str,
    signal: UnstoredSignal,
) -> None:
    reply = await send(await listen(), b"{}", path=path, content_type=content_type)
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, body, content_type)
    assert (observer.dropped, observer.refusals, consumer.exports) == ([(Transport.HTTP, signal)], [], [])


@pytest.mark.parametrize("path", ["/", "/v1/trace", "/v1/traces/", "/v1/profiles", "/%00", "/" + "x" * 5_000])
async def test_other_path_is_404(listen: Listen, send: Send, consumer: RememberingConsumer, path: str) -> None:
    reply = await send(await listen(), path=path)
    assert (reply.status, reply.rpc_status.code, consumer.exports) == (404, code_pb2.UNIMPLEMENTED, [])


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/v1/traces", "/v1/logs"])
async def test_other_method_is_405(
    listen: Listen, send: Send, consumer: RememberingConsumer, method: str, path: str
) -> None:
    reply = await send(await listen(), method=method, path=path)
    assert (reply.status, reply.headers["Allow"]) == (405, "POST")
    assert (reply.rpc_status.code, consumer.exports) == (code_pb2.UNIMPLEMENTED, [])


async def test_token_stands_for_a_tenant(
    listen: Listen, send: Send, consumer: RememberingConsumer, tokens: Tokens
) -> None:
    reply = await send(await listen(tokens=tokens), BODY, Authorization="Bearer sender")
    assert (reply.status, consumer.exports[0].tenant_id) == (200, "acme")


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic sender", "sender", "Bearer sender sender"])
async def test_no_or_wrong_token_is_401(
    listen: Listen,
    send: Send,
    consumer: RememberingConsumer,
    observer: RememberingObserver,
    tokens: Tokens,
    header: str,
) -> None:
    reply = await send(await listen(tokens=tokens), BODY, **({} if header is None else {"Authorization": header}))
    assert (reply.status, reply.rpc_status.code) == (401, code_pb2.UNAUTHENTICATED)
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert (consumer.exports, observer.reasons) == ([], [RejectionReason.UNAUTHENTICATED])


async def test_token_without_the_scope_is_403(
    listen: Listen, send: Send, consumer: RememberingConsumer, observer: RememberingObserver, tokens: Tokens
) -> None:
    reply = await send(await listen(tokens=tokens), BODY, Authorization="Bearer admin")
    assert (reply.status, reply.rpc_status.code) == (403, code_pb2.PERMISSION_DENIED)
    assert (consumer.exports, observer.reasons) == ([], [RejectionReason.FORBIDDEN])


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *dict.fromkeys(("localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:4318"), 200).items(),
        *dict.fromkeys(
            ("evil.example", "evil.example:4318", "127.0.0.1.evil.example", "localhost.evil.example"), 421
        ).items(),
        *dict.fromkeys(("10.0.0.1", "0.0.0.0:4318", "[2001:db8::1]", "localhost:x", "::1", "x"), 421).items(),
    ],
)
async def test_host_must_be_this_one_where_no_token_is_asked_for(
    listen: Listen, send: Send, observer: RememberingObserver, host: str, status: int
) -> None:
    """A page at evil.example could otherwise let its own domain point to 127.0.0.1, and send to us."""
    reply = await send(await listen(), Host=host)
    assert (reply.status, observer.reasons) == (status, [RejectionReason.MISDIRECTED] if status == 421 else [])
    if status == 421:
        assert "set FAILCAT_TOKENS_FILE" in reply.rpc_status.message


async def test_any_host_will_do_with_a_token_and_none_without(
    listen: Listen, send: Send, exchange: Exchange, tokens: Tokens
) -> None:
    reply = await send(await listen(tokens=tokens), Host="failcat.example", Authorization="Bearer sender")
    assert reply.status == 200
    head = b"POST /v1/traces HTTP/1.0\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"
    assert (await exchange((await listen()).port, head)).startswith(b"HTTP/1.0 200")
