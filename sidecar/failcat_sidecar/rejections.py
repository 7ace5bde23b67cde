"""What a receiver tells the metrics: requests that did not succeed. Items are for the pipeline to count."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from failcat_sidecar.export import Signal, Transport


class RejectionReason(StrEnum):
    """Why a request was refused; a closed set, fit for a metric's label."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISDIRECTED = "misdirected"  # the Host header names another host, and no token is asked for
    NOT_SERVED = "not_served"  # another path, method or service
    UNSUPPORTED = "unsupported"  # content type or content encoding
    MALFORMED = "malformed"  # not HTTP
    INVALID = "invalid"  # not OTLP
    TOO_LARGE = "too_large"
    BUSY = "busy"  # retryable: the client is asked to send it again
    SPOOL_FULL = "spool_full"  # likewise, but it helps only when PostgreSQL is back or there is more room
    SPOOL_DISK_FAILED = "spool_disk_failed"  # likewise, until the disk takes writes again
    INCOMPLETE = "incomplete"  # the client went, or was too slow and cut off, before its body was there
    TOO_MANY_CONNECTIONS = "too_many_connections"
    REJECTED = "rejected"  # permanent, for another reason


class ReceiveObserver(Protocol):
    """Counts requests; called on the event loop, so it must not block. `signal` is None where it is not known."""

    def refused(self, transport: Transport, signal: Signal | None, reason: RejectionReason) -> None:
        """The client's request was not taken."""
        ...

    def failed(self, transport: Transport, signal: Signal | None) -> None:
        """The request was lost by a fault of our own."""
        ...
