"""Bytes of requests in flight, over all receivers: what is beyond the budget is asked to come again later."""

from __future__ import annotations

from threading import Lock
from types import TracebackType

from failcat_sidecar.errors import RetryableError


class Busy(RetryableError):
    """Too many bytes of requests are in flight; send it again."""


class ByteBudget:
    """At most `max_bytes` leased at any moment. Thread-safe, because bodies are decompressed off the event loop."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._leased_bytes = 0
        self._lock = Lock()

    @property
    def leased_bytes(self) -> int:
        return self._leased_bytes

    def lease(self) -> Lease:
        """A lease of nothing yet, to be used as a context manager."""
        return Lease(self)

    def change(self, delta_bytes: int) -> None:
        """Raises Busy, and leases nothing, if the budget does not reach."""
        with self._lock:
            leased_bytes = self._leased_bytes + delta_bytes
            if delta_bytes > 0 and leased_bytes > self._max_bytes:
                raise Busy
            self._leased_bytes = leased_bytes


class Lease:
    """One request's part of the budget; leaving the context gives all of it back."""

    __slots__ = ("_budget", "_held_bytes")

    def __init__(self, budget: ByteBudget) -> None:
        self._budget = budget
        self._held_bytes = 0

    def grow(self, more_bytes: int) -> None:
        """Raises Busy if the budget does not reach."""
        self._budget.change(more_bytes)
        self._held_bytes += more_bytes

    def resize(self, held_bytes: int) -> None:
        """Raises Busy if the budget does not reach."""
        self.grow(held_bytes - self._held_bytes)

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._budget.change(-self._held_bytes)
        self._held_bytes = 0
