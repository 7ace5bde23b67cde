"""The connections of one listener: their number, and the deadline of each.

Every connection has a deadline while the sidecar waits for its client. When the pool is full, the connection idle
longest is closed to admit the new one, or else the one whose request is unfinished longest.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from failcat_sidecar.receive.budget import GRACE_SECONDS
from failcat_sidecar.receive.limits import ReceiveLimits
from failcat_sidecar.rejections import RejectionReason

MAX_SWEEP_SECONDS = 1.0


class Pooled(Protocol):
    """A connection, as its pool sees it."""

    deadline: float  # seconds of the loop's clock

    def cut(self) -> None:
        """Closes at once and drops what is not read or written yet."""
        ...


C = TypeVar("C", bound=Pooled)


class ConnectionPool(Generic[C]):
    """All connections of a listener. A connection is idle while no request of it is received or processed."""

    def __init__(self, limits: ReceiveLimits, refused: Callable[[RejectionReason], None]) -> None:
        self._limits = limits
        self._refused = refused
        self._all: set[C] = set()
        self._idle: dict[C, None] = {}  # in order: the longest idle first
        self._reading: dict[C, float] = {}  # since when, by the loop's clock; in order
        self._loop = asyncio.get_running_loop()
        shortest = min(limits.head_seconds, limits.body_seconds, limits.idle_seconds)
        self._sweep_seconds = min(MAX_SWEEP_SECONDS, shortest / 4)
        self._sweeper = self._loop.call_later(self._sweep_seconds, self._sweep)

    def admit(self, connection: C) -> bool:
        """Adds a new connection, or cuts it if the pool stays full. Returns whether it was added."""
        if len(self._all) >= self._limits.max_connections:
            self._refused(RejectionReason.TOO_MANY_CONNECTIONS)
            if not self.make_room():
                connection.cut()
                return False
        self._all.add(connection)
        self._idle[connection] = None
        connection.deadline = self._loop.time() + self._limits.head_seconds
        return True

    def make_room(self) -> bool:
        """Cuts the connection idle longest, or else the one unfinished longest. Returns whether there is one."""
        loser = next(iter(self._idle), None) or next(iter(self._reading), None)
        if loser is None or self._loop.time() - self._reading.get(loser, -math.inf) < GRACE_SECONDS:
            return False
        self.forget(loser)
        loser.cut()
        return True

    def forget(self, connection: C) -> None:
        self._all.discard(connection)
        self._idle.pop(connection, None)
        self._reading.pop(connection, None)

    def reading(self, connection: C) -> None:
        """Call when the headers of a request are complete; its body must follow."""
        self._leave(connection)
        if connection in self._all:
            now = self._loop.time()
            self._reading[connection] = now
            connection.deadline = now + self._limits.body_seconds

    def working(self, connection: C) -> None:
        """Call when a request is complete; its connection has no deadline while it is processed."""
        self._leave(connection)
        connection.deadline = math.inf

    def idle(self, connection: C) -> None:
        """Call when the response is sent; the client must read it and send the next request in time."""
        self._leave(connection)
        if connection in self._all:
            self._idle[connection] = None
            connection.deadline = self._loop.time() + self._limits.idle_seconds

    def close(self) -> None:
        self._sweeper.cancel()
        for connection in tuple(self._all):
            connection.cut()

    @property
    def all_idle(self) -> tuple[C, ...]:
        return tuple(self._idle)

    def _leave(self, connection: C) -> None:
        self._idle.pop(connection, None)
        self._reading.pop(connection, None)

    def _sweep(self) -> None:
        self._sweeper = self._loop.call_later(self._sweep_seconds, self._sweep)
        now = self._loop.time()
        for connection in [each for each in self._all if each.deadline < now]:
            self.forget(connection)
            connection.cut()
