"""Keeps the memory of request bodies for later bodies.

glibc returns blocks of this size to the kernel at once and requests them again for the next body; the page faults were
two fifths of the cost of receiving 300 KB.
"""

from __future__ import annotations

import ctypes
import sys

# From glibc's malloc.h. Setting either also switches off the dynamic adjustment of both.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3

HEAP_BLOCK_BYTES = 4 << 20  # larger blocks are still mapped and unmapped one by one
KEPT_BYTES = 16 << 20  # free memory at the end of the heap beyond this goes back


def keep_freed_memory() -> None:
    """Affects the whole process. Does nothing with another C library, such as musl."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
