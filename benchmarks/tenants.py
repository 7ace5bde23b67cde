"""How long a tenant waits for answers beside another that sends as fast as it can: the 99th percentile, against the
same beside an equal load of its own, in turn."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.support.sidecar import SidecarProcess

from benchmarks.end_to_end import SECONDS, postgres

ROUNDS = 3
MODEST = ("--failing", "1", "--spans", "10", "--connections", "2", "--rate", "400")  # 40 requests/s
FULL = ("--failing", "1", "--spans", "512", "--connections", "16")


def run() -> list[str]:
    return asyncio.run(_measure())


async def _measure() -> list[str]:
    folder = Path(tempfile.mkdtemp(prefix="failcat-bench-"))
    folder.chmod(0o755)  # the embedded PostgreSQL runs as another user when we are root
    tokens = folder / "tokens"
    tokens.write_text("\n".join(json.dumps({"token": name, "tenant": name}) for name in ("modest", "busy")))
    tokens.chmod(0o600)
    try:
        async with postgres(folder) as url:
            with SidecarProcess(folder / "data", url, {"FAILCAT_TOKENS_FILE": str(tokens)}) as sidecar:
                pairs = [[await _p99(sidecar, load) for load in ("modest", "busy")] for _ in range(ROUNDS)]
        own, other = (statistics.median(each) for each in zip(*pairs, strict=True))
        return [
            f"tenants   p99 to the answer beside another tenant at full load {other * 1e3:,.0f} ms, "
            f"beside an equal load of its own {own * 1e3:,.0f} ms; ratio {other / own:.2f}"
        ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _p99(sidecar: SidecarProcess, load: str) -> float:
    """Seconds, of the modest tenant's requests while `load` sends at full load."""
    full, modest = await asyncio.gather(_send(sidecar, load, *FULL), _send(sidecar, "modest", *MODEST))
    assert full["failures"] and not modest["refused"]
    while sidecar.readiness()["spool_records"]:
        await asyncio.sleep(0.1)
    return modest["p99"]


async def _send(sidecar: SidecarProcess, token: str, *options: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.sender", f"127.0.0.1:{sidecar.http_port}", "--token", token]
    command += ["--seconds", str(SECONDS), *options]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    result: dict[str, float] = json.loads(output)
    return result
