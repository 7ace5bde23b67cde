"""OTLP over gRPC: authenticate, limit, pass to the consumer, respond.

The methods are served as streams of raw bytes, which are the same on the wire as unary calls: so the token is checked
before the message is read, and nothing is parsed twice. Clients connect to `grpc_front`, which leases the bytes that
they send; messages are decompressed here, under a lease of the same budget.
"""

from __future__ import annotations

import asyncio
import logging

import grpc
from grpc import aio

from failcat_sidecar.errors import ConfigurationError, RetryableError
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
from failcat_sidecar.receive.auth import Tokens, TokenScope, authorize, require_loopback_or_tokens
from failcat_sidecar.receive.budget import ByteBudget, Displaced
from failcat_sidecar.receive.compression import Inflater, coding_of_message
from failcat_sidecar.receive.grpc_front import CORE_HOST, GrpcConnection, GrpcFront
from failcat_sidecar.receive.limits import ReceiveLimits, too_large
from failcat_sidecar.receive.refusal_log import RefusalLog
from failcat_sidecar.receive.status import (
    IncompleteRequest,
    NotServed,
    answer_to,
    retry_info,
    status_of,
)
from failcat_sidecar.receive.success import success_body
from failcat_sidecar.rejections import ReceiveObserver, RejectionReason

log = logging.getLogger("failcat.receive")

# The core logs metadata that is no text with a traceback each: a client could fill the disk, and tokens are metadata.
_core_log = logging.getLogger("grpc._cython.cygrpc")
_core_log.addFilter(lambda record: not str(record.msg).startswith("Invalid encoding on"))

OPTION = "FAILCAT_OTLP_GRPC"

_SERVICES: dict[str, AnySignal] = {
    "opentelemetry.proto.collector.trace.v1.TraceService": Signal.TRACES,
    "opentelemetry.proto.collector.logs.v1.LogsService": Signal.LOGS,
    "opentelemetry.proto.collector.metrics.v1.MetricsService": UnstoredSignal.METRICS,
    "opentelemetry.proto.collector.profiles.v1development.ProfilesService": UnstoredSignal.PROFILES,
}
_CODES = {code.value[0]: code for code in grpc.StatusCode}

MAX_STREAMS = 64  # per connection; exporters use one, a Collector's queue ten
KEEPALIVE_SECONDS = 30  # a client that is gone without closing is noticed after this and
KEEPALIVE_TIMEOUT_SECONDS = 10  # this
MAX_METADATA_BYTES = 16_384


class NotTheFront(NotServed):
    """OTLP/gRPC is served at FAILCAT_OTLP_GRPC, not here."""


class GrpcReceiver:
    """Serves TraceService/Export and LogsService/Export."""

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
        self._calls: set[asyncio.Task[object]] = set()
        self._inflater = Inflater()
        self._server: aio.Server | None = None
        self.port = 0

    async def start(self, host: str, port: int, *, option: str = OPTION, http_port: int = 0) -> None:
        """Listens; port 0 takes a free one, see `.port`. `http_port` is named to clients that speak HTTP here; 0: there
        is none. Raises ConfigurationError naming `option`."""
        require_loopback_or_tokens(option, host, self._tokens)
        self._refusals = RefusalLog(Transport.GRPC)
        self._front = GrpcFront(
            self._limits, self._budget, self._count_cut, self._refusals, option=option, http_port=http_port
        )
        self.port = await self._front.start(host, port)
        server = aio.server(options=_options(self._limits))
        server.add_generic_rpc_handlers([self._service(name, signal) for name, signal in _SERVICES.items()])
        try:
            self._front.core_port = server.add_insecure_port(f"{CORE_HOST}:0")
        except RuntimeError as error:
            self._front.close()
            raise ConfigurationError(option, f"cannot listen on {CORE_HOST}") from error
        await server.start()
        self._server = server

    async def stop(self, drain_seconds: float) -> None:
        """Stops accepting calls. Running calls may finish within `drain_seconds` and are then cancelled."""
        if self._server is None:
            return
        self._front.stop_listening()
        await self._server.stop(drain_seconds)
        # The core cancels the remaining calls and does not wait for their end.
        await asyncio.gather(*self._calls, return_exceptions=True)
        self._front.close()
        self._inflater.close()

    def connection(self) -> asyncio.Protocol:
        """The protocol of a client that has connected elsewhere."""
        return self._front.connection()

    def _service(self, name: str, signal: AnySignal) -> grpc.GenericRpcHandler:
        async def export(_messages: object, context: aio.ServicerContext) -> bytes:
            task = asyncio.current_task()
            assert task is not None
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
            try:
                outcome = await self._consume(signal, context)
            except Exception as error:
                return await self._refuse(signal, error, context)
            return success_body(signal, Encoding.PROTOBUF, outcome)

        return grpc.method_handlers_generic_handler(name, {"Export": grpc.stream_unary_rpc_method_handler(export)})

    async def _consume(self, signal: AnySignal, context: aio.ServicerContext) -> ExportOutcome:
        """Processes a call. Raises the error to respond with."""
        header = dict(context.invocation_metadata()).get("authorization")
        principal = authorize(self._tokens, header, TokenScope.OTLP)
        connection = self._front.connected.get(context.peer())
        if connection is None:
            raise NotTheFront
        connection.call_began()
        try:
            message = await self._read(signal, context, connection)
            if isinstance(signal, UnstoredSignal):
                self._observer.not_stored(Transport.GRPC, signal)
                return ExportOutcome()
            with self._budget.lease(connection.share, self._budget.tenant(principal.tenant_id)) as lease:
                lease.grow(len(message))
                if coding := coding_of_message(message):
                    message = await self._inflater.plain(message, coding, self._limits.max_request_bytes, lease)
                export = Export(signal, Encoding.PROTOBUF, Transport.GRPC, message, principal.tenant_id)
                return await self._consumer.consume(export)
        finally:
            connection.call_ended()

    async def _read(self, signal: AnySignal, context: aio.ServicerContext, connection: GrpcConnection) -> bytes:
        """The message as sent. Raises IncompleteRequest, Displaced or PayloadTooLarge."""
        timeout = asyncio.timeout(self._limits.body_seconds)
        try:
            async with timeout:
                connection.reading.add(timeout)
                message = await context.read()
        except TimeoutError as error:
            raise (IncompleteRequest if timeout in connection.reading else Displaced) from error
        except asyncio.CancelledError:
            self._observer.refused(Transport.GRPC, signal, RejectionReason.INCOMPLETE)  # the client is gone
            raise
        finally:
            connection.reading.discard(timeout)
        if message is aio.EOF:
            # The core has ended the call and forgotten its peer if the message was too large.
            raise IncompleteRequest if context.peer() else too_large(self._limits.max_request_bytes)
        return bytes(message)

    async def _refuse(self, signal: AnySignal, error: Exception, context: aio.ServicerContext) -> bytes:
        answer = answer_to(error)
        if answer is None:
            log.error("A request over gRPC failed", exc_info=error)
            self._observer.failed(Transport.GRPC, signal)
        else:
            self._observer.refused(Transport.GRPC, signal, answer.reason)
            self._refusals.refused(answer.reason, self._peer(context), str(error))
        status = status_of(error)
        trailer = [("grpc-status-details-bin", status.SerializeToString())]
        if isinstance(error, RetryableError):
            # Python's exporter looks for the delay here only.
            trailer.append(("google.rpc.retryinfo-bin", retry_info(error).SerializeToString()))
        context.set_trailing_metadata(tuple(trailer))
        context.set_code(_CODES[status.code])
        context.set_details(status.message)
        return b""

    def _peer(self, context: aio.ServicerContext) -> str:
        """The client's host: to the core, all clients are the front."""
        connection = self._front.connected.get(context.peer() or "")
        return connection.peer if connection else ""

    def _count_cut(self, reason: RejectionReason) -> None:
        self._observer.refused(Transport.GRPC, None, reason)


def _options(limits: ReceiveLimits) -> list[tuple[str, int]]:
    return [
        ("grpc.so_reuseport", 0),
        ("grpc.per_message_decompression", 0),  # it ignores the budget
        ("grpc.max_receive_message_length", limits.max_request_bytes),
        ("grpc.max_metadata_size", MAX_METADATA_BYTES),
        ("grpc.max_concurrent_streams", MAX_STREAMS),
        ("grpc.server_handshake_timeout_ms", _milliseconds(limits.head_seconds)),
        ("grpc.max_connection_idle_ms", _milliseconds(limits.idle_seconds)),
        ("grpc.keepalive_time_ms", _milliseconds(KEEPALIVE_SECONDS)),
        ("grpc.keepalive_timeout_ms", _milliseconds(KEEPALIVE_TIMEOUT_SECONDS)),
    ]


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1_000)
