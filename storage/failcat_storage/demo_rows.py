"""What became of the failures of a demo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from failcat_storage.database import Database
from failcat_storage.queries import query


@dataclass(frozen=True, slots=True)
class DemoRow:
    """The failures of one kind."""

    code: str | None  # None is unknown
    error_code: str  # as observed
    failures: int
    is_retryable: bool | None
    recovery_mode: str | None
    attempted: int
    recovered: int


async def demo_rows(database: Database, runs: Sequence[str]) -> list[DemoRow]:
    """The failures of these runs that are stored, the most frequent kind first. Raises RetryableStorageError."""
    async with database.transaction() as connection:
        return [DemoRow(**dict(row)) for row in await connection.fetch(query("demo_rows"), list(runs))]
