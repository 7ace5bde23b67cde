"""Memory of bodies is kept for the next bodies."""

from __future__ import annotations

import subprocess
import sys

import pytest

BODIES = """
import resource
from failcat_sidecar.receive.allocator import keep_freed_memory
{tuned}
def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def body(): return b"".join([b"x" * 262_144, b"y" * 262_144])
body()
before = faults()
for _ in range(100): body()
print(faults() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_bodies_cost_no_page_faults():
    def faults(tuned: str) -> int:
        return int(subprocess.check_output([sys.executable, "-c", BODIES.format(tuned=tuned)]))

    assert faults("keep_freed_memory()") < 500
    assert faults("") > 5_000
