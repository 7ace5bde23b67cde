"""An export request and its outcome, as they pass between the receivers and the pipeline."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol


class Signal(StrEnum):
    TRACES = "traces"
    LOGS = "logs"


class UnstoredSignal(StrEnum):
    """Signals without failures. They are accepted and dropped, so that agents that send everything log no error each
    minute."""

    METRICS = "metrics"
    PROFILES = "profiles"


AnySignal = Signal | UnstoredSignal


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
    tenant_id: str | None = None  # of the connection's token


class ExportOutcome(NamedTuple):
    """The outcome of an accepted request. `rejected` items are lost: the client must not send them again."""

    rejected: int = 0
    message: str = ""


class Consumer(Protocol):
    """The pipeline, as receivers see it."""

    async def consume(self, export: Export) -> ExportOutcome:
        """Returns when every failure of the request is durable. Raises RetryableError or PermanentError; any other
        exception is a bug of ours and is answered with 500 / INTERNAL."""
        ...
