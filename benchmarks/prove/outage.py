"""PostgreSQL is unreachable at start and for minutes under load: intake goes on, memory stays bounded, and everything
arrives."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from tests.support.sidecar import SidecarProcess

from benchmarks.prove.client import Client
from benchmarks.prove.kills import drained
from benchmarks.prove.ledger import Ledger, Verdict
from failcat_storage.embedded import EmbeddedPostgres
from failcat_storage.migrate import upgrade

MIB = 1 << 20


@dataclass(frozen=True)
class Outage:
    """The figures of one outage."""

    verdict: Verdict
    largest_rss_mib: float
    intake_per_second: float
    drain_per_second: float

    def __str__(self) -> str:
        return (
            f"{self.verdict}; {self.largest_rss_mib:.0f} MiB resident at most, {self.intake_per_second:.0f} failures/s "
            f"taken while PostgreSQL was unreachable, {self.drain_per_second:.0f}/s drained afterwards"
        )


async def prove_outage(folder: Path, seconds: float, seed: int) -> Outage:
    """The server exists, and is migrated, but is stopped before the sidecar starts."""
    postgres = await EmbeddedPostgres.start(folder / "database", on_progress=print)
    await upgrade(postgres.url)
    await postgres.stop()
    sidecar = SidecarProcess(folder / "one", postgres.url)
    ledger, stop = Ledger(), asyncio.Event()
    with sidecar:
        client = asyncio.create_task(Client(seed, [sidecar.endpoint], ledger, pause_seconds=0.02).run(stop))
        largest = await _watch_memory(sidecar, seconds)
        taken = len(ledger.acknowledged)
        stop.set()
        await client
        postgres = await EmbeddedPostgres.start(folder / "database", on_progress=print)
        try:
            started = time.monotonic()
            await drained(sidecar)
            drain_seconds = time.monotonic() - started
            verdict = await ledger.compare(postgres.url)
        finally:
            await asyncio.to_thread(sidecar.stop)
            await postgres.stop()
    return Outage(verdict, largest / MIB, taken / seconds, verdict.rows / max(drain_seconds, 0.1))


async def _watch_memory(sidecar: SidecarProcess, seconds: float) -> int:
    assert sidecar.process
    process, largest = psutil.Process(sidecar.process.pid), 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        largest = max(largest, process.memory_info().rss)
        assert "PostgreSQL" in " ".join(sidecar.readiness()["degraded"]) or time.monotonic() < deadline - seconds + 10
        await asyncio.sleep(1)
    return largest
