"""One run of the `postgres` process: start it, wait until it is ready, shut it down."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from failcat_storage.embedded import logs
from failcat_storage.embedded.account import Account
from failcat_storage.embedded.cluster import ENVIRONMENT
from failcat_storage.embedded.layout import DATABASE, PORT, USER, Layout
from failcat_storage.embedded.pidfile import read_pidfile
from failcat_storage.errors import StorageError

Progress = Callable[[str], None]

POLL_SECONDS = 0.02
REPORT_SECONDS = 3.0
IMMEDIATE_SHUTDOWN_SECONDS = 15.0  # the server itself kills its children after five


class Process(Protocol):
    """What subprocess.Popen offers, and what an orphan offers too. Signals to an ended process do nothing."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None:
        """None while it runs."""

    def send_signal(self, sig: int) -> None: ...


def launch(layout: Layout, install: Path, account: Account) -> subprocess.Popen[bytes]:
    """Starts the server in a process group of its own, so that Ctrl-C reaches the sidecar alone. Raises OSError."""
    settings = {
        "config_file": layout.home / "postgresql.conf",
        "hba_file": layout.home / "pg_hba.conf",
        "log_directory": layout.logs,
        "unix_socket_directories": layout.sockets,
        "port": PORT,
    }
    command = [str(install / "bin/postgres"), "-D", str(layout.cluster)]
    with layout.startup_log.open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own binary and paths
            [*command, *(f"--{name}={value}" for name, value in settings.items())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=ENVIRONMENT,
            process_group=0,
            umask=0o077,
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups,
        )


async def wait_ready(server: subprocess.Popen[bytes], layout: Layout, on_progress: Progress) -> None:
    """Returns when the server accepts connections. No time limit: recovery after a crash takes as long as it takes.

    Reads the status that the server writes into postmaster.pid; a connection tried too early would only fill its log.
    Raises StorageError when the server ends.
    """
    begun = reported = time.monotonic()
    while server.poll() is None:
        pidfile = read_pidfile(layout.cluster)
        if pidfile is not None and pidfile.pid == server.pid and pidfile.ready:
            return
        if time.monotonic() - reported >= REPORT_SECONDS:
            reported = time.monotonic()
            on_progress(f"PostgreSQL is starting ({reported - begun:.0f} s): {logs.last_line(layout)}")
        await asyncio.sleep(POLL_SECONDS)
    raise StorageError(f"PostgreSQL does not start: {logs.last_error(layout)}")


async def wait_ended(server: Process, poll_seconds: float) -> int:
    """Returns the exit status; negative is the signal that killed it."""
    while (status := server.poll()) is None:  # noqa: ASYNC110 - an orphan's end raises no event
        await asyncio.sleep(poll_seconds)
    return status


async def create_database(layout: Layout) -> None:
    """Creates our database unless it is there. Raises StorageError."""
    import asyncpg  # noqa: PLC0415 - light commands import this package and need no driver

    try:
        connection = await asyncpg.connect(host=str(layout.sockets), port=PORT, user=USER, database="postgres")
        try:
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await connection.close()
    except (asyncpg.PostgresError, OSError) as error:
        raise StorageError(f"PostgreSQL started, but cannot be used: {error}") from error


async def shut_down(server: Process, timeout_seconds: float) -> None:
    """Fast shutdown; after the timeout an immediate one, which leaves a recovery to the next start; then a kill.

    Raises StorageError when even that does not end it.
    """
    for number, patience_seconds in (
        (signal.SIGINT, timeout_seconds),
        (signal.SIGQUIT, IMMEDIATE_SHUTDOWN_SECONDS),
        (signal.SIGKILL, IMMEDIATE_SHUTDOWN_SECONDS),
    ):
        server.send_signal(number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wait_ended(server, POLL_SECONDS), patience_seconds)
            return
    raise StorageError(f"PostgreSQL (process {server.pid}) does not end, not even when killed")
