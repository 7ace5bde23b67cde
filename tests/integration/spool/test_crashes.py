"""SIGKILL and power cuts: what was acknowledged is there after the restart."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.recovery import open_segment, take_inventory
from failcat_sidecar.spool.types import Damage, StoredBatch

WRITER = """
import asyncio, os, sys
from pathlib import Path
from failcat_sidecar.spool import Spool

async def main():
    spool = await Spool.open(Path(sys.argv[1]), max_bytes=1 << 24, segment_bytes=20_000, reserve_free_bytes=0)
    drain = len(sys.argv) > 2 and asyncio.create_task(drain_all(spool))
    async def client(first):
        for number in range(first, 1 << 30, 8):
            await spool.append(b"%d " % number + b"x" * (number % 700), 1)
            os.write(1, b"%d\\n" % number)
    await asyncio.gather(*(client(n) for n in range(8)))

async def drain_all(spool):
    while True:
        spool.drained((await spool.read(50, 1 << 20))[-1].position)

asyncio.run(main())
"""

DIES_OF = """
import asyncio, os, signal, sys
from pathlib import Path
from failcat_sidecar.spool import Spool

async def work(batches):
    await asyncio.sleep(0)
    if any(batch.payload == b"13" for batch in batches):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    spool = await Spool.open(Path(sys.argv[1]), max_bytes=1 << 20, reserve_free_bytes=0)
    if not spool.stats.records:
        for number in range(20):
            await spool.append(b"%d" % number, 1)
    while spool.stats.records:
        batches = await spool.read(1000, 1 << 20)
        if batches[0].crashes < 3:
            await spool.attempt(batches, work(batches))
        else:
            print("gave up on", batches[0].payload.decode(), len(batches), flush=True)
        spool.drained(batches[-1].position)
    await spool.close()

asyncio.run(main())
"""


def intact(folder: Path) -> list[StoredBatch]:
    inventory = take_inventory(folder)
    found: list[StoredBatch | Damage] = []
    for file in inventory.files:
        with open_segment(inventory, file, Disk()) as reader:
            while (item := reader.next(file.path.stat().st_size)) is not None:
                found.append(item)
    assert not [item for item in found if isinstance(item, Damage)]
    return [item for item in found if isinstance(item, StoredBatch)]


def start(folder: Path, *arguments: str, failpoint: str = "") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), *arguments],
        stdout=subprocess.PIPE,
        env=os.environ | {"FAILCAT_FAILPOINT": failpoint},
    )


def acknowledged_by(process: "subprocess.Popen[bytes]") -> list[int]:
    """Numbers of the batches whose append() returned, until the process died."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    return [int(line) for line in output.split(b"\n")[:-1]]


@pytest.mark.parametrize("failpoint", ["spool.written@1", "spool.written@40", "spool.synced@1", "spool.synced@40"])
def test_a_kill_at_any_stage_loses_nothing_that_was_acknowledged(tmp_path: Path, failpoint: str) -> None:
    acknowledged = acknowledged_by(start(tmp_path, failpoint=failpoint))
    stored = [int(batch.payload.split()[0]) for batch in intact(tmp_path)]
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored)) <= len(acknowledged) + 8
    if failpoint.startswith("spool.synced"):
        assert len(stored) > len(acknowledged)


def test_a_kill_while_draining_loses_nothing(tmp_path: Path) -> None:
    acknowledged = acknowledged_by(start(tmp_path, "drain", failpoint="spool.drained@3"))
    stored = [int(batch.payload.split()[0]) for batch in intact(tmp_path)]
    assert len(list(tmp_path.glob("*.drained"))) == 3
    assert set(acknowledged) <= set(stored)


def test_a_batch_that_kills_the_process_again_and_again_is_found_alone(tmp_path: Path) -> None:
    outcomes: list[subprocess.CompletedProcess[str]] = []
    while not outcomes or (outcomes[-1].returncode and len(outcomes) < 10):
        command = [sys.executable, "-c", DIES_OF, str(tmp_path)]
        outcomes.append(subprocess.run(command, capture_output=True, text=True, check=False))
    # All twenty, then this one alone three times, then without it.
    assert [outcome.returncode for outcome in outcomes] == [-signal.SIGKILL] * 4 + [0], outcomes[-1].stderr
    assert outcomes[-1].stdout == "gave up on 13 1\n"


def test_what_was_acknowledged_survives_a_power_cut(tmp_path: Path) -> None:
    image, disk, copy, after = (tmp_path / name for name in ("image", "disk", "copy", "after"))
    disk.mkdir()
    after.mkdir()
    with image.open("wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    if subprocess.run(["mount", "-o", "loop", str(image), str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system needs root and a loop device")
    try:
        acknowledged = acknowledged_by(start(disk / "spool", failpoint="spool.synced@150"))
        copy.write_bytes(image.read_bytes())  # what the disk holds; the page cache above it would be lost
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    subprocess.run(["mount", "-o", "loop", str(copy), str(after)], check=True)
    try:
        stored = {int(batch.payload.split()[0]) for batch in intact(after / "spool")}
    finally:
        subprocess.run(["umount", str(after)], check=True)
    assert len(acknowledged) > 100
    assert set(acknowledged) <= stored
