"""postmaster.pid: what a running server says of itself, line by line (pidfile.h in PostgreSQL's source)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PidFile:
    """The lines we need; a server that is only starting has not written them all."""

    pid: int
    sockets: Path | None
    ready: bool


def read_pidfile(cluster: Path) -> PidFile | None:
    """None when no server runs, or none has written its first line yet. Raises PermissionError."""
    try:
        lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    pid, _, _, _, sockets, _, _, status, *_ = (*lines, *[""] * 8)
    if not pid.strip().isdecimal():
        return None
    return PidFile(int(pid), Path(sockets) if sockets else None, status.strip() == "ready")
