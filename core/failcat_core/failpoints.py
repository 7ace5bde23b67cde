"""Named places where a test can kill the process: FAILCAT_FAILPOINT=spool.synced or spool.synced@17 (the 17th pass).

A kill is SIGKILL, so nothing is flushed or cleaned up. Unset, a pass costs one comparison.
"""

from __future__ import annotations

import os
import signal
from itertools import count

_armed, _, _nth = os.environ.get("FAILCAT_FAILPOINT", "").partition("@")
_passes = count(1)
_kill_at = int(_nth or 1)

STAGES = (
    "receive.parsed",  # the request is decoded, nothing is stored
    "pipeline.deduplicated",  # records exist in memory only
    "spool.written",  # bytes handed to the kernel, not synced
    "spool.synced",  # durable, not acknowledged
    "pipeline.acknowledged",  # about to answer the client
    "write.staged",  # rows are in, their groups not yet counted
    "write.inserted",  # rows and counts are in, not committed
    "write.committed",  # committed, the spool does not know
    "rejoin.written",  # rows of earlier batches are joined with these, not committed
    "rejoin.committed",  # joined, the spool does not know
    "spool.drained",  # the segment is marked drained
)


def failpoint(stage: str) -> None:
    """Kills this process if `stage` is the armed one and this is its n-th pass."""
    if stage == _armed and next(_passes) == _kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
