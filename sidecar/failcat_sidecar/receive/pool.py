"""The connections of one listener: how many there are, and how long each may keep it waiting.

Every connection has a deadline while it is the client's turn. A full house gives the place of the connection that has
been idle longest to the newcomer, or else of the one whose request is unfinished longest.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from failcat_sidecar.receive.budget import PATIENCE_SECONDS
from failcat_sidecar.receive.limits import ReceiveLimits
from failcat_sidecar.rejections import RejectionReason

MAX_SWEEP_SECONDS = 1.0


class Pooled(Protocol):
    """A connection, as its pool sees it."""

    deadline: float  # seconds of the loop's clock

    def cut(self) -> None:
        """Closes at once, whatever is still to be read or written."""
        ...


C = TypeVar("C", bound=Pooled)


class ConnectionPool(Generic[C]):
    """All connections of a listener. A connection is idle while no request of it is received or handled."""

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
        """A new connection, which is cut if there is no place for it. Whether it was let in."""
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
        """Cuts the connection that holds its place with least reason. Whether there is one."""
        loser = next(iter(self._idle), None) or next(iter(self._reading), None)
        if loser is None or self._loop.time() - self._reading.get(loser, -math.inf) < PATIENCE_SECONDS:
            return False
        self.forget(loser)
        loser.cut()
        return True

    def forget(self, connection: C) -> None:
        self._all.discard(connection)
        self._idle.pop(connection, None)
        self._reading.pop(connection, None)

    def reading(self, connection: C) -> None:
        """A request's headers are there; its body must follow."""
        self._leave(connection)
        if connection in self._all:
            now = self._loop.time()
            self._reading[connection] = now
            connection.deadline = now + self._limits.body_seconds

    def working(self, connection: C) -> None:
        """It is our turn."""
        self._leave(connection)
        connection.deadline = math.inf

    def idle(self, connection: C) -> None:
        """The answer is on its way; taking it and sending the next request is the client's turn."""
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
