"""How long the fleet keeps failures: one row of the database, and the longest that any sidecar announces wins.

A setting of one sidecar can therefore lengthen it, never shorten it; shortening is an operator's confirmed command.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from failcat_storage.queries import query

DEFAULT_DAYS = 90
KEEP_FOR_EVER = 0
EVIDENCE_AGE = timedelta(days=1)
TIME_TO_ANNOUNCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FleetRetention:
    """The row of `fleet_retention`."""

    days: int  # 0 is for ever
    drops_from: datetime  # nothing expires before, so that every sidecar of the fleet can announce its own

    def cutoff(self, now: datetime) -> datetime | None:
        """Older rows expire; None when no row ever does."""
        return now - timedelta(days=self.days) if self.days else None

    def latest_evidence(self, now: datetime) -> datetime:
        """A row counts as evidence of the clock when it was stored before: a day ago, or half the retention. What came
        in lately does not, because a clock that has jumped stores rows too."""
        return now - min(EVIDENCE_AGE, timedelta(days=self.days) / 2)


def is_shorter(days: int, than: int) -> bool:
    """0, for ever, is the longest."""
    return days != KEEP_FOR_EVER and (than == KEEP_FOR_EVER or days < than)


async def read_retention(connection: asyncpg.Connection, *, locked: bool = False) -> FleetRetention | None:
    """None when nobody has announced any. Locked, it cannot be lengthened until the caller's transaction ends."""
    row = await connection.fetchrow(query("fleet_retention") + ("FOR SHARE" if locked else ""))
    return FleetRetention(row["retention_days"], row["drops_from"]) if row else None


async def announce_retention(connection: asyncpg.Connection, days: int | None, now: datetime) -> FleetRetention:
    """The fleet's retention, which is `days` now if that is longer. None follows the fleet, and announces 90 days when
    nobody has announced any. `now` is the database's."""
    present = await read_retention(connection)
    announced = DEFAULT_DAYS if days is None else days
    if present and (days is None or not is_shorter(present.days, announced)):
        return present
    await connection.execute(query("announce_retention"), announced, now + TIME_TO_ANNOUNCE)
    return await _present(connection)


async def set_retention(connection: asyncpg.Connection, days: int, now: datetime) -> FleetRetention:
    """Sets it, shorter or longer, and lets it take effect at once: an operator has confirmed it."""
    await connection.execute(query("set_retention"), days, now)
    return await _present(connection)


async def _present(connection: asyncpg.Connection) -> FleetRetention:
    retention = await read_retention(connection)
    assert retention
    return retention
