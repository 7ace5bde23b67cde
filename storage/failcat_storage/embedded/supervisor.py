"""The embedded PostgreSQL as the sidecar sees it: start, URL, supervise, stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
from pathlib import Path

from failcat_storage.disk_limit import DiskLimit
from failcat_storage.embedded import logs
from failcat_storage.embedded.account import Account, check_reach, choose_account
from failcat_storage.embedded.cluster import check_version, create_cluster, write_configuration
from failcat_storage.embedded.hand_over import hand_over, is_foreign
from failcat_storage.embedded.install import DEFAULT_VERSION, usable_install
from failcat_storage.embedded.layout import Layout, database_url
from failcat_storage.embedded.lock import Lock
from failcat_storage.embedded.server import Progress, create_database, launch, shut_down, wait_ended, wait_ready
from failcat_storage.errors import StorageConfigurationError, StorageError

DEATH_POLL_SECONDS = 0.2
PRUNE_SECONDS = 60.0
FIRST_RESTART_DELAY_SECONDS = 0.2
LAST_RESTART_DELAY_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0


class EmbeddedPostgres:
    """A running server and the lock on its data folder. Made by start(); bound to no event loop."""

    def __init__(self, layout: Layout, account: Account, lock: Lock) -> None:
        self._layout = layout
        self._account = account
        self._lock = lock
        self._install: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    @classmethod
    async def start(
        cls,
        data_dir: Path,
        *,
        version: int = DEFAULT_VERSION,
        limit: DiskLimit | None = None,
        on_progress: Progress,
    ) -> EmbeddedPostgres:
        """Returns when the server accepts connections and its database exists. Recovery after a crash may take
        any time; `on_progress` hears of it every few seconds.

        Raises StorageConfigurationError when there are no binaries, or the data folder cannot be used, is in use, or
        is of another major version; StorageError when PostgreSQL does not start.
        """
        try:
            server = cls._claim(data_dir)
            try:
                await server._start(version, limit, on_progress)
            except BaseException:
                await server.stop()
                raise
        except OSError as error:
            raise StorageConfigurationError("FAILCAT_DATA_DIR", str(error)) from error
        return server

    @classmethod
    def _claim(cls, data_dir: Path) -> EmbeddedPostgres:
        layout = Layout(data_dir.absolute())
        account = choose_account(layout.cluster)
        layout.create_home(account)
        return cls(layout, account, Lock(layout.lock))

    @property
    def url(self) -> str:
        """For asyncpg and libpq, over the socket in its private folder; no password."""
        return database_url(self._layout.sockets)

    async def wait(self) -> int:
        """Returns the exit status of the server when it has ended; negative is the signal that killed it."""
        assert self._process is not None
        return await wait_ended(self._process, DEATH_POLL_SECONDS)

    async def supervise(self, on_progress: Progress) -> None:
        """Starts the server again whenever it dies, after a growing pause, until stop(). Removes old log files."""
        delay_seconds = FIRST_RESTART_DELAY_SECONDS
        while not self._stopping:
            begun = time.monotonic()
            status = await self._wait_and_prune()
            if self._stopping:
                return
            if time.monotonic() - begun > HEALTHY_AFTER_SECONDS:
                delay_seconds = FIRST_RESTART_DELAY_SECONDS
            on_progress(f"PostgreSQL {_describe_exit(status)}; starting it again in {delay_seconds:g} s")
            await asyncio.sleep(delay_seconds)
            delay_seconds = min(2 * delay_seconds, LAST_RESTART_DELAY_SECONDS)
            await self._restart(on_progress)

    def thaw(self) -> None:
        """Lets a server that was stopped by a signal go on; does nothing to one that runs."""
        from failcat_storage.embedded.orphan import thaw  # noqa: PLC0415 - as in _launch

        thaw(self._layout.cluster)

    async def stop(self, timeout_seconds: float = 30.0) -> None:
        """Shuts the server down: fast, after the timeout immediately. Lets the next supervisor in.

        Raises StorageError when the server does not end.
        """
        self._stopping = True
        if self._process is not None:
            self.thaw()
            await shut_down(self._process, timeout_seconds)
            self._layout.remove_outside_folder()
        self._lock.release()

    async def _start(self, version: int, limit: DiskLimit | None, on_progress: Progress) -> None:
        if is_foreign(self._layout, self._account):
            await self._take_over(on_progress)
        self._layout.create(self._account)
        self._install = await asyncio.to_thread(_prepare, self._layout, version, limit, self._account)
        await self._launch(on_progress)
        await create_database(self._layout)

    async def _take_over(self, on_progress: Progress) -> None:
        from failcat_storage.embedded.orphan import clear_leftovers  # noqa: PLC0415 - as in _launch

        on_progress(f"the data of PostgreSQL go to user {self._account.name}")
        await clear_leftovers(self._layout, on_progress)
        await asyncio.to_thread(hand_over, self._layout, self._account)

    async def _launch(self, on_progress: Progress) -> None:
        # Imported here because it needs psutil, which comes with the wheel that _prepare has found.
        from failcat_storage.embedded.orphan import clear_leftovers  # noqa: PLC0415

        assert self._install is not None
        await clear_leftovers(self._layout, on_progress)
        self._process = launch(self._layout, self._install, self._account)
        await wait_ready(self._process, self._layout, on_progress)

    async def _restart(self, on_progress: Progress) -> None:
        if self._stopping:
            return
        try:
            await self._launch(on_progress)
        except (StorageError, OSError) as error:
            on_progress(str(error))

    async def _wait_and_prune(self) -> int:
        while True:
            with contextlib.suppress(OSError):
                logs.prune(self._layout)
            try:
                return await asyncio.wait_for(self.wait(), PRUNE_SECONDS)
            except TimeoutError:
                continue


def _prepare(layout: Layout, version: int, limit: DiskLimit | None, account: Account) -> Path:
    """Everything before the first launch. Returns the folder of the binaries."""
    check_reach(account, layout.home)
    check_reach(account, layout.sockets)
    check_version(layout, version, account)
    install = usable_install(version, account, layout.installs)
    create_cluster(layout, install, version, account)
    write_configuration(layout, limit)
    return install


def _describe_exit(status: int) -> str:
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
