"""The product as a whole, real processes on this machine: received spans/s, stored failures/s, latency, memory."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import asyncpg
import psutil
from tests.support.load import Batch, LoadGenerator
from tests.support.ports import free_ports
from tests.support.sidecar import SidecarProcess

from failcat_storage.embedded import EmbeddedPostgres
from failcat_storage.migrate import upgrade

SECONDS = float(os.environ.get("FAILCAT_BENCH_SECONDS", "6"))
ROUNDS = 3
MIB = 1 << 20


def run() -> list[str]:
    return asyncio.run(_measure())


async def _measure() -> list[str]:
    folder = Path(tempfile.mkdtemp(prefix="failcat-bench-"))
    folder.chmod(0o755)  # the embedded PostgreSQL runs as another user when we are root
    try:
        async with postgres(folder) as url:
            sidecar = SidecarProcess(folder / "data", url)
            with sidecar:
                idle = _rss_mib(sidecar)
                lines = [await _received(sidecar)]
                stored, loaded = await _stored(sidecar, url)
                lines += [stored, await _latency(sidecar, url)]
            unreachable = await _memory_without_database(folder)
            memory = f"idle {idle:.0f} MiB, under load {loaded:.0f}, PostgreSQL unreachable {unreachable:.0f}"
            lines.append(f"memory    {memory}")
        return lines
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _memory_without_database(folder: Path) -> float:
    """MiB resident at most, while everything fails and nothing can be stored."""
    (nobody,) = free_ports(1)
    with SidecarProcess(folder / "away", f"postgresql://nobody@127.0.0.1:{nobody}/nothing") as sidecar:
        sending = asyncio.create_task(_send(sidecar.http_port, failing=1.0))
        largest = 0.0
        while not sending.done():
            largest = max(largest, _rss_mib(sidecar))
            await asyncio.sleep(0.2)
        assert sending.result()["failures"] > 0
        sidecar.kill()  # a stop would wait for PostgreSQL
    return largest


@asynccontextmanager
async def postgres(folder: Path) -> AsyncIterator[str]:
    server = await EmbeddedPostgres.start(folder / "database", on_progress=lambda _: None)
    try:
        await upgrade(server.url)
        yield server.url
    finally:
        await server.stop()


async def _received(sidecar: SidecarProcess) -> str:
    """Spans/s over HTTP at 1 % failing against the bare server, in turn, medians of the pairs."""
    ours, bare = [], []
    with _bare_server() as port:
        for _ in range(ROUNDS):
            bare.append(_spans_per_second(await _send(port, failing=0.01)))
            ours.append(_spans_per_second(await _send(sidecar.http_port, failing=0.01)))
            await _drained(sidecar)
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    return (
        f"received  {statistics.median(ours):,.0f} spans/s at 1 % failing, 8 connections; "
        f"bare aiohttp + upb {statistics.median(bare):,.0f}; ratio {ratio:.0%}"
    )


async def _stored(sidecar: SidecarProcess, url: str) -> tuple[str, float]:
    """Failures/s from the first request to the last row visible, against COPY of the same rows."""
    connection = await asyncpg.connect(url)
    rates, largest = [], 0.0
    for _ in range(ROUNDS):
        before = await _row_count(connection)
        sending = asyncio.create_task(_send(sidecar.http_port, failing=1.0))
        while not sending.done():
            largest = max(largest, _rss_mib(sidecar))
            await asyncio.sleep(0.2)
        ended = time.perf_counter()
        await _drained(sidecar)
        draining_seconds = time.perf_counter() - ended
        rows, sent = await _row_count(connection) - before, sending.result()
        assert rows == sent["failures"], (rows, sent)
        rates.append(rows / (sent["seconds"] + draining_seconds))
    bare = await _bare_copy(connection)
    await connection.close()
    rate = statistics.median(rates)
    return f"stored    {rate:,.0f} failures/s, all failing; bare COPY {bare:,.0f}; ratio {rate / bare:.0%}", largest


async def _bare_copy(connection: asyncpg.Connection) -> float:
    """Rows/s of COPY alone: the rows just stored, into a table of the same shape and indexes."""
    rows = io.BytesIO()
    query = "SELECT * FROM failure_matches ORDER BY id LIMIT 50000"
    await connection.copy_from_query(query, output=rows, format="binary")
    rates = []
    for _ in range(ROUNDS):
        await connection.execute("DROP TABLE IF EXISTS bare; CREATE TABLE bare (LIKE failure_matches INCLUDING ALL)")
        rows.seek(0)
        started = time.perf_counter()
        status = await connection.copy_to_table("bare", source=rows, format="binary")
        rates.append(int(status.split()[1]) / (time.perf_counter() - started))
    await connection.execute("DROP TABLE bare")
    return statistics.median(rates)


async def _latency(sidecar: SidecarProcess, url: str) -> str:
    """From a request's arrival to its row being visible to another connection, at 1,000 failures/s."""

    load = LoadGenerator(seed=time.time_ns())
    pool = await asyncpg.create_pool(url, min_size=4, max_size=4)
    latencies: list[float] = []
    checks: list[asyncio.Task[None]] = []
    async with aiohttp.ClientSession() as session:
        sending = asyncio.create_task(_send(sidecar.http_port, failing=1.0, spans=10, rate=950))
        while not sending.done():
            batch = load.batch(1)
            checks.append(asyncio.create_task(_visible_after(session, pool, sidecar, batch, latencies)))
            await asyncio.sleep(0.05)
        await asyncio.gather(*checks)
    await pool.close()
    ordered = sorted(latencies)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"latency   arrival to visible row at 1,000 failures/s: p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms"


async def _visible_after(
    session: aiohttp.ClientSession,
    pool: asyncpg.Pool,
    sidecar: SidecarProcess,
    batch: Batch,
    latencies: list[float],
) -> None:
    (trace_id, span_id), *_ = batch.failures
    started = time.perf_counter()
    headers = {"Content-Type": "application/x-protobuf"}
    async with session.post(f"{sidecar.endpoint}/v1/traces", data=batch.body, headers=headers) as response:
        assert response.status == 200, await response.text()
    query = "SELECT 1 FROM failure_matches WHERE trace_id = $1 AND span_id = $2"
    while not await pool.fetchval(query, trace_id, span_id):
        await asyncio.sleep(0.004)
    latencies.append(time.perf_counter() - started)


@contextmanager
def _bare_server() -> Iterator[int]:
    (port,) = free_ports(1)
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.bare_server", str(port)])
    try:
        time.sleep(1.5)
        yield port
    finally:
        process.terminate()
        process.wait()


async def _send(port: int, *, failing: float, spans: int = 512, rate: float = 0.0) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.sender", f"127.0.0.1:{port}", "--failing", str(failing)]
    command += ["--seconds", str(SECONDS), "--spans", str(spans), "--rate", str(rate)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    result: dict[str, float] = json.loads(output)
    return result


def _spans_per_second(sent: dict[str, float]) -> float:
    return sent["spans"] / sent["seconds"]


async def _drained(sidecar: SidecarProcess) -> None:
    while sidecar.metric("failcat_spool_records") > 0:
        await asyncio.sleep(0.02)


async def _row_count(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("SELECT count(*) FROM failure_matches"))


def _rss_mib(sidecar: SidecarProcess) -> float:
    assert sidecar.process
    return float(psutil.Process(sidecar.process.pid).memory_info().rss) / MIB
