"""The system calls that can fail or stall, in one place, so that tests can make them fail or stall."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

_MAX_BUFFERS = 1024  # IOV_MAX on Linux


class Disk:
    """The real disk. Every method blocks and raises OSError."""

    def allocate(self, descriptor: int, size_bytes: int) -> None:
        """Reserves space, so that later writes neither run out of it nor change the file's size."""
        os.posix_fallocate(descriptor, 0, size_bytes)

    def write(self, descriptor: int, buffers: Sequence[bytes], offset: int) -> None:
        """Writes all bytes of all buffers."""
        for first in range(0, len(buffers), _MAX_BUFFERS):
            offset += self._write_all(descriptor, buffers[first : first + _MAX_BUFFERS], offset)

    def sync(self, descriptor: int) -> None:
        """Returns when the file's bytes would survive a power cut."""
        os.fdatasync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Returns when the folder's names would survive a power cut."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, descriptor: int, size_bytes: int, offset: int) -> bytes:
        """Fewer bytes only at the end of the file."""
        return os.pread(descriptor, size_bytes, offset)

    def free_bytes(self, folder: Path) -> int:
        """Free space for an unprivileged user."""
        status = os.statvfs(folder)
        return status.f_bavail * status.f_frsize

    def _write_all(self, descriptor: int, buffers: Sequence[bytes], offset: int) -> int:
        total = sum(map(len, buffers))
        written = os.pwritev(descriptor, buffers, offset)
        if written < total:  # a signal or a nearly full disk: rare enough to pay for a copy
            rest = memoryview(b"".join(buffers))
            while written < total:
                written += os.pwrite(descriptor, rest[written:], offset + written)
        return total
