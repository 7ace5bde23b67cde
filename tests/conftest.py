"""Real databases for the tests.

A test that takes `database_url` gets a migrated database of its own, on PostgreSQL 18; marked
`@pytest.mark.postgres` it runs on every server. FAILCAT_TEST_PG names the servers from the wheel (default `18,16`;
the first is used by unmarked tests). FAILCAT_TEST_DATABASE_URL adds one that runs already, whose role must be
allowed to create databases. A server is started when the first test asks for it.
This module imports nothing of the sidecar: the shim's tests run without its wheels too.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from failcat_storage.embedded import EmbeddedPostgres

EXTERNAL = "external"
EXTERNAL_URL = os.environ.get("FAILCAT_TEST_DATABASE_URL", "")
SERVERS = [name for name in os.environ.get("FAILCAT_TEST_PG", "18,16").split(",") if name]
SERVERS += [EXTERNAL] if EXTERNAL_URL else []

# Tests lose nothing in a power cut.
FAST_AND_LOOSE = ("fsync = off", "full_page_writes = off")

# Waits for the end of this process, whatever ends it, then stops the server in folder $1 and removes the folder.
REAPER = """
cat >/dev/null
pid_file=$1/postgresql/data/postmaster.pid
kill -INT "$(head -n 1 "$pid_file")"
for _ in $(seq 100); do [ -f "$pid_file" ] || break; sleep 0.1; done
rm -rf "$1"
"""


class Server:
    """A running PostgreSQL and the template that the tests' databases are cloned from."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def template(self) -> str:
        """The name of a migrated database."""
        from failcat_storage import migrate

        name = self.create()
        asyncio.run(migrate.upgrade(self.url_of(name)))
        return name

    def create(self, template: str = "template0") -> str:
        name = f"test_{uuid.uuid4().hex}"
        # Without fsync, copying files takes a tenth of the time of the default, which logs every page.
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, *statements: str) -> None:
        asyncio.run(_execute(self.url, statements))

    def url_of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()


@pytest.fixture(scope="session")
def postgres_servers() -> Iterator[Callable[[str], Server]]:
    """Starts or finds a server by its name in SERVERS."""
    servers: dict[str, Server] = {}
    started: list[tuple[subprocess.Popen[bytes], EmbeddedPostgres]] = []

    def server(name: str) -> Server:
        if name not in servers and name != EXTERNAL:
            started.append(_start(int(name)))
        if name not in servers:
            servers[name] = Server(EXTERNAL_URL if name == EXTERNAL else started[-1][1].url)
        return servers[name]

    yield server
    if EXTERNAL in servers and "template" in vars(servers[EXTERNAL]):
        servers[EXTERNAL].drop(servers[EXTERNAL].template)
    for reaper, postgres in started:
        reaper.communicate()
        asyncio.run(postgres.wait())


@pytest.fixture
def postgres_server(request: pytest.FixtureRequest, postgres_servers: Callable[[str], Server]) -> Server:
    return postgres_servers(getattr(request, "param", SERVERS[0]))


@pytest.fixture
def database_url(postgres_server: Server) -> Iterator[str]:
    """The URL of a migrated database that only this test uses."""
    name = postgres_server.create(postgres_server.template)
    yield postgres_server.url_of(name)
    postgres_server.drop(name)


@pytest.fixture
def empty_database_url(postgres_server: Server) -> Iterator[str]:
    """The URL of a database without a schema, for tests of migrations."""
    name = postgres_server.create()
    yield postgres_server.url_of(name)
    postgres_server.drop(name)


@pytest.fixture
def open_tmp_path() -> Iterator[Path]:
    """Like tmp_path, but short enough for sockets, and passable for the account that root's PostgreSQL runs as."""
    path = _open_folder()
    yield path
    shutil.rmtree(path)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgres: runs on every PostgreSQL server that the tests know")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "postgres_server" in metafunc.fixturenames and metafunc.definition.get_closest_marker("postgres"):
        metafunc.parametrize("postgres_server", SERVERS, indirect=True)


def _start(version: int) -> tuple[subprocess.Popen[bytes], EmbeddedPostgres]:
    """A server, and the process that stops it."""
    from failcat_storage.embedded import EmbeddedPostgres

    folder = _open_folder()
    # In a session of its own, so that Ctrl-C ends the tests before it ends this.
    reaper = ["/bin/sh", "-c", REAPER, "sh", str(folder)]
    stopper = subprocess.Popen(reaper, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    server = asyncio.run(EmbeddedPostgres.start(folder, version=version, on_progress=print))
    settings = [f"ALTER SYSTEM SET {setting}" for setting in FAST_AND_LOOSE]
    asyncio.run(_execute(server.url, [*settings, "SELECT pg_reload_conf()"]))
    return stopper, server


def _open_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="failcat-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


async def _execute(url: str, statements: Sequence[str]) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
