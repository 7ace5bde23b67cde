"""The HTTP connections of a listener: aiohttp's protocol, which has no deadlines, in a pool that enforces them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from aiohttp import web

from failcat_sidecar.receive.budget import Share
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

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._server.pool.admit(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._server.pool.forget(self)
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Called by aiohttp for invalid HTTP and for its own errors."""
        return self._server.answer_bad_http(status)

    def cut(self) -> None:
        """Closes at once and drops what is not read or written yet."""
        if self.transport is not None:
            self.transport.abort()
        self.force_close()


class Server(web.Server):
    """aiohttp's connection factory, making ours."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], object],
        pool: ConnectionPool[Connection],
        answer_bad_http: Callable[[int], web.StreamResponse],
    ) -> None:
        super().__init__(handler)  # type: ignore[arg-type]
        self.pool = pool
        self.answer_bad_http = answer_bad_http

    def __call__(self) -> Connection:
        return Connection(self)
