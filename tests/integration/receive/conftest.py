"""Receivers that listen, with a pipeline that only remembers: everything before the seam is real."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
import uvloop
from google.protobuf import json_format
from google.rpc import status_pb2

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import AnySignal, Encoding, Export, ExportOutcome, Transport, UnstoredSignal
from failcat_sidecar.receive import GrpcReceiver, HttpReceiver, ReceiveLimits, Tokens
from failcat_sidecar.rejections import RejectionReason

Receiver = HttpReceiver | GrpcReceiver

PROTOBUF = "application/x-protobuf"
JSON = "application/json"


class RememberingConsumer:
    """Takes everything; answers or raises what a test tells it, after the gate is open."""

    def __init__(self) -> None:
        self.exports: list[Export] = []
        self.outcome = ExportOutcome()
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()

    @property
    def bodies(self) -> list[bytes]:
        return [export.body for export in self.exports]

    async def consume(self, export: Export) -> ExportOutcome:
        self.entered.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        if export.encoding is Encoding.JSON and not isinstance(json.loads(export.body or b"{}"), dict):
            raise InvalidPayload
        self.exports.append(export)
        return self.outcome


@dataclass
class RememberingObserver:
    refusals: list[tuple[Transport, AnySignal | None, RejectionReason]] = field(default_factory=list)
    failures: list[tuple[Transport, AnySignal | None]] = field(default_factory=list)
    dropped: list[tuple[Transport, UnstoredSignal]] = field(default_factory=list)

    @property
    def reasons(self) -> list[RejectionReason]:
        return [reason for _, _, reason in self.refusals]

    def refused(self, transport: Transport, signal: AnySignal | None, reason: RejectionReason) -> None:
        self.refusals.append((transport, signal, reason))

    def not_stored(self, transport: Transport, signal: UnstoredSignal) -> None:
        self.dropped.append((transport, signal))

    def failed(self, transport: Transport, signal: AnySignal | None) -> None:
        self.failures.append((transport, signal))


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def rpc_status(self) -> status_pb2.Status:
        """The body as google.rpc.Status, in the encoding that the content type names."""
        if self.headers["Content-Type"] == JSON:
            return json_format.Parse(self.body, status_pb2.Status())
        assert self.headers["Content-Type"] == PROTOBUF
        return status_pb2.Status.FromString(self.body)


Send = Callable[..., Coroutine[Any, Any, Reply]]
Listen = Callable[..., Coroutine[Any, Any, HttpReceiver]]
ListenGrpc = Callable[..., Coroutine[Any, Any, GrpcReceiver]]
Started = Callable[..., Coroutine[Any, Any, Any]]  # of the kind that is the first argument
Exchange = Callable[..., Coroutine[Any, Any, bytes]]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The product's event loop: its transports and its accepting differ from asyncio's own."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def consumer() -> RememberingConsumer:
    return RememberingConsumer()


@pytest.fixture
def observer() -> RememberingObserver:
    return RememberingObserver()


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    """One token that may send for the tenant acme, one that may only administer."""
    path = tmp_path / "tokens"
    path.write_text('{"token": "sender", "tenant": "acme"}\n{"token": "admin", "scopes": ["admin"]}\n')
    path.chmod(0o600)
    return Tokens.load(path)


@pytest.fixture
async def listen(started: Started) -> Listen:
    """Starts an HTTP receiver with limits given as keywords."""
    return partial(started, HttpReceiver)


@pytest.fixture
async def listen_grpc(started: Started) -> ListenGrpc:
    """Starts a gRPC receiver with limits given as keywords."""
    return partial(started, GrpcReceiver)


@pytest.fixture
async def started(consumer: RememberingConsumer, observer: RememberingObserver) -> AsyncIterator[Started]:
    """Starts a receiver of a kind, and stops it at the end of the test."""
    receivers: list[Receiver] = []

    async def start(
        kind: type[Receiver], *, tokens: Tokens | None = None, http_port: int | None = None, **limits: Any
    ) -> Receiver:
        receiver = kind(consumer, ReceiveLimits(**limits), tokens, observer)
        await receiver.start("127.0.0.1", 0, **cast(Any, {} if http_port is None else {"http_port": http_port}))
        receivers.append(receiver)
        return receiver

    yield start
    consumer.gate.set()
    for receiver in receivers:
        await receiver.stop(0.1)


@pytest.fixture
async def send() -> AsyncIterator[Send]:
    """Sends one request with a real client."""
    async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:

        async def request(
            receiver: HttpReceiver,
            body: bytes | AsyncIterator[bytes] = b"",
            *,
            method: str = "POST",
            path: str = "/v1/traces",
            content_type: str | None = PROTOBUF,
            **headers: str,
        ) -> Reply:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if content_type is not None:
                named["Content-Type"] = content_type
            url = f"http://127.0.0.1:{receiver.port}{path}"
            async with session.request(method, url, data=body, headers=named) as response:
                return Reply(response.status, dict(response.headers), await response.read())

        yield request


@pytest.fixture
def exchange() -> Exchange:
    """Sends raw segments and reads what comes until the receiver closes; fails if it never does."""

    async def run(port: int, *segments: bytes, pause_seconds: float = 0.02, timeout_seconds: float = 10) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for segment in segments:
                if reader.at_eof() or reader.exception() is not None:
                    break
                writer.write(segment)
                await asyncio.sleep(pause_seconds)  # a client's pace: nothing tells it that a segment was read alone
            return await asyncio.wait_for(reader.read(), timeout_seconds)
        except (ConnectionResetError, BrokenPipeError):
            return b""
        finally:
            writer.close()

    return run
