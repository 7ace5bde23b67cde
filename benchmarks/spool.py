"""The spool against a bare append and fdatasync, with the same batches on the same disk in the same run."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from failcat_sidecar.spool import Spool

ROUNDS = 3
SECONDS = 1.0
SHAPES = ((2048, 1), (2048, 8), (2048, 64), (200 * 1024, 8))  # bytes of a batch, concurrent appends
DRAINED_BATCHES = 50_000


def run() -> Iterator[str]:
    """Batches and megabytes per second, and the ratio to the bare file: medians of interleaved rounds."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        for size, concurrency in SHAPES:
            payload = os.urandom(size)
            bare, spooled = [], []
            for turn in range(ROUNDS):
                bare.append(_bare(folder / f"bare-{turn}", payload, concurrency))
                spooled.append(
                    asyncio.run(_spooled(folder / f"spool-{size}-{concurrency}-{turn}", payload, concurrency))
                )
            yield _line(f"append {size:>6} B x {concurrency:>2}", size, median(spooled), median(bare))
        yield asyncio.run(_drained(folder / "drain"))


def _line(label: str, size: int, spooled: float, bare: float) -> str:
    megabytes = spooled * size / 1e6
    return (
        f"{label}: {spooled:>8,.0f} batches/s {megabytes:>6,.0f} MB/s; bare {bare:>8,.0f}; ratio {spooled / bare:.2f}"
    )


def _bare(path: Path, payload: bytes, group: int) -> float:
    """One thread that appends a whole group and syncs once: what group commit can reach at best."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    started, written = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        os.writev(descriptor, [payload] * group)
        os.fdatasync(descriptor)
        written += group
    elapsed = time.perf_counter() - started
    os.close(descriptor)
    path.unlink()
    return written / elapsed


async def _spooled(folder: Path, payload: bytes, concurrency: int) -> float:
    spool = await Spool.open(folder, max_bytes=8 << 30, reserve_free_bytes=0)
    started = time.perf_counter()

    async def append() -> int:
        count = 0
        while time.perf_counter() - started < SECONDS:
            await spool.append(payload, 1)
            count += 1
        return count

    written = sum(await asyncio.gather(*(append() for _ in range(concurrency))))
    elapsed = time.perf_counter() - started
    await spool.close()
    for path in folder.iterdir():
        path.unlink()
    return written / elapsed


async def _drained(folder: Path) -> str:
    """Reading back with checksums, and opening a spool that holds as much."""
    spool = await Spool.open(folder, max_bytes=8 << 30, reserve_free_bytes=0)
    await asyncio.gather(*(spool.append(os.urandom(1200), 4) for _ in range(DRAINED_BATCHES)))
    await spool.close()
    started = time.perf_counter()
    spool = await Spool.open(folder, max_bytes=8 << 30, reserve_free_bytes=0)
    opened = time.perf_counter()
    left = DRAINED_BATCHES
    while left:
        batches = await spool.read(4000, 8 << 20)
        spool.drained(batches[-1].position)
        left -= len(batches)
    drained = time.perf_counter()
    await spool.close()
    megabytes = DRAINED_BATCHES * 1200 / 1e6
    return (
        f"drain 1200 B: {DRAINED_BATCHES / (drained - opened):,.0f} batches/s "
        f"{megabytes / (drained - opened):,.0f} MB/s; open and check {megabytes:.0f} MB: {opened - started:.2f} s"
    )
