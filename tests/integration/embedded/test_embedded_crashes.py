"""Kills of the server, of its supervisor and of both; what they leave behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from tests.support.waiting import until

from failcat_storage.embedded import EmbeddedPostgres, logs
from failcat_storage.embedded import server as server_module
from failcat_storage.embedded.account import choose_account
from failcat_storage.embedded.install import usable_install
from failcat_storage.embedded.layout import Layout
from failcat_storage.embedded.orphan import find_orphans
from failcat_storage.embedded.pidfile import read_pidfile

SIDECAR = """
import asyncio, sys
from pathlib import Path
from failcat_storage.embedded import EmbeddedPostgres

async def main():
    server = await EmbeddedPostgres.start(Path(sys.argv[1]), on_progress=print)
    print(server.url, flush=True)
    await server.supervise(print)

asyncio.run(main())
"""


# The last but one: a server killed in the middle of a reply can confuse the driver's state machine.
CONNECTION_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


def postmaster_pid(data_dir: Path) -> int:
    pidfile = read_pidfile(Layout(data_dir).cluster)
    assert pidfile is not None
    return pidfile.pid


@asynccontextmanager
async def supervised(server: EmbeddedPostgres) -> AsyncIterator[list[str]]:
    messages: list[str] = []
    task = asyncio.create_task(server.supervise(messages.append))
    yield messages
    await server.stop()
    await asyncio.wait_for(task, 10)


async def connect_patiently(url: str) -> asyncpg.Connection:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(*CONNECTION_LOST):
                return await asyncpg.connect(url)
            await asyncio.sleep(0.02)


def freeze(data_dir: Path) -> list[psutil.Process]:
    """All of the server's processes: they neither answer nor refuse, nor see a signal."""
    server = psutil.Process(postmaster_pid(data_dir))
    frozen = [server, *server.children()]
    for process in frozen:
        process.suspend()
    return frozen


async def test_a_frozen_server_is_stopped_cleanly(data_dir: Path) -> None:
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    frozen = freeze(data_dir)
    await asyncio.wait_for(server.stop(), 10)
    assert not [process for process in frozen if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert not (Layout(data_dir).cluster / "postmaster.pid").exists()  # a killed server leaves it


async def test_a_frozen_server_that_nobody_supervises_makes_way(data_dir: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SIDECAR, str(data_dir)], stdout=subprocess.PIPE) as sidecar:
        assert sidecar.stdout
        sidecar.stdout.readline()
        freeze(data_dir)
        sidecar.kill()
    server = await asyncio.wait_for(EmbeddedPostgres.start(data_dir, on_progress=print), 20)
    await server.stop()


@pytest.mark.parametrize("death", [signal.SIGQUIT, signal.SIGKILL])
async def test_server_that_dies_under_load_is_started_again_and_keeps_every_commit(
    server: EmbeddedPostgres, data_dir: Path, death: signal.Signals
) -> None:
    committed = 0
    async with supervised(server) as messages:
        connection = await connect_patiently(server.url)
        await connection.execute("DROP TABLE IF EXISTS committed; CREATE TABLE committed (n int PRIMARY KEY)")
        for _ in range(2):
            under_load = committed + 50
            with contextlib.suppress(*CONNECTION_LOST):
                while True:
                    await connection.execute("INSERT INTO committed VALUES ($1) ON CONFLICT DO NOTHING", committed + 1)
                    committed += 1
                    if committed == under_load:
                        os.kill(postmaster_pid(data_dir), death)
            connection = await connect_patiently(server.url)
        rows = await connection.fetchval("SELECT count(*) FROM committed")
        await connection.close()
    # The last insert before each death is unknown to the client: it was committed or not.
    assert committed >= 100
    assert committed <= rows <= committed + 1
    assert any("starting it again" in message for message in messages)


async def test_server_that_cannot_start_is_tried_again_with_growing_pauses(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    settings = Layout(data_dir).cluster / "postgresql.auto.conf"
    async with supervised(server) as messages:
        settings.write_text("shared_buffers = 'plenty'\n")
        os.kill(postmaster_pid(data_dir), signal.SIGQUIT)
        await until(lambda: sum("does not start" in message for message in messages) >= 2)
        settings.write_text("")
        await (await connect_patiently(server.url)).close()
    pauses = [message.rpartition(" in ")[2] for message in messages if "starting it again" in message]
    assert pauses[:3] == ["0.2 s", "0.4 s", "0.8 s"]


async def test_wait_tells_how_the_server_ended(server: EmbeddedPostgres, data_dir: Path) -> None:
    os.kill(postmaster_pid(data_dir), signal.SIGKILL)
    assert await server.wait() == -signal.SIGKILL


async def test_stop_ends_supervision_without_a_restart(server: EmbeddedPostgres, data_dir: Path) -> None:
    async with supervised(server) as messages:
        pass
    assert messages == []
    assert not find_orphans(Layout(data_dir).cluster)


async def test_server_of_a_killed_sidecar_is_stopped_by_the_next_start(data_dir: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SIDECAR, data_dir], stdout=subprocess.PIPE) as sidecar:
        assert sidecar.stdout is not None
        url = sidecar.stdout.readline().decode().strip()
        left_behind = psutil.Process(postmaster_pid(data_dir))
        sidecar.kill()
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE orphaned AS SELECT 42 AS answer")
    await connection.close()
    messages: list[str] = []
    server = await EmbeddedPostgres.start(data_dir, on_progress=messages.append)
    try:
        assert [f"(process {left_behind.pid})" in message for message in messages] == [True]
        assert not left_behind.is_running() or left_behind.status() == psutil.STATUS_ZOMBIE
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("SELECT answer FROM orphaned") == 42
        await connection.close()
    finally:
        await server.stop()


async def test_stale_pid_file_with_a_reused_pid_does_not_prevent_a_start(data_dir: Path) -> None:
    layout = Layout(data_dir)
    account = choose_account(layout.cluster)
    with subprocess.Popen(
        ["sleep", "60"], user=account.uid, group=account.gid, extra_groups=account.groups
    ) as stranger:
        for stale in (layout.cluster / "postmaster.pid", layout.sockets / ".s.PGSQL.5432.lock"):
            stale.write_text(f"{stranger.pid}\n{layout.cluster}\n1700000000\n5432\n{layout.sockets}\n\n1 2\nready\n")
        server = await EmbeddedPostgres.start(data_dir, on_progress=print)
        await server.stop()
        assert stranger.poll() is None, "the stranger must not be signalled"
        stranger.kill()


async def test_query_that_outlives_its_killed_server_is_ended_before_the_next_start(data_dir: Path) -> None:
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    connection = await asyncpg.connect(server.url)
    query = asyncio.create_task(connection.fetchval("SELECT count(*) FROM generate_series(1, 100000000000)"))
    backend = connection.get_server_pid()
    watcher = await asyncpg.connect(server.url)
    running = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active'"
    await until(lambda: watcher.fetchval(running, backend))
    await watcher.close()
    os.kill(postmaster_pid(data_dir), signal.SIGKILL)
    await server.wait()
    assert backend in find_orphans(Layout(data_dir).cluster)
    await server.stop()
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    try:
        assert backend not in find_orphans(Layout(data_dir).cluster)
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await query
    finally:
        await server.stop()


async def test_a_server_that_stays_frozen_is_killed(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "IMMEDIATE_SHUTDOWN_SECONDS", 0.2)
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    monkeypatch.setattr(server, "thaw", lambda: None)
    os.kill(postmaster_pid(data_dir), signal.SIGSTOP)
    await server.stop(0.1)
    assert await server.wait() == -signal.SIGKILL


async def test_long_start_reports_progress_and_has_no_time_limit(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "REPORT_SECONDS", 0.05)
    layout = Layout(data_dir)
    account = choose_account(layout.cluster)
    process = server_module.launch(layout, usable_install(18, account, layout.installs), account)
    process.send_signal(signal.SIGSTOP)
    messages: list[str] = []
    start = asyncio.create_task(server_module.wait_ready(process, layout, messages.append))
    await until(lambda: len(messages) >= 2)
    process.send_signal(signal.SIGCONT)
    await start
    await server_module.shut_down(process, 30)
    assert all(message.startswith("PostgreSQL is starting (") for message in messages)


async def test_cancelled_start_leaves_nothing_running(data_dir: Path) -> None:
    start = asyncio.create_task(EmbeddedPostgres.start(data_dir, on_progress=print))
    cluster = Layout(data_dir).cluster
    await until(lambda: find_orphans(cluster))
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert not find_orphans(cluster)
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    await server.stop()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2026-01-01 00:00:00 UTC [7] FATAL:  no [such] thing", "FATAL:  no [such] thing"),
        ("postgres: FATAL: cannot execute", "postgres: FATAL: cannot execute"),
        ("2026-01-01 00:00:00 UTC [7] FATAL:  \x1b[2J" + "x" * 1000, "FATAL:  \\x1b[2J" + "x" * 288),
    ],
)
def test_reported_message_is_short_plain_text(tmp_path: Path, line: str, message: str) -> None:
    layout = Layout(tmp_path)
    layout.home.mkdir()
    layout.startup_log.write_text(f"LOG: before\n{line}\nLOG: after\n")
    assert logs.last_error(layout) == message


def test_only_the_newest_logs_are_kept(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.logs.mkdir(parents=True)
    for day in range(1, 9):
        (layout.logs / f"postgresql-2026010{day}-000000.log").touch()
    logs.prune(layout)
    kept = sorted(path.name for path in layout.logs.iterdir())
    assert kept == [f"postgresql-2026010{day}-000000.log" for day in range(4, 9)]
