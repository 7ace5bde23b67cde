"""The schema, up and down. Alembic writes the SQL of the revisions under migrations/, the store's own driver runs it.

All steps are one transaction behind an advisory lock, so that two sidecars that start together do not both migrate.
The lock is the transaction's, because a connection pooler may stand in between.
"""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from failcat_storage.database import Database
from failcat_storage.errors import StorageError
from failcat_storage.queries import query
from failcat_storage.schema import EXPECTED_REVISION

__all__ = ["EXPECTED_REVISION", "UnknownRevision", "current", "downgrade", "migrations_folder", "upgrade"]

MIGRATION_LOCK = 7_310_001  # any fixed number that nothing else in the database locks
STATEMENT_TIMEOUT_SECONDS = 3600  # of all steps together: an index on a large table takes its time
LOCK_TIMEOUT_SECONDS = 5  # DDL that waits behind a long report makes every writer wait behind it


class UnknownRevision(StorageError):
    """There is no such schema revision."""


def migrations_folder() -> Path:
    """Inside the package in a wheel, beside the source roots in a checkout. Raises StorageError when it is missing."""
    package = Path(__file__).parent
    for folder in (package / "migrations", package.parents[1] / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise StorageError(f"the migrations are missing from {package}: install failcat again")


async def upgrade(url: str, revision: str = "head") -> None:
    """Does nothing when the schema is there already. Raises RetryableStorageError while the server is away or locked,
    UnknownRevision, StorageConfigurationError."""
    await _migrate(url, lambda config, present: command.upgrade(config, f"{present}:{revision}", sql=True))


async def downgrade(url: str, revision: str) -> None:
    """Drops what later revisions made, with its data; "base" leaves an empty database. Raises as `upgrade` does."""
    await _migrate(url, lambda config, present: command.downgrade(config, f"{present}:{revision}", sql=True))


async def current(url: str) -> str | None:
    """The schema's revision; None for a database without one. Raises as `upgrade` does."""
    async with Database.once(url) as database, database.transaction() as connection:
        return await _revision(connection)


async def _migrate(url: str, write: Callable[[Config, str], None]) -> None:
    async with (
        Database.once(url, command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as database,
        database.transaction(
            lock_timeout_seconds=LOCK_TIMEOUT_SECONDS, statement_timeout_seconds=STATEMENT_TIMEOUT_SECONDS
        ) as connection,
    ):
        await connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        present = await _revision(connection)
        script = _script(present, write)
        if present is None:
            # Left behind, empty, by a downgrade to nothing; the script makes it anew.
            script = f"DROP TABLE IF EXISTS alembic_version; {script}"
        if script:
            await connection.execute(script)


async def _revision(connection: asyncpg.Connection) -> str | None:
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval(query("schema_revision"))
    return revision


def _script(present: str | None, write: Callable[[Config, str], None]) -> str:
    """The SQL that alembic writes."""
    script = StringIO()
    config = Config(output_buffer=script)
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    try:
        write(config, present or "base")
    except CommandError as error:
        raise UnknownRevision(str(error)) from error
    return script.getvalue().strip()
