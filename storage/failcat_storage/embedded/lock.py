"""One supervisor per data folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from failcat_storage.errors import StorageConfigurationError


class Lock:
    """Held until release() or the end of the process; a server that outlives its supervisor does not inherit it."""

    def __init__(self, path: Path) -> None:
        """Raises StorageConfigurationError when another process holds it."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._descriptor, 20).decode(errors="replace").strip()
            os.close(self._descriptor)
            problem = f"{path.parent} is in use by another `failcat serve` (process {holder})"
            raise StorageConfigurationError("FAILCAT_DATA_DIR", problem) from None
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Lets the next supervisor in. May be called twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
