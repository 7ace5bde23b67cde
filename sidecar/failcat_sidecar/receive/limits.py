"""How much one client may ask of a receiver: bytes, connections and seconds."""

from __future__ import annotations

from dataclasses import dataclass

from failcat_sidecar.errors import PayloadTooLarge


@dataclass(frozen=True, slots=True)
class ReceiveLimits:
    """Bounds of one receiver; the defaults suit the agents of one host."""

    max_request_bytes: int = 33_554_432  # one request, decompressed; JSON a quarter of it
    max_connections: int = 512  # below the usual 1,024 open files of a process
    head_seconds: float = 10.0  # from a new connection to the end of its first request's headers
    body_seconds: float = 30.0  # from the end of the headers to the end of the body
    idle_seconds: float = 75.0  # from a response to the end of the next request's headers

    @property
    def max_json_bytes(self) -> int:
        """JSON takes about four times the memory of protobuf once it is parsed."""
        return self.max_request_bytes // 4

    @property
    def max_in_flight_bytes(self) -> int:
        return 2 * self.max_request_bytes


def too_large(max_bytes: int) -> PayloadTooLarge:
    """The error that tells a client the limit, and its operator where it is set."""
    return PayloadTooLarge(
        f"The request is larger than {max_bytes} bytes; JSON may take a quarter of FAILCAT_MAX_REQUEST_BYTES"
    )
