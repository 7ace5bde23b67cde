"""Memory of bodies is kept for the next bodies, once a receiver has started."""

from __future__ import annotations

import subprocess
import sys

import pytest

BODIES = """
import asyncio, resource
from failcat_sidecar.receive import HttpReceiver, ReceiveLimits
async def start(): await HttpReceiver(None, ReceiveLimits(), None, None).start("127.0.0.1", 0)
{start}
def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def body(): return b"".join([b"x" * 262_144, b"y" * 262_144])
body()
before = faults()
for _ in range(100): body()
print(faults() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_bodies_cost_no_page_faults() -> None:
    def faults(start: str) -> int:
        return int(subprocess.check_output([sys.executable, "-c", BODIES.format(start=start)]))

    assert faults("asyncio.run(start())") < 500
    assert faults("") > 5_000
