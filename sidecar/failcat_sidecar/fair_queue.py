"""A queue in which tenants take turns, so that one that waits for much does not make others wait for all of it."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Entries of a tenant leave in the order in which they came; the tenants' turns go round."""

    def __init__(self) -> None:
        self._tenants: dict[str | None, deque[tuple[int, T]]] = {}  # those that wait, whose turn is next first
        self.size = 0  # of all entries

    def __bool__(self) -> bool:
        return bool(self._tenants)

    def put(self, tenant_id: str | None, entry: T, size: int) -> None:
        self._tenants.setdefault(tenant_id, deque()).append((size, entry))
        self.size += size

    def put_back(self, tenant_id: str | None, entry: T, size: int) -> None:
        """What was taken in vain, in the reverse order; it leaves before whatever else its tenant has."""
        self._tenants.setdefault(tenant_id, deque()).appendleft((size, entry))
        self.size += size

    def take(self, max_size: int) -> list[T]:
        """What the next tenant has, up to `max_size` or one larger entry. The queue must not be empty."""
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
