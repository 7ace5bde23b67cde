"""OTLP over HTTP: authenticate, limit, read, decompress, pass to the consumer, respond.

aiohttp parses the HTTP; routing, limits and decompression are here. A body is leased from the byte budget while it is
received: an announced length of 32 MiB costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple

from aiohttp import web

from failcat_sidecar.errors import RetryableError, Unauthenticated, UnsupportedContent
from failcat_sidecar.export import (
    AnySignal,
    Consumer,
    Encoding,
    Export,
    ExportOutcome,
    Signal,
    Transport,
    UnstoredSignal,
)
from failcat_sidecar.receive.allocator import keep_freed_memory
from failcat_sidecar.receive.auth import (
    Principal,
    Tokens,
    TokenScope,
    authorize,
    check_host,
    require_loopback_or_tokens,
)
from failcat_sidecar.receive.budget import ByteBudget, Displaced, Lease
from failcat_sidecar.receive.compression import Inflater, content_coding
from failcat_sidecar.receive.connections import Connection, Server
from failcat_sidecar.receive.grpc import GrpcReceiver
from failcat_sidecar.receive.limits import ReceiveLimits, too_large
from failcat_sidecar.receive.listener import Listener
from failcat_sidecar.receive.other_port import GRPC_IS_OFF, TLS_IS_NOT_SPOKEN, goaway, peer_of
from failcat_sidecar.receive.pool import ConnectionPool
from failcat_sidecar.receive.refusal_log import RefusalLog
from failcat_sidecar.receive.status import (
    IncompleteRequest,
    MalformedRequest,
    MethodNotAllowed,
    NotServed,
    answer_to,
    encode_status,
    retry_after_seconds,
    status_of,
)
from failcat_sidecar.receive.success import success_body
from failcat_sidecar.rejections import ReceiveObserver, RejectionReason

log = logging.getLogger("failcat.receive")

OPTION = "FAILCAT_OTLP_HTTP"

_SIGNALS: dict[str, AnySignal] = {
    "/v1/traces": Signal.TRACES,
    "/v1/logs": Signal.LOGS,
    "/v1/metrics": UnstoredSignal.METRICS,
    "/v1development/profiles": UnstoredSignal.PROFILES,
}
_ENCODINGS = {"application/x-protobuf": Encoding.PROTOBUF, "application/json": Encoding.JSON}
_CONTENT_TYPES = {encoding: content_type for content_type, encoding in _ENCODINGS.items()}


class ShuttingDown(RetryableError):
    """This sidecar is shutting down; send it again."""


class _Head(NamedTuple):
    """The headers of an admitted request."""

    signal: AnySignal
    encoding: Encoding
    coding: str  # of the content; empty for none
    max_bytes: int  # of the decompressed body
    principal: Principal


class HttpReceiver:
    """Serves POST /v1/traces and /v1/logs; accepts the other signals and drops them."""

    def __init__(
        self,
        consumer: Consumer,
        limits: ReceiveLimits,
        tokens: Tokens | None,
        observer: ReceiveObserver,
        *,
        budget: ByteBudget | None = None,
    ) -> None:
        """`budget` is shared between receivers; without it this one has its own."""
        self._consumer = consumer
        self._limits = limits
        self._tokens = tokens
        self._observer = observer
        self._budget = budget or ByteBudget(limits.max_in_flight_bytes)
        self._inflater = Inflater()
        self._requests: set[asyncio.Task[object]] = set()
        self._stopping = False
        self._listener: Listener | None = None
        self._grpc: GrpcReceiver | None = None
        self._logged_grpc = False
        self.port = 0

    def relay_grpc(self, grpc: GrpcReceiver) -> None:
        """Clients that speak gRPC to this port are served by that receiver."""
        self._grpc = grpc

    async def start(self, host: str, port: int, *, option: str = OPTION) -> None:
        """Listens; port 0 takes a free one, see `.port`. Raises ConfigurationError naming `option`."""
        require_loopback_or_tokens(option, host, self._tokens)
        keep_freed_memory()
        self._pool: ConnectionPool[Connection] = ConnectionPool(self._limits, self._count_cut)
        self._refusals = RefusalLog(Transport.HTTP)
        server = Server(self._handle, self._pool, self._answer_bad_http, self)
        listener = Listener(option, server, self._pool.make_room)
        try:
            await listener.start(host, port)
        except BaseException:
            self._pool.close()
            raise
        self._listener = listener
        self.port = listener.port

    async def stop(self, drain_seconds: float) -> None:
        """Stops accepting requests. Running ones may finish within `drain_seconds` and are then cancelled."""
        if self._listener is None:
            return
        self._stopping = True
        self._listener.close()
        for connection in self._pool.all_idle:
            connection.force_close()
        if self._requests:
            _, late = await asyncio.wait(self._requests, timeout=drain_seconds)
            for request in late:
                request.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._pool.close()
        self._inflater.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection, task = request.protocol, asyncio.current_task()
        assert isinstance(connection, Connection)
        assert task is not None
        # This task ends when the response is written; `stop` waits for it.
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        self._pool.reading(connection)
        try:
            response = await self._answer(request, connection)
        finally:
            self._pool.idle(connection)
        if self._stopping or not request.content.is_eof():
            response.force_close()
        return response

    async def _answer(self, request: web.BaseRequest, connection: Connection) -> web.Response:
        try:
            head = self._admit(request)
            outcome = await self._consume(request, connection, head)
        except Exception as error:
            return self._refuse(request, error)
        return _response(200, success_body(head.signal, head.encoding, outcome), head.encoding)

    def _admit(self, request: web.BaseRequest) -> _Head:
        """Checks everything that can be checked before the body is read. Raises the error to respond with."""
        check_host(self._tokens, request.headers.get("Host"))
        signal = _signal(request)
        principal = authorize(self._tokens, request.headers.get("Authorization"), TokenScope.OTLP)
        encoding = _encoding(request)
        if encoding is None:
            raise UnsupportedContent("Content-Type must be application/x-protobuf or application/json")
        coding = content_coding(",".join(request.headers.getall("Content-Encoding", ())))
        is_json = encoding is Encoding.JSON
        max_bytes = self._limits.max_json_bytes if is_json else self._limits.max_request_bytes
        if (request.content_length or 0) > max_bytes:
            raise too_large(max_bytes)
        if self._stopping:
            raise ShuttingDown
        return _Head(signal, encoding, coding, max_bytes, principal)

    async def _consume(self, request: web.BaseRequest, connection: Connection, head: _Head) -> ExportOutcome:
        loop, content = asyncio.get_running_loop(), request.content

        def displace() -> None:
            loop.call_soon_threadsafe(content.set_exception, Displaced())

        tenant = self._budget.tenant(head.principal.tenant_id)
        with self._budget.lease(connection.share, tenant, displace) as lease:
            await _continue(request)
            body = await _read(request, head.max_bytes, lease)
            lease.finished()
            self._pool.working(connection)
            if isinstance(head.signal, UnstoredSignal):
                self._observer.not_stored(Transport.HTTP, head.signal)
                return ExportOutcome()
            if head.coding:
                body = await self._inflater.plain(body, head.coding, head.max_bytes, lease)
            export = Export(head.signal, head.encoding, Transport.HTTP, body, head.principal.tenant_id)
            return await self._consumer.consume(export)

    def _refuse(self, request: web.BaseRequest, error: Exception) -> web.Response:
        signal = _SIGNALS.get(request.path)
        answer = answer_to(error)
        if answer is None:
            log.error("A request over HTTP failed", exc_info=error)
            self._observer.failed(Transport.HTTP, signal)
        else:
            self._observer.refused(Transport.HTTP, signal, answer.reason)
            self._refusals.refused(answer.reason, request.remote or "", str(error))
        return _error_response(error, _encoding(request) or Encoding.JSON)

    def _answer_bad_http(self, status: int, peer: str) -> web.Response:
        """The response to invalid HTTP; `status` is aiohttp's."""
        if status < 500:
            self._observer.refused(Transport.HTTP, None, RejectionReason.MALFORMED)
            self._refusals.refused(RejectionReason.MALFORMED, peer, str(MalformedRequest()))
            response = _error_response(MalformedRequest(), Encoding.JSON)
        else:
            self._observer.failed(Transport.HTTP, None)
            response = _error_response(RuntimeError(), Encoding.JSON)
        response.force_close()
        return response

    def take_grpc(self, client: asyncio.Transport, start: bytes) -> None:
        """Serves a client of this port that speaks gRPC, as if it had connected to the other one."""
        peer = peer_of(client)
        if self._grpc is None:
            self._observer.refused(Transport.GRPC, None, RejectionReason.NOT_SERVED)
            self._refusals.refused(RejectionReason.NOT_SERVED, peer, GRPC_IS_OFF)
            client.write(goaway(GRPC_IS_OFF))
            client.close()
            return
        if not self._logged_grpc:
            self._logged_grpc = True
            log.info("%s sends OTLP over gRPC to the port for HTTP, %d; it is served (logged once)", peer, self.port)
        connection = self._grpc.connection()
        client.set_protocol(connection)
        connection.connection_made(client)
        connection.data_received(start)

    def note_tls(self, peer: str) -> None:
        """Logs a client that speaks TLS."""
        self._refusals.refused(RejectionReason.MALFORMED, peer, TLS_IS_NOT_SPOKEN)

    def _count_cut(self, reason: RejectionReason) -> None:
        self._observer.refused(Transport.HTTP, None, reason)


def _signal(request: web.BaseRequest) -> AnySignal:
    """Raises NotServed or MethodNotAllowed."""
    signal = _SIGNALS.get(request.path)
    if signal is None:
        raise NotServed
    if request.method != "POST":
        raise MethodNotAllowed
    return signal


def _encoding(request: web.BaseRequest) -> Encoding | None:
    media_type, _, _ = request.headers.get("Content-Type", "").partition(";")
    return _ENCODINGS.get(media_type.strip().lower())


async def _continue(request: web.BaseRequest) -> None:
    """curl waits for this before it sends a larger body (RFC 9110 §10.1.1)."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")


async def _read(request: web.BaseRequest, max_bytes: int, lease: Lease) -> bytes:
    """The body as sent. Raises PayloadTooLarge, Busy, IncompleteRequest or MalformedRequest."""
    pieces: list[bytes] = []
    size_bytes = 0
    try:
        while piece := await request.content.readany():
            size_bytes += len(piece)
            if size_bytes > max_bytes:
                raise too_large(max_bytes)
            lease.grow(len(piece))
            pieces.append(piece)
    except ConnectionError as error:
        raise IncompleteRequest from error
    except web.RequestPayloadError as error:
        raise MalformedRequest from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _response(status: int, body: bytes, encoding: Encoding) -> web.Response:
    return web.Response(
        status=status, body=body, headers={"Content-Type": _CONTENT_TYPES[encoding], "Server": "failcat"}
    )


def _error_response(error: Exception, encoding: Encoding) -> web.Response:
    answer = answer_to(error)
    status = 500 if answer is None else answer.http_status
    response = _response(status, encode_status(status_of(error), encoding), encoding)
    if isinstance(error, RetryableError):
        response.headers["Retry-After"] = str(retry_after_seconds(error))
    elif isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = "POST"
    return response
