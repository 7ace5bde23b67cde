"""What a receiver hands to the pipeline and gets back: the seam between transports and everything behind them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol


class Signal(StrEnum):
    TRACES = "traces"
    LOGS = "logs"


class Encoding(StrEnum):
    PROTOBUF = "protobuf"
    JSON = "json"


class Transport(StrEnum):
    GRPC = "grpc"
    HTTP = "http"


class Export(NamedTuple):
    """One OTLP export request: authenticated, decompressed, within the size limit, not yet parsed."""

    signal: Signal
    encoding: Encoding
    transport: Transport
    body: bytes
    tenant_id: str | None = None  # the tenant that the connection's token stands for


class ExportOutcome(NamedTuple):
    """What became of a request that was taken: `rejected` items are lost for good, the client must not resend them."""

    rejected: int = 0
    message: str = ""


class Consumer(Protocol):
    """The pipeline, as receivers see it."""

    async def consume(self, export: Export) -> ExportOutcome:
        """Returns when every failure of the request is durable. Raises RetryableError or PermanentError; any other
        exception is our own fault and becomes 500 / INTERNAL."""
        ...
