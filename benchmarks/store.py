"""Rows/s of Store.write, groups counted, against bare COPY of the same rows into the same table, in turn, in one run.

Both on the embedded PostgreSQL 18 with its own settings (fsync on), from one connection, all indexes in place.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
from tests.support.failures import Failures

from failcat_core.records import FailureRecord
from failcat_storage.embedded import EmbeddedPostgres
from failcat_storage.maintenance import maintain
from failcat_storage.migrate import upgrade
from failcat_storage.rows import FAILURES
from failcat_storage.store import Store
from failcat_storage.tables import Row

T = TypeVar("T")

ROWS = 20_000  # a round, or as many as forty batches of a hundred
ROUNDS = 3


def run() -> list[str]:
    """One line for each size of batch."""
    return asyncio.run(_measure())


async def _measure() -> list[str]:
    folder = Path(tempfile.mkdtemp(prefix="failcat-bench-"))
    folder.chmod(0o755)  # the embedded PostgreSQL runs as another user when we are root
    server = await EmbeddedPostgres.start(folder / "database", on_progress=lambda _: None)
    try:
        await upgrade(server.url)
        await maintain(server.url, 0)
        return [await _compare(server.url, size) for size in (1, 100, 1000, 5000)]
    finally:
        await server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _compare(url: str, size: int) -> str:
    store = Store.connect(url, shard=0, direct=True)
    connection = await asyncpg.connect(url, statement_cache_size=0)
    ours, bare, replayed, client_us = [], [], [], []
    try:
        for seed in range(ROUNDS):
            failures = Failures(seed)
            batches = [_in_id_order(failures.many(size)) for _ in range(_batches(size))]
            await _empty(connection)
            prepared = [FAILURES.rows(batch) for batch in batches]
            bare.append(await _rows_per_second(lambda rows: _copy(connection, rows), prepared))
            await _empty(connection)
            cpu = _cpu_seconds()
            ours.append(await _rows_per_second(store.write, batches))
            client_us.append((_cpu_seconds() - cpu) / (size * len(batches)) * 1e6)
            replayed.append(await _rows_per_second(store.write, batches))
    finally:
        await connection.close()
        await store.close()
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    return (
        f"batches of {size:>4}  {statistics.median(ours):>7,.0f} rows/s, {statistics.median(client_us):.0f} µs of our"
        f" CPU a row; bare COPY {statistics.median(bare):>7,.0f}; ratio {ratio:.0%};"
        f" sent again {statistics.median(replayed):,.0f} rows/s"
    )


def _batches(size: int) -> int:
    return min(ROWS // size, 200)


def _in_id_order(failures: list[FailureRecord]) -> list[FailureRecord]:
    return sorted(failures, key=lambda failure: failure.id)


async def _empty(connection: asyncpg.Connection) -> None:
    await connection.execute("TRUNCATE failure_matches, failure_groups, failure_group_hours; CHECKPOINT")


async def _copy(connection: asyncpg.Connection, rows: list[Row]) -> None:
    await connection.copy_records_to_table("failure_matches", records=rows, columns=FAILURES.names)


async def _rows_per_second(write: Callable[[list[T]], Awaitable[object]], batches: list[list[T]]) -> float:
    started = time.perf_counter()
    for batch in batches:
        await write(batch)
    return sum(map(len, batches)) / (time.perf_counter() - started)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
