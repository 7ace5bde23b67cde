"""What a database holds of joined failures, and what must be true of it at every moment."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

import asyncpg

from failcat_storage.rows import FAILURES

Report = TypeVar("Report")
TABLES = ("failure_matches", "failure_members", "failure_groups", "failure_group_hours", "recovery_attempts")
COLUMNS = ", ".join(FAILURES.names)


async def empty(db: asyncpg.Connection) -> None:
    await db.execute(f"TRUNCATE {', '.join(TABLES)}")


async def stored_rows(db: asyncpg.Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await db.fetch(f"SELECT {COLUMNS} FROM failure_matches ORDER BY id")]


async def stored_members(db: asyncpg.Connection) -> dict[bytes, bytes]:
    found = await db.fetch("SELECT member_id, row_id FROM failure_members")
    return {row["member_id"].bytes: row["row_id"].bytes for row in found}


async def check_counts(db: asyncpg.Connection) -> None:
    """Counts of groups equal rows. One statement sees one moment."""
    differing = await db.fetch(
        """
        SELECT tenant_id, signature, hour, rows.count, counted.count
        FROM (
            SELECT coalesce(tenant_id, '') AS tenant_id, signature, date_trunc('hour', occurred_at, 'UTC') AS hour,
                   count(*) AS count
            FROM failure_matches
            GROUP BY 1, 2, 3
        ) AS rows
        FULL JOIN (
            SELECT tenant_id, signature, hour, sum(occurrences)::BIGINT AS count
            FROM failure_group_hours
            GROUP BY 1, 2, 3
        ) AS counted USING (tenant_id, signature, hour)
        WHERE rows.count IS DISTINCT FROM counted.count
        """
    )
    assert not differing, differing


async def check_identities(db: asyncpg.Connection) -> None:
    """An id is a row or a member of another row, never both, and every member's row is there."""
    both = await db.fetch(
        "SELECT id FROM failure_matches JOIN failure_members ON member_id = id WHERE row_id <> member_id"
    )
    assert not both
    lost = await db.fetch(
        "SELECT member_id FROM failure_members LEFT JOIN failure_matches ON id = row_id WHERE id IS NULL"
    )
    assert not lost


def split(reports: Sequence[Report], dice: random.Random) -> list[list[Report]]:
    """In another order, in batches of any size; some come twice."""
    shuffled = dice.sample(reports, len(reports))
    batches: list[list[Report]] = []
    for report in shuffled:
        if not batches or dice.random() < 0.6:
            batches.append([])
        batches[-1].append(report)
    if dice.random() < 0.4:
        batches.append(dice.choice(batches))
    return batches
