"""An upgrade from 0.1.0: its database, its spool, and a fleet in which both releases run for a while."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import asyncpg
import pytest
from tests.support.load import LoadGenerator
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, failcat, post

DATA = Path(__file__).parents[1] / "data" / "release_0_1_0"
EXPECTED = json.loads((DATA / "expected.json").read_text())
KEEP_ALL = {"FAILCAT_RETENTION_DAYS": "0"}  # the recorded rows grow older than any retention
SERVE = "import sys; from failcat_sidecar.cli import main; sys.argv = ['failcat', 'serve']; main()"

TOTALS = "SELECT (SELECT count(*) FROM failure_matches), (SELECT sum(occurrences)::BIGINT FROM failure_group_totals)"


class OldSidecarProcess(SidecarProcess):
    """A sidecar of 0.1.0: its own code from its wheel, ahead of ours on the path."""

    def command(self) -> list[str]:
        return [sys.executable, "-c", SERVE]


@pytest.fixture
def old_release(tmp_path: Path) -> str:
    """A folder to put on PYTHONPATH."""
    folder = tmp_path / "0.1.0"
    with zipfile.ZipFile(DATA / "failcat-0.1.0-py3-none-any.whl") as wheel:
        wheel.extractall(folder)
    where = [sys.executable, "-c", "import failcat_sidecar; print(failcat_sidecar.__file__)"]
    imported = subprocess.run(where, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=True)
    assert imported.stdout.startswith(str(folder))
    return str(folder)


@pytest.fixture
def old_database_url(empty_database_url: str) -> str:
    """A database as 0.1.0 left it."""

    async def restore() -> None:
        database = await asyncpg.connect(empty_database_url)
        await database.execute((DATA / "database.sql").read_text())
        await database.close()

    asyncio.run(restore())
    return empty_database_url


async def totals(database: asyncpg.Connection) -> tuple[int, int]:
    """Rows, and what the groups count."""
    rows, occurrences = await database.fetchrow(TOTALS)
    return rows, occurrences


@pytest.mark.postgres
async def test_a_database_of_0_1_0_is_migrated_and_keeps_its_rows(old_database_url: str, tmp_path: Path) -> None:
    load = LoadGenerator(1)
    environment = {**KEEP_ALL, "FAILCAT_MIGRATE": "true"}
    with SidecarProcess(tmp_path / "data", old_database_url, environment) as sidecar:
        database = await asyncpg.connect(old_database_url)
        expected = EXPECTED["database"]
        assert await totals(database) == (expected["failure_matches"], expected["occurrences"])
        assert await database.fetchval("SELECT count(*) FROM recovery_attempts") == expected["recovery_attempts"]
        post(sidecar, load.batch(20))
        await wait_for_rows(database, expected["failure_matches"] + 20)
        assert await totals(database) == (expected["failure_matches"] + 20, expected["occurrences"] + 20)
        await database.close()


async def test_a_spool_of_0_1_0_is_drained(database_url: str, tmp_path: Path) -> None:
    with tarfile.open(DATA / "spool.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    environment = {"FAILCAT_DATA_DIR": str(tmp_path)}
    listed = failcat("spool", "ls", "--json", **environment)
    assert json.loads(listed.stdout)["records"] == 62, listed.stderr
    with SidecarProcess(tmp_path, database_url, KEEP_ALL):
        database = await asyncpg.connect(database_url)
        rows = await wait_for_rows(database, len(EXPECTED["spool_failures"]))
        await database.close()
    assert {f"{row['trace_id']}:{row['span_id']}" for row in rows} == set(EXPECTED["spool_failures"])


async def test_old_and_new_sidecars_share_a_database(empty_database_url: str, old_release: str, tmp_path: Path) -> None:
    """Both under load at once; the schema is made by the old release and migrated under its feet by the new one."""
    database_url = empty_database_url
    migrate = {"FAILCAT_MIGRATE": "true"}
    old = OldSidecarProcess(tmp_path / "old", database_url, {**KEEP_ALL, **migrate, "PYTHONPATH": old_release})
    new = SidecarProcess(tmp_path / "new", database_url, {**KEEP_ALL, **migrate})
    generators = {old: LoadGenerator(2), new: LoadGenerator(3)}
    sent: list[tuple[str, str]] = []

    async def load(sidecar: SidecarProcess, requests: int) -> None:
        for _ in range(requests):
            batch = generators[sidecar].batch(25)
            await asyncio.to_thread(post, sidecar, batch)
            sent.extend(batch.failures)

    with old:
        await load(old, 10)
        with new:
            await asyncio.gather(load(old, 40), load(new, 40))
            database = await asyncpg.connect(database_url)
            rows = await wait_for_rows(database, len(sent), seconds=60)
            assert {(row["trace_id"], row["span_id"]) for row in rows} == set(sent)
            assert await totals(database) == (len(sent), len(sent))
            await database.close()
            assert "ERROR" not in old.log()
