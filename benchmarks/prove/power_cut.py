"""A power cut: the spool lies on a disk image; after SIGKILL what the disk holds, not the page cache, counts.

The image is copied beneath the mounted file system, so that whatever was never synced is missing from the copy. Needs
root and loop devices.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
from pathlib import Path

from tests.support.sidecar import SidecarProcess

from benchmarks.prove.client import Client
from benchmarks.prove.kills import drained
from benchmarks.prove.ledger import Ledger, Verdict
from failcat_storage.embedded import EmbeddedPostgres
from failcat_storage.migrate import upgrade

IMAGE_MIB = 768


async def prove_power_cut(folder: Path, cuts: int, seed: int) -> Verdict:
    """PostgreSQL is unreachable until after the last cut, so that nothing but the spool can have kept a failure."""
    postgres = await EmbeddedPostgres.start(folder / "database", on_progress=print)
    await upgrade(postgres.url)
    await postgres.stop()
    dice = random.Random(seed)
    image, mount = folder / "disk.img", folder / "disk"
    mount.mkdir(exist_ok=True)
    _run("truncate", "-s", f"{IMAGE_MIB}M", str(image))
    _run("mkfs.ext4", "-q", "-F", str(image))
    _run("mount", "-o", "loop", str(image), str(mount))
    settings = {"FAILCAT_SPOOL_MAX_BYTES": "512MiB", "FAILCAT_SPOOL_RESERVE_BYTES": "16MiB"}
    sidecar = SidecarProcess(mount / "data", postgres.url, settings)
    ledger, stop = Ledger(), asyncio.Event()
    try:
        sidecar.start()
        await asyncio.to_thread(sidecar.wait_ready)
        clients = [asyncio.create_task(Client(seed + n, [sidecar.endpoint], ledger).run(stop)) for n in range(2)]
        for _ in range(cuts):
            await asyncio.sleep(1 + dice.random())
            await asyncio.to_thread(_cut_power, sidecar, image, mount)
            sidecar.start()
            await asyncio.to_thread(sidecar.wait_ready)
        stop.set()
        await asyncio.gather(*clients)
        postgres = await EmbeddedPostgres.start(folder / "database", on_progress=print)
        try:
            await drained(sidecar)
            return await ledger.compare(postgres.url)
        finally:
            await asyncio.to_thread(sidecar.stop)
            await postgres.stop()
    finally:
        sidecar.__exit__()
        subprocess.run(["umount", str(mount)], check=False)


def _cut_power(sidecar: SidecarProcess, image: Path, mount: Path) -> None:
    sidecar.kill()
    copy = image.with_suffix(".cut")
    shutil.copyfile(image, copy)  # the loop device's own writes only: dirty pages of the file system are not in it
    _run("umount", str(mount))
    copy.replace(image)
    _run("mount", "-o", "loop", str(image), str(mount))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
