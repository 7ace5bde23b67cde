"""Keeps what bodies occupied for the next bodies.

glibc gives blocks of this size back to the kernel at once and asks for them again with the next request; the page
faults were two fifths of what receiving a body of 300 KB costs.
"""

from __future__ import annotations

import ctypes
import sys

# From glibc's malloc.h. Setting either also ends its guessing of both.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3

HEAP_BLOCK_BYTES = 4 << 20  # larger blocks still come from the kernel and go back to it
KEPT_BYTES = 16 << 20  # free memory at the end of the heap beyond this goes back


def keep_freed_memory() -> None:
    """For the whole process. Does nothing where the C library is another one, such as musl."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
