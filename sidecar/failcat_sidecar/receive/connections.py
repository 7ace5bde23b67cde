"""The HTTP connections of a listener: aiohttp's protocol, which has no deadlines, in a pool that enforces them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Protocol, cast

from aiohttp import web

from failcat_sidecar.receive.budget import Share
from failcat_sidecar.receive.http2 import PREFACE
from failcat_sidecar.receive.other_port import TLS_HANDSHAKE, peer_of
from failcat_sidecar.receive.pool import ConnectionPool

# How long the rest of a rejected request is read and dropped, so that its client receives the response and no reset.
LINGER_SECONDS = 1.0


class Connection(web.RequestHandler):
    """One client's connection: aiohttp's protocol with a deadline, answering bad HTTP as the receiver does."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # None is how aiohttp switches it off
            auto_decompress=False,
            lingering_time=LINGER_SECONDS,
        )
        self._server = server
        self.deadline = math.inf
        self.share = Share()
        self._client: asyncio.Transport | None = None
        self._is_http = False  # HTTP/1, as far as the first bytes tell
        self._start = b""  # received before that is known

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._client = cast(asyncio.Transport, transport)  # uvloop's transports are not derived from it
        if self._server.others is None:
            self._begin()
        self._server.pool.admit(self)

    def data_received(self, data: bytes) -> None:
        if self._is_http:
            super().data_received(data)
        else:
            self._recognise(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._server.pool.forget(self)
        if self._is_http:
            super().connection_lost(exc)

    @property
    def peer(self) -> str:
        """The client's host; empty when it is gone."""
        return peer_of(self._client)

    def _begin(self) -> None:
        assert self._client is not None
        self._is_http = True
        super().connection_made(self._client)

    def _recognise(self, data: bytes) -> None:
        """Aiohttp is told of the connection once its first bytes are not those of HTTP/2."""
        self._start += data
        others = self._server.others
        if not PREFACE.startswith(self._start[: len(PREFACE)]):
            if others and self._start.startswith(TLS_HANDSHAKE):
                others.note_tls(self.peer)
            self._begin()
            super().data_received(self._start)
        elif others and self._client and len(self._start) >= len(PREFACE):
            self._server.pool.forget(self)
            others.take_grpc(self._client, self._start)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Called by aiohttp for invalid HTTP and for its own errors."""
        return self._server.answer_bad_http(status, self.peer)

    def force_close(self) -> None:
        super().force_close()
        if self._client is not None and not self._is_http:  # aiohttp does not know of it yet
            self._client.close()

    def cut(self) -> None:
        """Closes at once and drops what is not read or written yet."""
        if self._client is not None:
            self._client.abort()
        self.force_close()


class OtherProtocols(Protocol):
    """Takes the clients of a listener that do not speak HTTP/1."""

    def take_grpc(self, client: asyncio.Transport, start: bytes) -> None:
        """The client has sent `start`, which begins with the preface of HTTP/2."""
        ...

    def note_tls(self, peer: str) -> None:
        """The client at `peer` has begun a TLS handshake; it is answered as bad HTTP is."""
        ...


class Server(web.Server):
    """aiohttp's connection factory, making ours."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], object],
        pool: ConnectionPool[Connection],
        answer_bad_http: Callable[[int, str], web.StreamResponse],
        others: OtherProtocols | None = None,
    ) -> None:
        """Without `others`, clients that do not speak HTTP/1 are bad HTTP."""
        super().__init__(handler)  # type: ignore[arg-type]
        self.pool = pool
        self.answer_bad_http = answer_bad_http
        self.others = others

    def __call__(self) -> Connection:
        return Connection(self)
