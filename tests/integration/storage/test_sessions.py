"""What a connection must be like: commits are durable whatever the server is set to, and every text has a form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.conftest import Server
from tests.support.failures import Failures
from tests.support.sidecar import SidecarProcess, failcat

from failcat_storage.database import Database, check_encodings
from failcat_storage.errors import SchemaConflict, StorageConfigurationError
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("setting", ["off", "local", "remote_write"])
async def test_commits_are_durable_whatever_the_database_is_set_to(
    database_url: str, db: asyncpg.Connection, setting: str
) -> None:
    name = await db.fetchval("SELECT current_database()")
    await db.execute(f"ALTER DATABASE {name} SET synchronous_commit = {setting}")
    async with Database.once(database_url) as database:
        async with database.transaction() as connection:
            assert await connection.fetchval("SHOW synchronous_commit") == "on"
        async with database.connection() as connection:
            assert await connection.fetchval("SHOW synchronous_commit") == setting, "a pooler's other clients"


@pytest.fixture(params=["LATIN1", "SQL_ASCII", "EUC_JP", "WIN1252"])
def other_encoding(request: pytest.FixtureRequest, postgres_server: Server) -> Iterator[tuple[str, str]]:
    """A database's URL, and its encoding."""
    name = f"other_{request.param.lower()}"
    locale = "LOCALE_PROVIDER libc LOCALE 'C'"
    postgres_server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{request.param}' {locale}")
    yield postgres_server.url_of(name), request.param
    postgres_server.drop(name)


async def test_a_database_in_another_encoding_is_refused(other_encoding: tuple[str, str], failures: Failures) -> None:
    url, encoding = other_encoding
    says = f"FAILCAT_DATABASE_URL: the server_encoding is {encoding}"
    with pytest.raises(StorageConfigurationError, match=says):
        await check_encodings(url)
    store = Store.connect(url, shard=0)
    try:  # discovered later: held, and not ready
        with pytest.raises(SchemaConflict, match=says):
            await store.write(failures.many(1))
        health = await store.ping()
        assert (health.reachable, health.ready) == (True, False)
        assert says in health.message
    finally:
        await store.close()


async def test_a_session_in_another_encoding_is_refused(database_url: str) -> None:
    with pytest.raises(StorageConfigurationError, match="the client_encoding is LATIN1"):
        await check_encodings(f"{database_url}{'&' if '?' in database_url else '?'}client_encoding=LATIN1")


async def test_a_database_that_is_unreachable_is_not_judged(database_url: str) -> None:
    await check_encodings("postgresql://failcat@127.0.0.1:1/failcat")
    await check_encodings(database_url)


@pytest.mark.parametrize("other_encoding", ["LATIN1"], indirect=True)
def test_a_sidecar_refuses_to_start_on_it(other_encoding: tuple[str, str], tmp_path: Path) -> None:
    url, _ = other_encoding
    sidecar = SidecarProcess(tmp_path, url, {"FAILCAT_MIGRATE": "true"})
    sidecar.start()
    assert sidecar.process
    assert sidecar.process.wait(60) == 3
    assert "FAILCAT_DATABASE_URL: the server_encoding is LATIN1" in sidecar.log()
    doctor = failcat("doctor", FAILCAT_DATABASE_URL=url, FAILCAT_DATA_DIR=str(tmp_path))
    assert "LATIN1" in doctor.stdout
    assert "correct FAILCAT_DATABASE_URL" in doctor.stdout
