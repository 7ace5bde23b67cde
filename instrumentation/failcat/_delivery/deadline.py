"""One deadline for a whole request, however slowly the server reads it or answers.

A socket's timeout restarts with every operation: with it alone, a server that sends a byte every four seconds would
block the sender for days.
"""

from __future__ import annotations

import io
import socket
import time
import urllib.request
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any

OPERATION_SECONDS = 5.0  # limit of one connect, write or read
TOTAL_SECONDS = 10.0  # limit of all of them together, without the DNS lookup
_SEND_BYTES = 65_536


def _next_timeout(ends_at: float) -> float:
    """Seconds that the next operation may take. Raises TimeoutError after the deadline."""
    remaining = ends_at - time.monotonic()
    if remaining <= 0:
        raise TimeoutError(f"no whole answer within {TOTAL_SECONDS:.0f} s")
    return min(remaining, OPERATION_SECONDS)


class _Connection(HTTPConnection):
    """A connection for one request. Its deadline is set when it is created."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ends_at = time.monotonic() + TOTAL_SECONDS
        self.response_class = self._response  # type: ignore[assignment]  # http.client only calls it

    def send(self, data: Any) -> None:
        for start in range(0, len(data), _SEND_BYTES):  # TLS restarts the timeout for each record
            if self.sock is not None:
                self.sock.settimeout(_next_timeout(self._ends_at))
            super().send(data[start : start + _SEND_BYTES])

    def _response(self, sock: socket.socket, *args: Any, **kwargs: Any) -> HTTPResponse:
        return HTTPResponse(_DeadlineReader(sock, self._ends_at), *args, **kwargs)  # type: ignore[arg-type]  # HTTPResponse only calls makefile


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _DeadlineReader(io.RawIOBase):
    """Reads a socket until the deadline."""

    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._ends_at = ends_at

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_next_timeout(self._ends_at))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class BoundedHttp(urllib.request.HTTPHandler):
    """A handler for `urllib.request.build_opener`."""

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Connection, req)


class BoundedHttps(urllib.request.HTTPSHandler):
    """A handler for `urllib.request.build_opener`."""

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req)
