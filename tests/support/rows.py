"""Waiting for what the sidecar stores."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import asyncpg


async def wait_for_rows(
    database: asyncpg.Connection, count: int, *, table: str = "failure_matches", seconds: float = 15, **columns: Any
) -> list[asyncpg.Record]:
    """The rows whose columns have these values, once there are `count` or more; raises when there are fewer in time."""
    where = " AND ".join(f"{name} = ${index}" for index, name in enumerate(columns, 1)) or "true"
    deadline = time.monotonic() + seconds
    while True:
        rows: list[asyncpg.Record] = await database.fetch(f"SELECT * FROM {table} WHERE {where}", *columns.values())
        if len(rows) >= count:
            return rows
        assert time.monotonic() < deadline, f"{len(rows)} of {count} rows in {table} where {columns} after {seconds} s"
        await asyncio.sleep(0.02)


async def wait_for_row(database: asyncpg.Connection, **columns: Any) -> asyncpg.Record:
    """The only row whose columns have these values."""
    (row,) = await wait_for_rows(database, 1, **columns)
    return row
