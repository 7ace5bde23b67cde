"""Maintenance and migrations that cannot work yet: a sidecar says so as long as that lasts, and goes on trying."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from tests.conftest import Server
from tests.support import waiting
from tests.support.sidecar import SidecarProcess, failcat

from failcat_storage import migrate, revisions
from failcat_storage.maintenance import maintain
from failcat_storage.revisions import Direction

ROLE = "failcat_writer"
GRANT = f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {ROLE}"


@pytest.fixture
async def writer_url(database_url: str, db: asyncpg.Connection) -> AsyncIterator[str]:
    """As a role that may only select, insert and update."""
    await db.execute(f"DROP ROLE IF EXISTS {ROLE}; CREATE ROLE {ROLE} LOGIN; {GRANT}")
    parts = urlsplit(database_url)
    yield parts._replace(netloc=f"{ROLE}@{parts.netloc.rpartition('@')[2]}").geturl()
    await db.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


async def until(sidecar: SidecarProcess, words: str) -> list[str]:
    """What /readyz says once one of these sentences has the words."""
    deadline = time.monotonic() + 20
    while True:
        sentences: list[str] = []
        with suppress(OSError):  # it may not listen yet
            sentences = (await asyncio.to_thread(sidecar.readiness))["degraded"]
        if any(words in sentence for sentence in sentences):
            return sentences
        assert time.monotonic() < deadline, f"{sentences}\n{sidecar.log()}"
        await asyncio.sleep(0.05)


async def test_maintenance_that_may_not_is_degraded_until_somebody_else_does_it(
    database_url: str, writer_url: str, tmp_path: Path
) -> None:
    with SidecarProcess(tmp_path / "data", writer_url) as sidecar:
        await until(sidecar, "maintenance fails, and is tried again: ")
        assert (await asyncio.to_thread(sidecar.readiness))["ready"]
    await maintain(database_url, 90)
    with SidecarProcess(tmp_path / "data", writer_url) as sidecar:
        await waiting.until(lambda: "maintenance" in sidecar.log())
        assert (await asyncio.to_thread(sidecar.readiness))["degraded"] == []


def test_a_database_that_comes_later_is_migrated(postgres_server: Server, tmp_path: Path) -> None:
    name = postgres_server.create()
    postgres_server.drop(name)
    sidecar = SidecarProcess(tmp_path / "data", postgres_server.url_of(name), {"FAILCAT_MIGRATE": "true"})
    try:
        sidecar.start()
        waiting.block_until(lambda: "the schema cannot be migrated" in sidecar.log())
        postgres_server.execute(f"CREATE DATABASE {name}")
        deadline = time.monotonic() + 60
        while asyncio.run(migrate.current(postgres_server.url_of(name))) != migrate.EXPECTED_REVISION:
            assert time.monotonic() < deadline, sidecar.log()
            time.sleep(0.05)
    finally:
        sidecar.stop()
        postgres_server.drop(name)


async def test_a_role_that_may_not_migrate_is_degraded_until_it_may(empty_database_url: str, tmp_path: Path) -> None:
    owner = await asyncpg.connect(empty_database_url)
    await owner.execute(f"DROP ROLE IF EXISTS {ROLE}; CREATE ROLE {ROLE} LOGIN")
    parts = urlsplit(empty_database_url)
    url = parts._replace(netloc=f"{ROLE}@{parts.netloc.rpartition('@')[2]}").geturl()
    sidecar = SidecarProcess(tmp_path / "data", url, {"FAILCAT_MIGRATE": "true"})
    try:
        sidecar.start()
        await until(sidecar, "the schema cannot be migrated, and it is tried again: ")
        await owner.execute(f"GRANT ALL ON SCHEMA public TO {ROLE}")
        await asyncio.to_thread(sidecar.wait_ready)
    finally:
        sidecar.stop()
        await owner.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
        await owner.close()


async def test_a_newer_schema_does_not_end_a_sidecar_that_would_migrate(database_url: str, tmp_path: Path) -> None:
    db = await asyncpg.connect(database_url)
    await db.execute("UPDATE alembic_version SET version_num = '9999'")
    with SidecarProcess(tmp_path / "data", database_url, {"FAILCAT_MIGRATE": "true"}) as sidecar:
        assert "the schema is left as it is" in sidecar.log()
    await db.close()


async def test_nobody_waits_for_the_lock_while_the_sql_is_written(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = await asyncpg.connect(empty_database_url)
    write_script = revisions.write_script
    held: list[int] = []

    async def written(direction: Direction, first: str, last: str) -> str:
        held.append(await db.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
        return await write_script(direction, first, last)

    monkeypatch.setattr(migrate, "write_script", written)
    await migrate.upgrade(empty_database_url)
    assert held == [0]
    await db.close()


async def test_doctor_compares_the_clocks(database_url: str) -> None:
    found = await asyncio.to_thread(failcat, "doctor", FAILCAT_DATABASE_URL=database_url)
    assert "ok   clock        this host's clock is 0 s" in found.stdout
