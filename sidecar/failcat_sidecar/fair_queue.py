"""A queue that serves tenants round robin, so that one with many entries does not delay the others by all of them."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """First in, first out for each tenant; round robin between tenants."""

    def __init__(self) -> None:
        self._tenants: dict[str | None, deque[tuple[int, T]]] = {}  # with entries; the next one to serve comes first
        self.size = 0  # of all entries

    def __bool__(self) -> bool:
        return bool(self._tenants)

    def put(self, tenant_id: str | None, entry: T, size: int) -> None:
        self._tenants.setdefault(tenant_id, deque()).append((size, entry))
        self.size += size

    def put_back(self, tenant_id: str | None, entry: T, size: int) -> None:
        """Returns an entry that was taken to the front of its tenant's queue. Several are put back in reverse order."""
        self._tenants.setdefault(tenant_id, deque()).appendleft((size, entry))
        self.size += size

    def take(self, max_size: int) -> list[T]:
        """The next tenant's entries, up to `max_size` or one larger entry. The queue must not be empty."""
        tenant_id = next(iter(self._tenants))
        waiting = self._tenants.pop(tenant_id)
        total, entry = waiting.popleft()
        taken = [entry]
        while waiting and total + waiting[0][0] <= max_size:
            size, entry = waiting.popleft()
            total += size
            taken.append(entry)
        if waiting:
            self._tenants[tenant_id] = waiting  # behind the others
        self.size -= total
        return taken
