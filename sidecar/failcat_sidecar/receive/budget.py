"""Limits the bytes of requests in flight, over all receivers. A request beyond the budget is refused as retryable.

Received bytes are leased, never announced ones. A connection may hold a share; a tenant may hold at most three times as
much as it leaves free. An unfinished request blocks nobody: when the budget is exhausted, it is displaced by a request
of a connection that holds less, and after a second by any. Complete requests are never displaced: they end by
themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from types import TracebackType

from failcat_sidecar.errors import RetryableError

CONNECTION_SHARE = 0.75  # of the budget: one request of the largest size, and its compressed form
TENANT_MULTIPLE = 3  # of the free bytes: one tenant alone gets three quarters, two get three sevenths each
GRACE_SECONDS = 1.0  # that an unfinished request keeps its bytes although others need them


class Busy(RetryableError):
    """Too many bytes of requests are in flight; send it again."""


class Displaced(Busy):
    """Other requests needed the memory that this unfinished one held; send it again."""


class Share:
    """The bytes that all requests of one connection, or of one tenant, have leased."""

    __slots__ = ("held_bytes",)

    def __init__(self) -> None:
        self.held_bytes = 0


class ByteBudget:
    """At most `max_bytes` leased at any moment. Thread-safe, because bodies are decompressed off the event loop."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._leased_bytes = 0
        self._tenants: dict[str, Share] = {}  # as many as the tokens file names
        self._unfinished: dict[Lease, None] = {}  # in order: the longest unfinished first
        self._lock = Lock()

    @property
    def leased_bytes(self) -> int:
        return self._leased_bytes

    def tenant(self, tenant_id: str | None) -> Share | None:
        """The tenant's share; None for requests without a tenant, which share the whole budget."""
        return None if tenant_id is None else self._tenants.setdefault(tenant_id, Share())

    def lease(
        self, connection: Share | None = None, tenant: Share | None = None, displace: Callable[[], None] | None = None
    ) -> Lease:
        """An empty lease, to be used as a context manager. With `displace` the request is unfinished until `finished`
        is called, and may lose its bytes to others: then `displace` is called, in any thread and under the budget's
        lock."""
        lease = Lease(self, connection or Share(), tenant, displace)
        if displace:
            with self._lock:
                self._unfinished[lease] = None
        return lease

    def change(self, lease: Lease, delta_bytes: int) -> None:
        """Raises Busy, and leases nothing, if the budget is exhausted; Displaced if the lease was lost to others."""
        with self._lock:
            if lease.displaced:
                raise Displaced
            if delta_bytes > 0:
                self._require(lease, delta_bytes)
            self._move(lease, delta_bytes)

    def finish(self, lease: Lease) -> None:
        with self._lock:
            self._unfinished.pop(lease, None)

    def end(self, lease: Lease) -> None:
        with self._lock:
            self._unfinished.pop(lease, None)
            self._move(lease, -lease.held_bytes)

    def _require(self, lease: Lease, delta_bytes: int) -> None:
        """Displaces unfinished requests until the bytes are free. Raises Busy."""
        connection, tenant = lease.connection, lease.tenant
        if connection.held_bytes + delta_bytes > CONNECTION_SHARE * self._max_bytes:
            raise Busy
        while (free_bytes := self._max_bytes - self._leased_bytes - delta_bytes) < 0:
            self._displace(lease, delta_bytes, [*self._unfinished])
        while tenant and tenant.held_bytes + delta_bytes > TENANT_MULTIPLE * free_bytes:
            self._displace(lease, delta_bytes, [each for each in self._unfinished if each.tenant is tenant])
            free_bytes = self._max_bytes - self._leased_bytes - delta_bytes

    def _displace(self, lease: Lease, delta_bytes: int, unfinished: list[Lease]) -> None:
        """Takes the bytes of one unfinished request of another connection. Raises Busy if there is none to displace."""
        others = [each for each in unfinished if each.connection is not lease.connection and each.held_bytes]
        if not others:
            raise Busy
        loser = max(others, key=lambda each: each.connection.held_bytes)
        if loser.connection.held_bytes <= lease.connection.held_bytes + delta_bytes:
            loser = others[0]
            if time.monotonic() - loser.since < GRACE_SECONDS:
                raise Busy
        del self._unfinished[loser]
        self._move(loser, -loser.held_bytes)
        loser.displaced = True
        assert loser.displace
        loser.displace()

    def _move(self, lease: Lease, delta_bytes: int) -> None:
        self._leased_bytes += delta_bytes
        lease.held_bytes += delta_bytes
        lease.connection.held_bytes += delta_bytes
        if lease.tenant:
            lease.tenant.held_bytes += delta_bytes


class Lease:
    """One request's part of the budget; leaving the context returns all of it."""

    __slots__ = ("_budget", "connection", "displace", "displaced", "held_bytes", "since", "tenant")

    def __init__(
        self, budget: ByteBudget, connection: Share, tenant: Share | None, displace: Callable[[], None] | None
    ) -> None:
        self._budget = budget
        self.connection = connection
        self.tenant = tenant
        self.displace = displace
        self.displaced = False
        self.held_bytes = 0
        self.since = time.monotonic()

    def grow(self, more_bytes: int) -> None:
        """Raises Busy if the budget is exhausted."""
        self._budget.change(self, more_bytes)

    def resize(self, held_bytes: int) -> None:
        """Raises Busy if the budget is exhausted."""
        self.grow(held_bytes - self.held_bytes)

    def finished(self) -> None:
        """Call when the request is complete: it keeps its bytes until it ends. Raises Displaced if they are lost."""
        self._budget.finish(self)
        if self.displaced:
            raise Displaced

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._budget.end(self)
