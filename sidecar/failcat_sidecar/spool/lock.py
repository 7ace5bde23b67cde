"""The lock that admits one sidecar to a spool."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from failcat_sidecar.errors import DataFolderError

NAME = "lock"


def lock_folder(folder: Path) -> int:
    """A descriptor that holds the lock until it is closed or the process dies. Raises DataFolderError."""
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise DataFolderError(f"{folder} is in use by another sidecar (pid {holder})") from None
    with suppress(OSError):  # on a full disk the lock holds without the name
        os.pwrite(descriptor, f"{os.getpid():<15}\n".encode(), 0)
    return descriptor
