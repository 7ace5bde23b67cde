"""What a killed sidecar or a killed server leaves behind: a server without a supervisor, stale files."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path

import psutil  # comes with the wheel of the binaries

from failcat_storage.embedded.layout import PORT, Layout
from failcat_storage.embedded.pidfile import read_pidfile
from failcat_storage.embedded.server import Progress, shut_down

SHUTDOWN_SECONDS = 60.0


class Orphan:
    """A server that is not our child: signalled like one, but its exit status is lost."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        try:
            alive = self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            alive = False
        return None if alive else 0

    def send_signal(self, sig: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._process.send_signal(sig)


def find_orphans(cluster: Path) -> dict[int, Orphan]:
    """The PostgreSQL processes that work in this folder, by pid.

    A process is known by its working folder, because postmaster.pid may name a dead server's pid that another process
    has now, and because a killed server's children may outlive it in the middle of a long query.
    """
    return {process.pid: Orphan(process) for process in psutil.process_iter(["name"]) if _works_in(process, cluster)}


def thaw(cluster: Path) -> None:
    """Lets processes of the server that were stopped (SIGSTOP, a debugger) go on, so that they can be asked to end."""
    for orphan in find_orphans(cluster).values():
        orphan.send_signal(signal.SIGCONT)


async def clear_leftovers(layout: Layout, on_progress: Progress) -> None:
    """Shuts down a server that nobody supervises and removes stale files. The caller holds the folder's lock.

    PostgreSQL would take a stale postmaster.pid for a running server as soon as any process of its user has that pid.
    Raises StorageError when a process cannot be ended.
    """
    thaw(layout.cluster)
    orphans = find_orphans(layout.cluster)
    pidfile = read_pidfile(layout.cluster)
    if pidfile is not None and pidfile.pid in orphans:
        on_progress(f"stopping the PostgreSQL that an earlier sidecar left running (process {pidfile.pid})")
        await shut_down(orphans[pidfile.pid], SHUTDOWN_SECONDS)
    # All at once: the one that writes the log ends by itself after the others, whatever it is sent.
    await asyncio.gather(*(shut_down(child, 0) for child in orphans.values() if child.poll() is None))
    for stale in (layout.cluster / "postmaster.pid", *layout.sockets.glob(f".s.PGSQL.{PORT}*")):
        stale.unlink(missing_ok=True)


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return process.info["name"] == "postgres" and cluster.samefile(process.cwd())
    except (psutil.Error, OSError):
        return False
