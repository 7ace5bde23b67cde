"""OTLP over gRPC: authenticate, bound, hand on, answer.

The methods are served as streams of raw bytes, which look the same on the wire as unary calls: so the token is
checked before the message is read, and nothing is parsed twice. gRPC's core decompresses (gzip, deflate) and stops at
the limit.
"""

from __future__ import annotations

import asyncio
import logging

import grpc
from grpc import aio

from failcat_sidecar.errors import ConfigurationError, PayloadTooLarge, RetryableError
from failcat_sidecar.receive.auth import Scope, Tokens, authorize, cannot_listen, require_loopback_or_tokens
from failcat_sidecar.receive.budget import ByteBudget
from failcat_sidecar.receive.export import Consumer, Encoding, Export, Outcome, Signal, Transport
from failcat_sidecar.receive.limits import ReceiveLimits
from failcat_sidecar.receive.observer import ReceiveObserver
from failcat_sidecar.receive.status import (
    IncompleteRequest,
    MetricsNotServed,
    answer_to,
    retry_info,
    status_of,
)
from failcat_sidecar.receive.success import success_body

log = logging.getLogger(__name__)

OPTION = "FAILCAT_OTLP_GRPC"

_SERVICES = {
    "opentelemetry.proto.collector.trace.v1.TraceService": Signal.TRACES,
    "opentelemetry.proto.collector.logs.v1.LogsService": Signal.LOGS,
    "opentelemetry.proto.collector.metrics.v1.MetricsService": None,  # answered, not served
}
_CODES = {code.value[0]: code for code in grpc.StatusCode}

MAX_STREAMS = 64  # per connection; exporters use one, a Collector's queue ten
KEEPALIVE_SECONDS = 30  # a client that is gone without a word is noticed after this and
KEEPALIVE_TIMEOUT_SECONDS = 10  # this
MAX_METADATA_BYTES = 16_384

# The size of a message is not known before it is there, so a call that reads holds this part of the byte budget.
READING_SHARE = 64


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
        self._server: aio.Server | None = None
        self.port = 0

    async def start(self, host: str, port: int, *, option: str = OPTION) -> None:
        """Listens; port 0 takes a free one, see `.port`. Raises ConfigurationError naming `option`."""
        require_loopback_or_tokens(option, host, self._tokens)
        await _require_free(option, host, port)
        server = aio.server(options=_options(self._limits))
        server.add_generic_rpc_handlers([self._service(name, signal) for name, signal in _SERVICES.items()])
        try:
            self.port = server.add_insecure_port(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        except RuntimeError as error:
            raise ConfigurationError(option, f"cannot listen on {host}:{port}") from error
        await server.start()
        self._server = server

    async def stop(self, drain_seconds: float) -> None:
        """Takes no more calls; what is under way may finish for `drain_seconds` and is then cut off."""
        if self._server is None:
            return
        await self._server.stop(drain_seconds)
        # The core cancels what is left and does not wait for it to end.
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _service(self, name: str, signal: Signal | None) -> grpc.GenericRpcHandler:
        async def export(_messages: object, context: aio.ServicerContext) -> bytes:
            task = asyncio.current_task()
            assert task is not None
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
            try:
                outcome = await self._take(signal, context)
            except Exception as error:
                return await self._refuse(signal, error, context)
            assert signal is not None
            return success_body(signal, Encoding.PROTOBUF, outcome)

        return grpc.method_handlers_generic_handler(name, {"Export": grpc.stream_unary_rpc_method_handler(export)})

    async def _take(self, signal: Signal | None, context: aio.ServicerContext) -> Outcome:
        """The whole way of a call. Raises what the answer tells."""
        if signal is None:
            raise MetricsNotServed
        header = dict(context.invocation_metadata()).get("authorization")
        principal = authorize(self._tokens, header, Scope.OTLP)
        with self._budget.lease() as lease:
            lease.grow(self._limits.max_in_flight_bytes // READING_SHARE)
            body = await self._read(context)
            lease.resize(len(body))
            export = Export(signal, Encoding.PROTOBUF, Transport.GRPC, body, principal.tenant_id)
            return await self._consumer.consume(export)

    async def _read(self, context: aio.ServicerContext) -> bytes:
        """The message, decompressed. Raises IncompleteRequest or PayloadTooLarge."""
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                message = await context.read()
        except TimeoutError as error:
            raise IncompleteRequest from error
        if message is aio.EOF:
            # The core has already answered RESOURCE_EXHAUSTED if there was a message.
            limit = self._limits.max_request_bytes
            raise PayloadTooLarge(f"The message is missing or larger than {limit} bytes")
        return bytes(message)

    async def _refuse(self, signal: Signal | None, error: Exception, context: aio.ServicerContext) -> bytes:
        answer = answer_to(error)
        if answer is None:
            log.error("A request over gRPC failed", exc_info=error)
            self._observer.failed(Transport.GRPC, signal)
        else:
            self._observer.refused(Transport.GRPC, signal, answer.reason)
        status = status_of(error)
        trailer = [("grpc-status-details-bin", status.SerializeToString())]
        if isinstance(error, RetryableError):
            # Python's exporter looks for the delay here only.
            trailer.append(("google.rpc.retryinfo-bin", retry_info(error).SerializeToString()))
        context.set_trailing_metadata(tuple(trailer))
        context.set_code(_CODES[status.code])
        context.set_details(status.message)
        return b""


def _options(limits: ReceiveLimits) -> list[tuple[str, int]]:
    return [
        ("grpc.so_reuseport", 0),  # a port in use must be an error, not a second listener
        ("grpc.max_receive_message_length", limits.max_request_bytes),
        ("grpc.max_metadata_size", MAX_METADATA_BYTES),
        ("grpc.max_concurrent_streams", MAX_STREAMS),
        ("grpc.max_allowed_incoming_connections", limits.max_connections),
        ("grpc.server_handshake_timeout_ms", _milliseconds(limits.head_seconds)),
        ("grpc.max_connection_idle_ms", _milliseconds(limits.idle_seconds)),
        ("grpc.keepalive_time_ms", _milliseconds(KEEPALIVE_SECONDS)),
        ("grpc.keepalive_timeout_ms", _milliseconds(KEEPALIVE_TIMEOUT_SECONDS)),
    ]


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1_000)


async def _require_free(option: str, host: str, port: int) -> None:
    """gRPC would tell a port in use on stderr, and not why. Raises ConfigurationError."""
    try:
        listener = await asyncio.get_running_loop().create_server(asyncio.Protocol, host or None, port)
    except OSError as error:
        raise cannot_listen(option, host, port, error) from error
    listener.close()
