"""SIGKILL at random moments and at every named stage, under load, with PostgreSQL stopped the hard way in between."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import asyncpg
from tests.support.sidecar import SidecarProcess

from benchmarks.prove.client import Client
from benchmarks.prove.ledger import Ledger, Verdict
from failcat_core.failpoints import STAGES
from failcat_storage.embedded import EmbeddedPostgres
from failcat_storage.migrate import upgrade

CLIENTS = 4
# So that segments fill up, drain and are deleted between kills, and the spool is full at times.
SMALL_SPOOL = {"FAILCAT_MAX_REQUEST_BYTES": "1MiB", "FAILCAT_SPOOL_MAX_BYTES": "8MiB"}
DRAIN_SECONDS = 300


async def prove_kills(folder: Path, kills: int, seed: int) -> Verdict:
    dice = random.Random(seed)
    postgres = await EmbeddedPostgres.start(folder / "database", on_progress=print)
    supervision = asyncio.create_task(postgres.supervise(lambda text: print(f"  {text}", flush=True)))
    await upgrade(postgres.url)
    sidecars = [SidecarProcess(folder / name, postgres.url, SMALL_SPOOL) for name in ("one", "two")]
    ledger, stop = Ledger(), asyncio.Event()
    try:
        for sidecar in sidecars:
            await _start(sidecar)
        endpoints = [sidecar.endpoint for sidecar in sidecars]
        clients = [asyncio.create_task(Client(seed + n, endpoints, ledger).run(stop)) for n in range(CLIENTS)]
        for number in range(kills):
            await _kill_once(sidecars[number % 2], _failpoint(number, dice), dice)
            if number % 20 == 10:
                await _crash(postgres.url)
            if number % 10 == 9:
                print(f"  {number + 1} kills, {len(ledger.acknowledged)} failures acknowledged", flush=True)
        stop.set()
        await asyncio.gather(*clients)
        await asyncio.gather(*(drained(sidecar) for sidecar in sidecars))
        return await ledger.compare(postgres.url)
    finally:
        for sidecar in sidecars:
            await asyncio.to_thread(sidecar.__exit__)
        supervision.cancel()
        await postgres.stop()


async def _crash(database_url: str) -> None:
    """What `pg_ctl stop -m immediate` does; the supervisor starts the server again."""
    connection = await asyncpg.connect(database_url)
    pid_file: str = await connection.fetchval("SELECT pg_read_file('postmaster.pid')")
    os.kill(int(pid_file.split(maxsplit=1)[0]), signal.SIGQUIT)
    connection.terminate()


def _failpoint(number: int, dice: random.Random) -> str:
    """Every second kill at a named stage, each stage in turn; the others at a random moment."""
    return "" if number % 2 else f"{STAGES[number // 2 % len(STAGES)]}@{dice.randint(1, 8)}"


async def _kill_once(sidecar: SidecarProcess, failpoint: str, dice: random.Random) -> None:
    if failpoint:
        await asyncio.to_thread(sidecar.kill)
        await asyncio.to_thread(sidecar.start, FAILCAT_FAILPOINT=failpoint)
        await _ended(sidecar, 8.0)
    else:
        await asyncio.sleep(dice.random() * 1.5)
    if sidecar.process and sidecar.process.poll() is None:
        await asyncio.to_thread(sidecar.kill)
    await _start(sidecar)


async def _ended(sidecar: SidecarProcess, seconds: float) -> None:
    assert sidecar.process
    try:
        await asyncio.to_thread(sidecar.process.wait, seconds)
    except subprocess.TimeoutExpired:
        print(f"  a failpoint was not reached within {seconds} s", flush=True)


async def _start(sidecar: SidecarProcess) -> None:
    await asyncio.to_thread(sidecar.start)
    await asyncio.to_thread(sidecar.wait_ready)


async def drained(sidecar: SidecarProcess, seconds: float = DRAIN_SECONDS) -> None:
    """Until the spool has nothing that PostgreSQL lacks."""
    deadline = time.monotonic() + seconds
    while await asyncio.to_thread(sidecar.metric, "failcat_spool_records") > 0:
        if time.monotonic() > deadline:
            raise AssertionError(f"the spool is not drained after {seconds} s:\n{sidecar.log()}")
        await asyncio.sleep(0.2)
