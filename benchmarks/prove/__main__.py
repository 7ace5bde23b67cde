"""`make prove`: runs the long proofs and exits 1 when one does not hold."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import click

from benchmarks.prove.hostile import prove_hostile
from benchmarks.prove.kills import prove_kills
from benchmarks.prove.outage import prove_outage
from benchmarks.prove.power_cut import prove_power_cut


@click.command()
@click.option("--kills", default=100, show_default=True, help="How often a sidecar is killed; 0 leaves this proof out.")
@click.option("--outage-seconds", default=600, show_default=True, help="Without PostgreSQL; 0 leaves this proof out.")
@click.option("--power-cuts", default=5, show_default=True, help="Needs root and loop devices; 0 leaves it out.")
@click.option("--hostile-seconds", default=300, show_default=True, help="Hostile requests are bred so long; 0: none.")
@click.option("--seed", default=1, show_default=True)
def prove(kills: int, outage_seconds: int, power_cuts: int, hostile_seconds: int, seed: int) -> None:
    """Kill, cut and stop real processes under load; every acknowledged failure must be stored exactly once."""
    results = []
    if kills:
        results.append(_proof(f"{kills} kills", lambda folder: prove_kills(folder, kills, seed)))
    if power_cuts and os.geteuid() != 0:
        print("power cut: skipped, it needs root for a loop mount")
    elif power_cuts:
        results.append(_proof(f"{power_cuts} power cuts", lambda folder: prove_power_cut(folder, power_cuts, seed)))
    if outage_seconds:
        results.append(
            _proof(
                f"no PostgreSQL for {outage_seconds} s",
                lambda folder: prove_outage(folder, outage_seconds, seed),
            )
        )
    if hostile_seconds:
        name = f"hostile requests for {hostile_seconds} s"
        results.append(_proof(name, lambda folder: prove_hostile(folder, hostile_seconds, seed)))
    sys.exit(0 if all(results) else 1)


def _proof(name: str, run: Callable[[Path], Coroutine[object, object, object]]) -> bool:
    print(f"{name} …", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="failcat-prove-"))
    folder.chmod(0o755)  # the embedded PostgreSQL runs as another user when we are root
    started = time.monotonic()
    try:
        result = asyncio.run(run(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{name}, {time.monotonic() - started:.0f} s: {result}", flush=True)
    return "HOLDS" in str(result)


if __name__ == "__main__":
    prove()
