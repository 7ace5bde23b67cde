"""The schema, up and down. Alembic writes the SQL of the revisions under migrations/, the store's own driver runs it.

All steps are one transaction behind an advisory lock, so that two sidecars that start together do not both migrate.
The lock is the transaction's, because a connection pooler may stand in between.
"""

from __future__ import annotations

import asyncpg

from failcat_storage.database import Database
from failcat_storage.queries import query
from failcat_storage.revisions import Direction, UnknownRevision, write_script
from failcat_storage.schema import EXPECTED_REVISION

__all__ = ["EXPECTED_REVISION", "UnknownRevision", "current", "downgrade", "upgrade"]

MIGRATION_LOCK = 7_310_001  # any fixed number that nothing else in the database locks
STATEMENT_TIMEOUT_SECONDS = 3600  # of all steps together: an index on a large table takes its time
LOCK_TIMEOUT_SECONDS = 5  # DDL that waits behind a long report makes every writer wait behind it


async def upgrade(url: str, revision: str = EXPECTED_REVISION) -> None:
    """Does nothing when the schema is there. Raises RetryableStorageError while the server is unreachable or locked,
    UnknownRevision, StorageConfigurationError."""
    await _migrate(url, "upgrade", revision)


async def downgrade(url: str, revision: str) -> None:
    """Drops what later revisions made, with its data; "base" leaves an empty database. Raises as `upgrade` does."""
    await _migrate(url, "downgrade", revision)


async def current(url: str) -> str | None:
    """The schema's revision; None for a database without one. Raises as `upgrade` does."""
    async with Database.once(url) as database, database.transaction() as connection:
        return await _revision(connection)


async def _migrate(url: str, direction: Direction, revision: str) -> None:
    while (present := await current(url)) != revision:
        # Writing it takes a second of a process of its own: nobody should wait for the lock meanwhile.
        script = await write_script(direction, present or "base", revision)
        if await _run(url, script, present):
            return


async def _run(url: str, script: str, written_for: str | None) -> bool:
    """False, and nothing is run, when another sidecar has migrated since the script was written. Over a connection that
    has not looked for the schema before: it would remember that there is none."""
    async with (
        Database.once(url, command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as database,
        database.transaction(
            lock_timeout_seconds=LOCK_TIMEOUT_SECONDS, statement_timeout_seconds=STATEMENT_TIMEOUT_SECONDS
        ) as connection,
    ):
        await connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        if await _revision(connection) != written_for:
            return False
        if written_for is None:
            # Left behind, empty, by a downgrade to nothing; the script makes it anew.
            script = f"DROP TABLE IF EXISTS alembic_version; {script}"
        if script:
            await connection.execute(script)
    return True


async def _revision(connection: asyncpg.Connection) -> str | None:
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval(query("schema_revision"))
    return revision
