"""Two clocks, the database's and this host's: what expires and which weeks get partitions follows the database's, and
nothing expires while the two disagree."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from failcat_storage.queries import query

MAX_DISAGREEMENT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Clocks:
    """Both clocks at one moment."""

    database: datetime
    local: datetime
    round_trip_seconds: float = 0.0  # of the question: the error of the comparison is at most half of it

    @property
    def offset_seconds(self) -> float:
        """How far this host's clock is ahead of the database's."""
        return (self.local - self.database).total_seconds()

    @property
    def agree(self) -> bool:
        """Whether they certainly differ by no more than two minutes."""
        return abs(self.offset_seconds) + self.round_trip_seconds / 2 <= MAX_DISAGREEMENT_SECONDS


async def read_clocks(connection: asyncpg.Connection) -> Clocks:
    """Asks the database; its answer is taken to be from the middle of the round trip."""
    asked, started = datetime.now(UTC), time.monotonic()
    answered: datetime = await connection.fetchval(query("clock"))
    round_trip_seconds = time.monotonic() - started
    return Clocks(answered, asked + timedelta(seconds=round_trip_seconds / 2), round_trip_seconds)


def describe_offset(offset_seconds: float) -> str:
    """Such as "this host's clock is 100 d 0 h ahead of the database's"."""
    side = "ahead of" if offset_seconds > 0 else "behind"
    return f"this host's clock is {_duration(abs(offset_seconds))} {side} the database's"


def _duration(seconds: float) -> str:
    minutes = int(seconds) // 60
    if minutes >= 2 * 1440:
        return f"{minutes // 1440} d {minutes % 1440 // 60} h"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 120 else f"{seconds:.0f} s"
