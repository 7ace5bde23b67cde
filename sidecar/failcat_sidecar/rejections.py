"""Why a receiver rejects a request, and the interface that counts it. The pipeline counts spans and log records."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from failcat_sidecar.export import AnySignal, Transport, UnstoredSignal


class RejectionReason(StrEnum):
    """Why a request was refused; a closed set, fit for a metric's label."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISDIRECTED = "misdirected"  # the Host header names another host, and no token is required
    NOT_SERVED = "not_served"  # another path, method or service
    UNSUPPORTED = "unsupported"  # content type or content encoding
    MALFORMED = "malformed"  # not HTTP
    INVALID = "invalid"  # not OTLP
    TOO_LARGE = "too_large"
    BUSY = "busy"  # retryable: the client is asked to send it again
    SPOOL_FULL = "spool_full"  # retryable, once PostgreSQL is reachable or the spool has more space
    SPOOL_DISK_FAILED = "spool_disk_failed"  # retryable, once writes to the disk succeed
    INCOMPLETE = "incomplete"  # the client disconnected, or was too slow and disconnected, before its body was complete
    TOO_MANY_CONNECTIONS = "too_many_connections"
    REJECTED = "rejected"  # permanent, for another reason


class ReceiveObserver(Protocol):
    """Counts requests; called on the event loop, so it must not block. `signal` is None where it is not known."""

    def refused(self, transport: Transport, signal: AnySignal | None, reason: RejectionReason) -> None:
        """The client's request was rejected."""
        ...

    def not_stored(self, transport: Transport, signal: UnstoredSignal) -> None:
        """A request of a signal without failures was accepted and dropped."""
        ...

    def failed(self, transport: Transport, signal: AnySignal | None) -> None:
        """The request failed because of a bug of ours."""
        ...
