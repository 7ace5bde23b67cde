"""How maintenance changes the database: in short transactions under an advisory lock of its own, so that sidecars do
not do it twice at a time; a step that waits two seconds for a table lets the writers go first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from failcat_storage.database import Database
from failcat_storage.errors import LockTimeout, RetryableStorageError

MAINTENANCE_LOCK = 7_310_002  # any fixed number that nothing else in the database locks
LOCK_TIMEOUT_SECONDS = 2
LOCK_ATTEMPTS = 5
STATEMENT_TIMEOUT_SECONDS = 600  # to move the rows of a week out of DEFAULT

Step = Callable[[asyncpg.Connection], Awaitable[int]]
"""One transaction's work; answers how many rows it moved or deleted."""


class MaintenanceRunning(RetryableStorageError):
    """Another sidecar is maintaining this database right now."""


@dataclass(slots=True)
class MaintenanceReport:
    """The report of one run."""

    retention_days: int = 0  # the fleet's; 0 is for ever
    created: list[str] = field(default_factory=list)  # partitions
    moved_rows: int = 0  # from DEFAULT into new partitions
    dropped: list[str] = field(default_factory=list)  # partitions
    dropped_rows: int = 0  # that were in them
    deleted_rows: dict[str, int] = field(default_factory=dict)  # by table; without those that lost none
    bridged_groups: int = 0  # of an earlier version of the signature, merged into those that go on
    postponed: list[str] = field(default_factory=list)  # tables that stayed locked: the next run tries again
    refused: str = ""  # what has expired and was not dropped, and why
    waiting: str = ""  # what has expired and is dropped later, and why

    @property
    def complete(self) -> bool:
        return not self.postponed and not self.refused

    @property
    def failures_dropped(self) -> int:
        """Rows of failure_matches that are gone."""
        return self.dropped_rows + self.deleted_rows.get("failure_matches_default", 0)


async def locked(database: Database, name: str, report: MaintenanceReport, step: Step) -> int:
    """The result of `step`; 0, with `name` in the report, when others keep a lock that it needs. Raises
    MaintenanceRunning."""
    for attempt in range(LOCK_ATTEMPTS):
        try:
            async with _exclusive(database) as connection:
                return await step(connection)
        except LockTimeout:
            await asyncio.sleep(0.2 * attempt)
    report.postponed.append(name)
    return 0


@asynccontextmanager
async def _exclusive(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A transaction that no other maintenance overlaps."""
    async with database.transaction(
        lock_timeout_seconds=LOCK_TIMEOUT_SECONDS, statement_timeout_seconds=STATEMENT_TIMEOUT_SECONDS
    ) as connection:
        if not await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({MAINTENANCE_LOCK})"):
            raise MaintenanceRunning
        yield connection
