"""Waiting for a condition, with a deadline, instead of for a time that was long enough once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable

import asyncpg

POLL_SECONDS = 0.005


async def until(condition: Callable[[], object | Awaitable[object]], seconds: float = 30) -> None:
    """Returns when `condition()`, or what it awaits, is true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(POLL_SECONDS)


def block_until(condition: Callable[[], object], seconds: float = 30) -> None:
    """The same for tests without an event loop."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(POLL_SECONDS)


async def until_one_waits_for_a_lock(database: asyncpg.Connection) -> None:
    """Of the sessions of this database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    async def one_waits() -> bool:
        await database.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see what it saw first
        return bool(await database.fetchval(waiting))

    await until(one_waits)


async def event_loop_rounds(count: int = 10) -> None:
    """Lets everything that is ready run, and what becomes ready of it."""
    for _ in range(count):
        await asyncio.sleep(0)
