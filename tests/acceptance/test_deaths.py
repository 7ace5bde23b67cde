"""What becomes of a batch when the sidecar dies: one that kills it becomes a dead letter, one that only waited
never does."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from tests.support.load import Batch, LoadGenerator
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, post
from tests.support.waiting import until_one_waits_for_a_lock

from failcat_sidecar.write import DeadLetterFolder

AWAY = "postgresql://failcat@127.0.0.1:1/failcat"
MARK = "kills whoever works on it"

# What a bug in an extension module or too little memory does: the process is gone at once.
DEADLY = {
    "in decode": """
import ctypes
from failcat_core import records
work = records.decode
records.decode = lambda payload: ctypes.string_at(0) if b"MARK" in payload else work(payload)
""",
    "in encode": """
import os
from failcat_storage import rows
work = rows.Table.rows
marked = lambda record: "MARK" in (getattr(record, "error_message", "") or "")
rows.Table.rows = lambda table, records: os._exit(139) if any(map(marked, records)) else work(table, records)
""",
}


@pytest.mark.parametrize("deadly", DEADLY)
async def test_a_batch_that_kills_the_sidecar_is_retained_once_and_for_all(
    deadly: str, database_url: str, open_tmp_path: Path
) -> None:
    code = open_tmp_path / "code"
    code.mkdir()
    (code / "sitecustomize.py").write_text(DEADLY[deadly].replace("MARK", MARK))
    sidecar = SidecarProcess(open_tmp_path / "data", database_url)
    start(sidecar, FAILCAT_DATABASE_URL=AWAY)
    for batch in (LoadGenerator(70).batch(5), marked(LoadGenerator(71).batch(3)), LoadGenerator(72).batch(7)):
        post(sidecar, batch)
    sidecar.kill()
    deaths = 0
    while not lives_and_drains(sidecar, PYTHONPATH=str(code)):
        deaths += 1
        assert deaths <= 4, sidecar.log()  # one among others, three alone
    assert deaths >= 3
    sidecar.kill()
    assert lives_and_drains(sidecar, PYTHONPATH=str(code)), "its segment is read again, and must not kill again"
    assert len(await rows(database_url, 12)) == 12
    (aside,) = DeadLetterFolder(sidecar.data_dir).batches()
    assert (aside.cause.reason, aside.cause.records) == ("crashes", 3)
    assert sidecar.stop() == 0


Hang = Callable[[asyncpg.Connection], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def locked(admin: asyncpg.Connection) -> AsyncIterator[None]:
    """The writer waits for its table."""
    async with admin.transaction():
        await admin.execute("LOCK TABLE failure_matches IN ACCESS EXCLUSIVE MODE")
        yield


@asynccontextmanager
async def locked_counters(admin: asyncpg.Connection) -> AsyncIterator[None]:
    """The writer has copied its rows, and waits for the groups' counters."""
    async with admin.transaction():
        await admin.execute("LOCK TABLE failure_group_hours IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize("hang", [locked, locked_counters])
async def test_a_batch_that_waits_while_the_sidecar_is_killed_again_and_again_is_stored(
    hang: Hang, database_url: str, open_tmp_path: Path
) -> None:
    sidecar = SidecarProcess(open_tmp_path / "data", database_url)
    admin, watcher = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    async with hang(admin):
        start(sidecar)
        post(sidecar, LoadGenerator(73).batch(50))
        for _ in range(6):
            await until_one_waits_for_a_lock(watcher)
            sidecar.kill()
            await watcher.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            start(sidecar)
    assert len(await rows(database_url, 50)) == 50, sidecar.log()
    assert not DeadLetterFolder(sidecar.data_dir).batches()
    assert sidecar.stop() == 0
    await admin.close()
    await watcher.close()


def marked(batch: Batch) -> Batch:
    request = ExportTraceServiceRequest.FromString(batch.body)
    request.resource_spans[0].scope_spans[0].spans[1].status.message = MARK
    return Batch(request.SerializeToString(), batch.failures)


def start(sidecar: SidecarProcess, **environment: str) -> None:
    """Until it takes requests in."""
    sidecar.start(**environment)
    deadline = time.monotonic() + 30
    while True:
        with suppress(OSError):
            sidecar.readiness()
            return
        assert time.monotonic() < deadline, sidecar.log()
        time.sleep(0.02)


def lives_and_drains(sidecar: SidecarProcess, **environment: str) -> bool:
    """Whether this start lives until its spool is empty."""
    sidecar.start(**environment)
    assert sidecar.process
    deadline = time.monotonic() + 60
    while sidecar.process.poll() is None:
        with suppress(OSError):
            if sidecar.readiness()["spool_records"] == 0:
                return True
        assert time.monotonic() < deadline, sidecar.log()
        time.sleep(0.02)
    return False


async def rows(database_url: str, count: int) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database_url)
    found = await wait_for_rows(connection, count, seconds=60)
    await connection.close()
    return found
