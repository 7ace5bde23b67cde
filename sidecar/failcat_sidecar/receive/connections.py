"""The HTTP connections of one receiver: how many there are, and how long each may keep it waiting.

aiohttp waits for ever for headers and bodies. Here every connection has a deadline while it is the client's turn, and a
full house gives the place of the connection that has been idle longest to the newcomer.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from aiohttp import web

from failcat_sidecar.receive.limits import ReceiveLimits
from failcat_sidecar.receive.observer import Reason

MAX_SWEEP_SECONDS = 1.0

# How long what a refused client still sends is read and dropped, so that it sees the answer and not a reset.
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
        self.deadline = math.inf  # seconds of the loop's clock

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
        """Called by aiohttp for what is not HTTP, and for what its own code raises."""
        return self._server.answer_bad_http(status)

    def cut(self) -> None:
        """Closes at once, whatever is still to be read or written."""
        if self.transport is not None:
            self.transport.abort()
        self.force_close()


class ConnectionPool:
    """All connections of a receiver. A connection is idle while no request of it is being handled."""

    def __init__(self, limits: ReceiveLimits, refused: Callable[[Reason], None]) -> None:
        self._limits = limits
        self._refused = refused
        self._all: set[Connection] = set()
        self._idle: dict[Connection, None] = {}  # in order: the longest idle first
        self._loop = asyncio.get_running_loop()
        shortest = min(limits.head_seconds, limits.body_seconds, limits.idle_seconds)
        self._sweep_seconds = min(MAX_SWEEP_SECONDS, shortest / 4)
        self._sweeper = self._loop.call_later(self._sweep_seconds, self._sweep)

    def admit(self, connection: Connection) -> None:
        """A new connection; with no place left, the longest idle one goes, or else the new one."""
        if len(self._all) >= self._limits.max_connections:
            self._refused(Reason.TOO_MANY_CONNECTIONS)
            loser = next(iter(self._idle), connection)
            self.forget(loser)
            loser.cut()
            if loser is connection:
                return
        self._all.add(connection)
        self._idle[connection] = None
        connection.deadline = self._loop.time() + self._limits.head_seconds

    def forget(self, connection: Connection) -> None:
        self._all.discard(connection)
        self._idle.pop(connection, None)

    def reading(self, connection: Connection) -> None:
        """A request's headers are there; its body must follow."""
        self._idle.pop(connection, None)
        connection.deadline = self._loop.time() + self._limits.body_seconds

    def working(self, connection: Connection) -> None:
        """It is our turn."""
        connection.deadline = math.inf

    def idle(self, connection: Connection) -> None:
        """The answer is on its way; taking it and sending the next request is the client's turn."""
        if connection in self._all:
            self._idle[connection] = None
            connection.deadline = self._loop.time() + self._limits.idle_seconds

    def close_idle(self) -> None:
        for connection in tuple(self._idle):
            connection.force_close()

    def close(self) -> None:
        self._sweeper.cancel()
        for connection in tuple(self._all):
            connection.cut()

    def _sweep(self) -> None:
        self._sweeper = self._loop.call_later(self._sweep_seconds, self._sweep)
        now = self._loop.time()
        for connection in [each for each in self._all if each.deadline < now]:
            self.forget(connection)
            connection.cut()


class Server(web.Server):
    """aiohttp's connection factory, making ours."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], object],
        pool: ConnectionPool,
        answer_bad_http: Callable[[int], web.StreamResponse],
    ) -> None:
        super().__init__(handler)  # type: ignore[arg-type]
        self.pool = pool
        self.answer_bad_http = answer_bad_http

    def __call__(self) -> Connection:
        return Connection(self)
