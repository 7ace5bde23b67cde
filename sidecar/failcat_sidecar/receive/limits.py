"""The limits of a receiver: bytes, connections and seconds."""

from __future__ import annotations

import resource
from dataclasses import dataclass

from failcat_sidecar.errors import PayloadTooLarge

MAX_CONNECTIONS = 512
MIN_CONNECTIONS = 4
WANTED_FILES = 4_096  # open files of this process: all connections of all listeners, and the rest
OTHER_FILES = 192  # for the spool, the databases, the admin listener
FILES_A_CONNECTION = 4  # one of HTTP; one of gRPC has two more to the core


@dataclass(frozen=True, slots=True)
class ReceiveLimits:
    """Bounds of one receiver; the defaults suit the agents of one host."""

    max_request_bytes: int = 33_554_432  # one request, decompressed; JSON a quarter of it
    max_connections: int = MAX_CONNECTIONS
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


def connections_to_allow() -> int:
    """The number of connections that each OTLP listener may have within the limit of open files. Raises that limit of
    this process, as far as permitted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = WANTED_FILES if soft == resource.RLIM_INFINITY else soft
    return min(MAX_CONNECTIONS, max(MIN_CONNECTIONS, (files - OTHER_FILES) // FILES_A_CONNECTION))


def too_large(max_bytes: int) -> PayloadTooLarge:
    """The error that names the limit for the client, and the setting for its operator."""
    return PayloadTooLarge(
        f"The request is larger than {max_bytes} bytes; JSON may take a quarter of FAILCAT_MAX_REQUEST_BYTES"
    )
