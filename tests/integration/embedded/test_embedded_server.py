"""Start, use and stop, on each version that the wheel carries."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import asyncpg
import pytest

from failcat_storage.embedded import EmbeddedPostgres, find_install, find_running
from failcat_storage.embedded.layout import Layout
from failcat_storage.embedded.pidfile import read_pidfile
from failcat_storage.errors import StorageConfigurationError, StorageError


async def fetch(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def psql(url: str, query: str) -> str:
    install = find_install()
    assert install is not None
    return subprocess.run([install / "bin/psql", url, "-Atc", query], capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize("version", [18, 16])
async def test_new_data_folder_is_private_and_survives_a_restart(open_tmp_path: Path, version: int) -> None:
    parent = open_tmp_path / "parent"
    parent.mkdir()
    parent.chmod(0o751)
    server = await EmbeddedPostgres.start(parent / "data", version=version, on_progress=print)
    try:
        assert int(str(await fetch(server.url, "SHOW server_version_num"))) // 10000 == version
        await fetch(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    finally:
        await server.stop()
    server = await EmbeddedPostgres.start(parent / "data", version=version, on_progress=print)
    try:
        assert await fetch(server.url, "SELECT answer FROM kept") == 42
    finally:
        await server.stop()
    layout = Layout(parent / "data")
    folders = (layout.cluster, layout.sockets, layout.logs, parent)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folders}
    assert modes == {"data": 0o700, "run": 0o700, "log": 0o700, "parent": 0o751}


async def test_server_is_set_up_for_durable_local_use(server: EmbeddedPostgres) -> None:
    expected = {
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "synchronous_commit": "on",
        "fsync": "on",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }
    assert {name: await fetch(server.url, f"SHOW {name}") for name in expected} == expected


async def test_text_is_ordered_without_the_c_library(server: EmbeddedPostgres) -> None:
    query = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()"
    assert await fetch(server.url, query) == "bC.UTF-8"


async def test_setting_made_with_alter_system_stays(server: EmbeddedPostgres, data_dir: Path) -> None:
    await fetch(server.url, "ALTER SYSTEM SET work_mem = '17MB'")
    await server.stop()
    again = await EmbeddedPostgres.start(data_dir, on_progress=print)
    try:
        assert await fetch(again.url, "SHOW work_mem") == "17MB"
    finally:
        await again.stop()


@pytest.mark.parametrize("name", ["with space & quote'", "with,comma", "long" * 30, "ümläut%20"])
async def test_any_folder_name_gives_a_url_that_clients_understand(data_dir: Path, name: str) -> None:
    folder = data_dir.rename(data_dir.with_name(name))
    server = await EmbeddedPostgres.start(folder, on_progress=print)
    try:
        assert await fetch(server.url, "SELECT 1") == 1
        assert psql(server.url, "SELECT 1") == "1\n"
        assert find_running(folder) == server.url
    finally:
        await server.stop()
        folder.rename(data_dir)


async def test_running_server_is_found_until_it_stops(server: EmbeddedPostgres, data_dir: Path) -> None:
    assert find_running(data_dir) == server.url
    await server.stop()
    assert find_running(data_dir) is None


def test_no_server_is_found_where_none_ever_ran(tmp_path: Path) -> None:
    assert find_running(tmp_path) is None


async def test_no_server_is_found_behind_a_stale_pid_file(server: EmbeddedPostgres, data_dir: Path) -> None:
    pid_file = Layout(data_dir).cluster / "postmaster.pid"
    left_behind = pid_file.read_text()
    await server.stop()
    pid_file.write_text(left_behind)
    assert find_running(data_dir) is None
    pid_file.unlink()


async def test_second_supervisor_is_refused_and_the_first_goes_on(server: EmbeddedPostgres, data_dir: Path) -> None:
    with pytest.raises(StorageConfigurationError, match=r"FAILCAT_DATA_DIR: .* in use by another `failcat serve`"):
        await EmbeddedPostgres.start(data_dir, on_progress=print)
    assert await fetch(server.url, "SELECT 1") == 1


async def test_start_that_fails_says_why_and_frees_the_folder(data_dir: Path) -> None:
    settings = Layout(data_dir).cluster / "postgresql.auto.conf"
    settings.write_text("shared_buffers = 'plenty'\n")
    try:
        with pytest.raises(StorageError, match=r"PostgreSQL does not start: FATAL:.*postgresql\.auto\.conf"):
            await EmbeddedPostgres.start(data_dir, on_progress=print)
    finally:
        settings.write_text("")
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    await server.stop()


async def test_initdb_that_was_killed_is_done_again(open_tmp_path: Path) -> None:
    home = Layout(open_tmp_path).home
    unfinished = home / "unfinished-1"
    unfinished.mkdir(parents=True)
    home.chmod(0o755)
    (unfinished / "PG_VERSION").write_text("18")
    server = await EmbeddedPostgres.start(open_tmp_path, on_progress=print)
    try:
        assert await fetch(server.url, "SELECT 1") == 1
        assert not list(home.glob("unfinished*"))
    finally:
        await server.stop()


async def test_server_keeps_out_of_the_sidecars_process_group(server: EmbeddedPostgres, data_dir: Path) -> None:
    pidfile = read_pidfile(Layout(data_dir).cluster)
    assert pidfile is not None
    assert os.getpgid(pidfile.pid) != os.getpgrp()
