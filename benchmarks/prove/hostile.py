"""Hostile requests against a real sidecar: no other client waits, and no memory goes that the request does not explain.

It begins with one request of each kind that once did harm, and goes on with mutations of those that cost most.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
from tests.support.load import LoadGenerator
from tests.support.sidecar import SidecarProcess

from benchmarks.prove.rendering import rendered
from benchmarks.prove.shapes import Plan, known_kinds, mutated

WANTED_SECONDS = 0.25  # that another client may wait
LOADED_SECONDS = 1.0  # on a machine that does other things too, as this one with the prover does: what is held against
WANTED_MIB = 64  # above the request's own size
KEPT = 12  # of the costliest plans, from which others are bred
PROBE_SECONDS = 0.01
MIB = 1 << 20


@dataclass
class Cost:
    """What one request did to others."""

    plan: Plan
    wire_bytes: int
    plain_bytes: int
    status: int = 0
    seconds: float = 0.0  # until its answer
    waited: float = 0.0  # the longest that /healthz or a small request beside it took
    grown_mib: float = 0.0  # resident memory, above the request's own size

    @property
    def score(self) -> float:
        """1 is the limit; where nothing is near it, what is costly for its size."""
        per_byte = self.seconds / (self.plain_bytes / MIB + 1)
        return max(self.waited / WANTED_SECONDS, self.grown_mib / WANTED_MIB) + min(per_byte, 10) / 100

    def __str__(self) -> str:
        mib = self.plain_bytes / MIB
        return (
            f"others waited {self.waited * 1000:.0f} ms, {self.grown_mib:.0f} MiB above its {mib:.1f} MiB "
            f"({self.wire_bytes:,} bytes gzip), {self.status} after {self.seconds:.1f} s: {str(self.plan)[:600]}"
        )


@dataclass
class Hostility:
    """The figures of one run."""

    slowest: Cost
    largest: Cost
    requests: int
    failed: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.failed and self.slowest.waited <= LOADED_SECONDS and self.largest.grown_mib <= WANTED_MIB

    def __str__(self) -> str:
        verdict = "HOLDS" if self.holds else "BROKEN"
        lines = [f"{verdict}: {self.requests} requests", f"slowest: {self.slowest}", f"largest: {self.largest}"]
        return "\n  ".join([*lines, *self.failed])


async def prove_hostile(folder: Path, seconds: float, seed: int) -> Hostility:
    """The known kinds in any case, then mutations until the time is up."""
    dice, costs = random.Random(seed), list[Cost]()
    waiting = known_kinds()
    deadline = time.monotonic() + seconds
    count, failed = 0, list[str]()
    slowest = largest = Cost(Plan(), 0, 0)
    with SidecarProcess(folder / "one", environment={"FAILCAT_SPOOL_MAX_BYTES": "4GiB"}) as sidecar:
        while waiting or time.monotonic() < deadline:
            plan = waiting.pop(0) if waiting else mutated(dice.choice(costs).plan, dice)
            cost = await _send(sidecar, plan)
            count += 1
            slowest, largest = _worse(slowest, cost, "waited"), _worse(largest, cost, "grown_mib")
            costs = sorted([*costs, cost], key=lambda each: each.score)[-max(KEPT, len(waiting)) :]
            if cost.status not in (200, 400, 413) or (sidecar.process and sidecar.process.poll() is not None):
                failed.append(f"answered {cost.status}: {cost}")
                break
            await _drained(sidecar)
    return Hostility(slowest, largest, count, failed)


def _worse(one: Cost, other: Cost, what: str) -> Cost:
    return max(one, other, key=lambda cost: float(getattr(cost, what)))


async def _send(sidecar: SidecarProcess, plan: Plan) -> Cost:
    body = await asyncio.to_thread(rendered, plan)
    packed = await asyncio.to_thread(gzip.compress, body, 6)
    cost = Cost(plan, len(packed), len(body))
    assert sidecar.process
    before = _reset_peak(sidecar.process.pid)
    probing = asyncio.create_task(_probe(sidecar, cost))
    await asyncio.sleep(5 * PROBE_SECONDS)
    started = time.monotonic()
    try:
        cost.status = await _post(sidecar, packed, plan)
    finally:
        cost.seconds = time.monotonic() - started
        await asyncio.sleep(0.2)  # what it leaves to be done afterwards
        probing.cancel()
        with suppress(asyncio.CancelledError):
            await probing
    cost.grown_mib = _peak_mib(sidecar.process.pid) - before - len(body) / MIB
    return cost


async def _post(sidecar: SidecarProcess, packed: bytes, plan: Plan) -> int:
    headers = {
        "Content-Type": "application/json" if plan.is_json else "application/x-protobuf",
        "Content-Encoding": "gzip",
    }
    url = f"{sidecar.endpoint}/v1/{'logs' if plan.is_logs else 'traces'}"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=300)) as session:
        while True:
            async with session.post(url, data=packed, headers=headers) as response:
                if response.status != 503:
                    return response.status
            await asyncio.sleep(0.5)


async def _probe(sidecar: SidecarProcess, cost: Cost) -> None:
    """Another client: asks for health and sends a small request, in turns, until it is cancelled."""
    health = f"http://127.0.0.1:{sidecar.admin_port}/healthz"
    load = LoadGenerator(random.randrange(1 << 30))  # any numbers that are new
    url, headers = f"{sidecar.endpoint}/v1/traces", {"Content-Type": "application/x-protobuf"}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        while True:
            started = time.monotonic()
            async with session.get(health) as response:
                await response.read()
            cost.waited = max(cost.waited, time.monotonic() - started)
            started = time.monotonic()
            async with session.post(url, data=load.batch(2).body, headers=headers) as response:
                await response.read()
            cost.waited = max(cost.waited, time.monotonic() - started)
            await asyncio.sleep(PROBE_SECONDS)


def _reset_peak(pid: int) -> float:
    """The resident MiB now, from which the kernel counts the peak anew; without root it counts from the start."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return float(psutil.Process(pid).memory_info().rss) / MIB


def _peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


async def _drained(sidecar: SidecarProcess, below: int = 100_000) -> None:
    """Until the spool has room for the next; the writer has its share of the machine meanwhile."""
    deadline = time.monotonic() + 60
    while await asyncio.to_thread(sidecar.metric, "failcat_spool_records") > below and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
