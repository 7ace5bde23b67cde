"""A listening socket that survives the exhaustion of file descriptors.

The event loop's own listener accepts a connection only to close it then, and logs nothing.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Callable

from failcat_sidecar.receive.auth import cannot_listen

log = logging.getLogger("failcat.receive")

BACKLOG = 1_024
ACCEPTED_AT_ONCE = 64  # per round of the event loop
PAUSE_SECONDS = 0.1  # after a failure, instead of a busy loop
LOG_SECONDS = 60.0  # from one line about exhaustion to the next

_GONE = {errno.ECONNABORTED, errno.EPROTO, errno.EPERM}  # the client has disconnected; the listener is intact


class Listener:
    """Accepts connections on one address and gives each to a protocol."""

    def __init__(self, option: str, protocol: Callable[[], asyncio.Protocol], make_room: Callable[[], bool]) -> None:
        """Errors name `option`; `make_room` closes a connection that is dispensable and returns whether there is
        one."""
        self._option = option
        self._protocol = protocol
        self._make_room = make_room
        self._loop = asyncio.get_running_loop()
        self._sockets: list[socket.socket] = []
        self._handing_over: set[asyncio.Task[object]] = set()
        self._logged = -LOG_SECONDS
        self._unlogged = 0
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listens; port 0 takes a free one, see `.port`. Raises ConfigurationError."""
        try:
            await self._open(host, port)
        except OSError as error:
            self.close()
            raise cannot_listen(self._option, host, port, error) from error
        for listening in self._sockets:
            self._loop.add_reader(listening, self._accept, listening)

    def close(self) -> None:
        for listening in self._sockets:
            self._loop.remove_reader(listening)
            listening.close()
        self._sockets.clear()

    async def _open(self, host: str, port: int) -> None:
        infos = await self._loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(infos):
            listening = socket.socket(family, kind, protocol)
            self._sockets.append(listening)
            listening.setblocking(False)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind(
                (address[0], self.port or port, *address[2:])
            )  # the same port for each of a name's addresses
            listening.listen(BACKLOG)
            self.port = listening.getsockname()[1]

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                client, _ = listening.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno not in _GONE:
                    self._exhausted(listening, error)
                    return
            else:
                self._hand_over(client)

    def _hand_over(self, client: socket.socket) -> None:
        client.setblocking(False)
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, client))
        self._handing_over.add(task)
        task.add_done_callback(self._handed_over)

    def _handed_over(self, task: asyncio.Task[object]) -> None:
        self._handing_over.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("%s: a new connection was lost: %s", self._option, error)

    def _exhausted(self, listening: socket.socket, error: OSError) -> None:
        """Connections in the socket's backlog are accepted once descriptors are free."""
        room = self._make_room()
        self._log_exhaustion(error, room)
        self._loop.remove_reader(listening)
        self._loop.call_later(PAUSE_SECONDS, self._resume, listening)

    def _resume(self, listening: socket.socket) -> None:
        if listening in self._sockets:
            self._loop.add_reader(listening, self._accept, listening)

    def _log_exhaustion(self, error: OSError, room: bool) -> None:
        self._unlogged += 1
        if self._loop.time() - self._logged < LOG_SECONDS:
            return
        self._logged = self._loop.time()
        reason = os.strerror(error.errno or 0)
        done = "an idle connection was closed to admit the next" if room else "new connections are queued"
        advice = "; raise the limit of open files (ulimit -n, LimitNOFILE)" if error.errno == errno.EMFILE else ""
        log.error("%s cannot accept (%d times): %s; %s%s", self._option, self._unlogged, reason, done, advice)
        self._unlogged = 0
