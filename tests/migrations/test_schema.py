"""The schema goes up and down, keeps the names that others depend on, and old code works on its next shape."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from tests.support.failures import Failures

from failcat_core.records import LossRecord
from failcat_storage import migrate, revisions
from failcat_storage.errors import StorageConfigurationError
from failcat_storage.maintenance import maintain
from failcat_storage.rows import FAILURES, LOSSES, RECOVERIES
from failcat_storage.store import Store
from failcat_storage.tables import Table

BLUEPRINT_COLUMNS = {
    "id": "uuid", "run_id": "text", "tenant_id": "text", "error_code": "text", "error_message": "text",
    "catalog_entry_id": "text", "match_type": "text", "confidence_score": "double precision", "category": "text",
    "severity": "text", "is_retryable": "boolean", "recovery_mode": "text", "recovery_suggestion": "text",
    "recovery_attempted": "boolean", "recovery_succeeded": "boolean", "skill_id": "text", "step_index": "integer",
    "context": "jsonb", "created_at": "timestamp with time zone", "updated_at": "timestamp with time zone",
}  # fmt: skip
BLUEPRINT_INDEXES = {
    "idx_fm_run_id", "idx_fm_error_code", "idx_fm_catalog_entry", "idx_fm_created_at", "idx_fm_unmatched",
    "idx_fm_recovery_pending",
}  # fmt: skip

SHAPE = """
SELECT 'column', table_name || '.' || column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::REGNAMESPACE
ORDER BY 1, 2
"""


@pytest.fixture
def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(revisions.migrations_folder()))
    return ScriptDirectory.from_config(config)


async def shape(url: str) -> list[tuple[str, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(SHAPE)]
    finally:
        await connection.close()


def test_the_release_knows_its_newest_revision(script: ScriptDirectory) -> None:
    assert script.get_heads() == [migrate.EXPECTED_REVISION]


def test_revisions_are_files_that_begin_with_their_number(script: ScriptDirectory) -> None:
    for number, revision in enumerate(reversed(list(script.walk_revisions())), 1):
        assert revision.revision == f"{number:04}"
        assert Path(revision.path).name.startswith(f"{number:04}_")


@pytest.mark.postgres
async def test_up_down_and_up_again_give_the_same_schema(empty_database_url: str) -> None:
    url = empty_database_url
    assert await migrate.current(url) is None
    await migrate.upgrade(url)
    assert await migrate.current(url) == migrate.EXPECTED_REVISION
    first = await shape(url)
    await maintain(url, 0)
    await migrate.downgrade(url, "base")
    assert await migrate.current(url) is None
    assert await shape(url) == []
    await migrate.upgrade(url)
    assert await shape(url) == first


async def test_upgrading_twice_at_the_same_time_is_upgrading_once(empty_database_url: str) -> None:
    await asyncio.gather(*(migrate.upgrade(empty_database_url) for _ in range(3)))
    assert await migrate.current(empty_database_url) == migrate.EXPECTED_REVISION


async def test_an_unknown_revision_is_named(empty_database_url: str) -> None:
    with pytest.raises(migrate.UnknownRevision, match="nonesuch"):
        await migrate.upgrade(empty_database_url, "nonesuch")
    assert await migrate.current(empty_database_url) is None


async def test_a_newer_schema_is_not_touched(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    with pytest.raises(migrate.UnknownRevision, match="9999"):
        await migrate.upgrade(database_url)


async def test_a_wrong_url_is_a_configuration_error() -> None:
    with pytest.raises(StorageConfigurationError):
        await migrate.upgrade("mysql://localhost/failcat")


async def test_the_names_of_the_blueprint_stand(database_url: str) -> None:
    found = await shape(database_url)
    columns = {name.removeprefix("failure_matches."): kind for what, name, kind in found if what == "column"}
    assert BLUEPRINT_COLUMNS.items() <= columns.items()
    assert {name for what, name, _ in found if what == "index"} >= BLUEPRINT_INDEXES


@pytest.mark.parametrize(
    ("name", "table"), [("failure_matches", FAILURES), ("recovery_attempts", RECOVERIES), ("failure_losses", LOSSES)]
)
async def test_the_writer_and_the_schema_name_the_same_columns_and_types(
    database_url: str, name: str, table: Table[Any]
) -> None:
    connection = await asyncpg.connect(database_url)
    described = await connection.prepare(f"SELECT {', '.join(table.names)} FROM {name}")
    expected = await connection.prepare(f"SELECT {', '.join(f'NULL::{column.kind}' for column in table.columns)}")
    assert [column.type.name for column in described.get_attributes()] == [
        column.type.name for column in expected.get_attributes()
    ]
    await connection.close()


async def test_there_is_nothing_that_a_cluster_forbids(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal") == 0
    constraints = (
        "SELECT count(*) FROM pg_constraint WHERE contype IN ('f', 'u') AND connamespace = 'public'::REGNAMESPACE"
    )
    assert await connection.fetchval(constraints) == 0
    await connection.close()


async def test_this_release_writes_to_the_next_shape_of_the_schema(database_url: str) -> None:
    """The next release may expand every table before this one is gone."""
    connection = await asyncpg.connect(database_url)
    tables = (
        "failure_matches",
        "failure_groups",
        "failure_group_hours",
        "recovery_attempts",
        "failure_losses",
        "failure_quarantine",
        "job_runs",
    )
    for table in tables:
        await connection.execute(f"ALTER TABLE {table} ADD COLUMN later JSONB NOT NULL DEFAULT '{{}}'")
    await maintain(database_url, 90)
    store, failures = Store.connect(database_url, shard=0), Failures()
    batch = failures.many(10)
    await store.write([LossRecord(id=bytes(16), run_id="r", dropped=3, occurred_at_us=1)])
    assert (await store.write(batch)).inserted == 10
    result = await store.write([*batch, failures.one(), failures.one(run_id="\0")])
    assert (result.inserted, result.quarantined) == (1, {"refused_value": 1})
    await store.close()
    await connection.close()


def test_migrations_are_found_in_a_wheel_and_in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = revisions.migrations_folder()
    package = tmp_path / "site-packages" / "failcat_storage"
    monkeypatch.setattr(revisions, "__file__", str(package / "revisions.py"))
    with pytest.raises(Exception, match="migrations are missing"):
        revisions.migrations_folder()
    shutil.copytree(source, package / "migrations")
    assert revisions.migrations_folder() == package / "migrations"


def test_a_sidecar_does_not_carry_alembic() -> None:
    code = "import sys, failcat_sidecar.app; print({'alembic', 'sqlalchemy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"set()\n"
