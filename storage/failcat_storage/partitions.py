"""Weekly partitions of `failure_matches` and `failure_members`, named after ISO weeks: failure_matches_y2026w47. Weeks
start on Monday, UTC.

Rows outside every week lie in DEFAULT: those whose clock is wrong, and those that came before their week was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from failcat_storage.queries import query

TABLE = "failure_matches"
MEMBERS = "failure_members"
KEYS = {TABLE: "id", MEMBERS: "member_id"}
"""The partitioned tables, and the id by which each is partitioned."""


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One partition: the ids whose time lies in [start, end)."""

    start: datetime  # a Monday, 00:00 UTC

    @classmethod
    def of(cls, moment: datetime) -> Week:
        midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(midnight - timedelta(days=midnight.weekday()))

    @classmethod
    def named(cls, partition: str, table: str = TABLE) -> Week | None:
        """The week of a partition's name; None when the name is not one of ours."""
        try:
            return cls(datetime.strptime(f"{partition}-1", f"{table}_y%Gw%V-%u").replace(tzinfo=UTC))
        except ValueError:
            return None

    @property
    def name(self) -> str:
        return self.name_in(TABLE)

    def name_in(self, table: str) -> str:
        return f"{table}_y{self.start:%Gw%V}"

    @property
    def end(self) -> datetime:
        return self.start + timedelta(weeks=1)

    def and_following(self, count: int) -> Iterator[Week]:
        """This week and `count` more."""
        return (Week(self.start + timedelta(weeks=offset)) for offset in range(count + 1))


def lowest_id(moment: datetime) -> UUID:
    """The value of the SQL function failcat_uuid_at; no id is from before 1970."""
    milliseconds = max((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1), 0)
    return UUID(bytes=milliseconds.to_bytes(6, "big") + bytes(10))


async def existing_weeks(connection: asyncpg.Connection, table: str = TABLE) -> list[Week]:
    """Sorted; partitions that someone made under other names are left alone."""
    names = [row["name"] for row in await connection.fetch(query("partitions").format(table=table))]
    return sorted(week for name in names if (week := Week.named(name, table)))


async def create_partition(connection: asyncpg.Connection, week: Week, table: str = TABLE) -> int:
    """Makes the partition within the caller's transaction; the number of rows that it took over from DEFAULT."""
    name, limits = week.name_in(table), {"lower": lowest_id(week.start), "upper": lowest_id(week.end)}
    await connection.execute(query("create_partition").format(table=table, key=KEYS[table], name=name, **limits))
    moved: int = await connection.fetchval(query("count_partition").format(name=name))
    return moved


async def drop_partition(connection: asyncpg.Connection, week: Week, table: str = TABLE) -> None:
    """Within the caller's transaction."""
    await connection.execute(query("drop_partition").format(name=week.name_in(table)))
