"""A proxy in front of gRPC's core. The core discloses nothing of a message before it is complete, and refuses new
connections while idle ones occupy all places. So clients connect to the proxy: it leases the received bytes of
unfinished messages, closes a dispensable connection when there are too many, and passes all bytes on unchanged."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import cast

from failcat_sidecar.receive.budget import Busy, ByteBudget, Lease, Share
from failcat_sidecar.receive.http2 import PREFACE, Streams
from failcat_sidecar.receive.limits import ReceiveLimits
from failcat_sidecar.receive.listener import Listener
from failcat_sidecar.receive.other_port import (
    TLS_HANDSHAKE,
    TLS_IS_NOT_SPOKEN,
    http_refusal,
    is_http,
    not_grpc,
    peer_of,
)
from failcat_sidecar.receive.pool import ConnectionPool
from failcat_sidecar.receive.refusal_log import RefusalLog
from failcat_sidecar.rejections import RejectionReason

CORE_HOST = "127.0.0.1"

# The rate at which one client's frames are read. A call has five; an empty frame costs as much as others.
FRAMES_A_SECOND = 20_000
FREE_FRAMES = 500  # of one read


class GrpcFront:
    """Listens for clients and connects each to gRPC's core after its HTTP/2 preface."""

    def __init__(
        self,
        limits: ReceiveLimits,
        budget: ByteBudget,
        refused: Callable[[RejectionReason], None],
        refusals: RefusalLog,
        *,
        option: str,
        http_port: int,
    ) -> None:
        self.limits = limits
        self.budget = budget
        self.refused = refused
        self.pool: ConnectionPool[GrpcConnection] = ConnectionPool(limits, refused)
        self.core_port = 0
        self.connected: dict[str, GrpcConnection] = {}  # by the peer's name in the core
        self._refusals = refusals
        self._http_port = http_port
        self._listener = Listener(option, self.connection, self.pool.make_room)

    async def start(self, host: str, port: int) -> int:
        """Returns the port. Raises ConfigurationError."""
        try:
            await self._listener.start(host, port)
        except BaseException:
            self.pool.close()
            raise
        return self._listener.port

    def connection(self) -> GrpcConnection:
        """The protocol of a new connection."""
        return GrpcConnection(self)

    def refusal(self, start: bytes, peer: str) -> bytes:
        """Logs a client that does not speak HTTP/2; the response to it, if it can read one."""
        text = not_grpc(self._http_port)
        if start.startswith(TLS_HANDSHAKE):
            text = TLS_IS_NOT_SPOKEN
        self.refused(RejectionReason.MALFORMED)
        self._refusals.refused(RejectionReason.MALFORMED, peer, text)
        return http_refusal(text) if is_http(start) else b""

    def stop_listening(self) -> None:
        self._listener.close()

    def close(self) -> None:
        self._listener.close()
        self.pool.close()


class GrpcConnection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, front: GrpcFront) -> None:
        self.deadline = math.inf
        self.share = Share()
        self.reading: set[asyncio.Timeout] = set()  # of calls that are receiving their message
        self.calls = 0
        self._front = front
        self._loop = asyncio.get_running_loop()
        self._streams = Streams()
        self._lease: Lease | None = None  # while there are unfinished streams
        self._client: asyncio.Transport | None = None
        self._core: asyncio.Transport | None = None
        self._peer = ""
        self._start = b""  # bytes received before the core was connected
        self._connecting: asyncio.Task[None] | None = None
        self._pauses = 0  # reasons not to read from the client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._client = cast(asyncio.Transport, transport)  # uvloop's transports are not derived from it
        self._front.pool.admit(self)

    def data_received(self, data: bytes) -> None:
        if self._core is None:
            self._begin(data)
        else:
            self._pass_on(data)

    def eof_received(self) -> bool:
        return False  # closes; calls are cancelled, as they are in the core itself

    def connection_lost(self, exc: BaseException | None) -> None:
        self._front.pool.forget(self)
        self._front.connected.pop(self._peer, None)
        self._end_lease()
        if self._connecting:
            self._connecting.cancel()
        if self._core:
            self._core.abort()

    def pause_writing(self) -> None:
        if self._core:
            self._core.pause_reading()

    def resume_writing(self) -> None:
        if self._core:
            self._core.resume_reading()

    def cut(self) -> None:
        if self._client:
            self._client.abort()

    def call_began(self) -> None:
        self.calls += 1
        self._update_pool()

    def call_ended(self) -> None:
        self.calls -= 1
        self._update_pool()

    def answered(self, data: bytes) -> None:
        """Passes on bytes of the core."""
        if self._streams.answered(data):
            self._account()
        if self._client:
            self._client.write(data)

    def core_is_gone(self) -> None:
        if self._client:
            self._client.close()

    def core_is_full(self, is_full: bool) -> None:
        self._pause(1 if is_full else -1)

    def _pause(self, change: int) -> None:
        self._pauses += change
        if self._client and not self._client.is_closing():
            (self._client.pause_reading if self._pauses else self._client.resume_reading)()

    def _begin(self, data: bytes) -> None:
        """Connects to the core after the HTTP/2 preface, so that other clients cost no connection to it."""
        self._start += data
        if not PREFACE.startswith(self._start[: len(PREFACE)]):
            self._refuse()
        elif len(self._start) >= len(PREFACE) and not self._connecting:
            self._pause(1)
            self._connecting = self._loop.create_task(self._connect())

    def _refuse(self) -> None:
        if self._client:
            self._client.write(self._front.refusal(self._start, self.peer))
            self._client.close()

    @property
    def peer(self) -> str:
        """The client's host; empty when it is gone."""
        return peer_of(self._client)

    async def _connect(self) -> None:
        try:
            core, _ = await self._loop.create_connection(lambda: _Core(self), CORE_HOST, self._front.core_port)
        except OSError:  # no descriptor left
            self._front.refused(RejectionReason.TOO_MANY_CONNECTIONS)
            self._front.pool.make_room()
            self.cut()
            return
        self._core = core
        self.deadline = math.inf  # the core has its own deadline for idle connections
        host, port = core.get_extra_info("sockname")
        self._peer = f"ipv4:{host}:{port}"
        self._front.connected[self._peer] = self
        self._pass_on(self._start)
        self._start = b""
        self._pause(-1)

    def _pass_on(self, data: bytes) -> None:
        before = self._streams.frames
        if self._streams.sent(data):
            self._update_pool()
        if (frames := self._streams.frames - before) > FREE_FRAMES:
            self._pause(1)
            self._loop.call_later(frames / FRAMES_A_SECOND, self._pause, -1)
        self._account()
        if self._core:
            self._core.write(data)

    def _account(self) -> None:
        """Leases the received bytes of unfinished messages."""
        if not self._streams:
            self._end_lease()
            return
        if self._lease is None:
            self._lease = self._front.budget.lease(self.share, displace=self._displaced)
        try:
            self._lease.resize(self._streams.held_bytes)
        except Busy:
            self._displace()

    def _end_lease(self) -> None:
        if self._lease:
            self._front.budget.end(self._lease)
            self._lease = None

    def _displaced(self) -> None:
        self._loop.call_soon_threadsafe(self._displace)

    def _displace(self) -> None:
        """Ends all unfinished calls. Their bytes are leased again if more arrive before the responses are sent."""
        self._end_lease()
        for timeout in self.reading:
            timeout.reschedule(self._loop.time())
        self.reading.clear()

    def _update_pool(self) -> None:
        """Reports to the pool whether the connection receives, works or is idle. Calls have their own deadlines."""
        if self._streams:
            self._front.pool.reading(self)
        elif self.calls:
            self._front.pool.working(self)
        else:
            self._front.pool.idle(self)
        self.deadline = math.inf


class _Core(asyncio.Protocol):
    """The connection to gRPC's core."""

    def __init__(self, connection: GrpcConnection) -> None:
        self._connection = connection

    def data_received(self, data: bytes) -> None:
        self._connection.answered(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connection.core_is_gone()

    def pause_writing(self) -> None:
        self._connection.core_is_full(True)

    def resume_writing(self) -> None:
        self._connection.core_is_full(False)
