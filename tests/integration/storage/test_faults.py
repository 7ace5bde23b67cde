"""PostgreSQL is away, slow, locked, read-only or killed: the batch is refused for now, and stored once later."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from tests.support.failures import Failures
from tests.support.waiting import until

from failcat_core.records import Record, encode
from failcat_storage import database, migrate
from failcat_storage.embedded import EmbeddedPostgres
from failcat_storage.errors import RetryableStorageError, SchemaMissing
from failcat_storage.schema import EXPECTED_REVISION
from failcat_storage.store import Store

WRITE_A_BATCH = """
import asyncio, sys
from failcat_core.records import decode
from failcat_storage.store import Store

async def main():
    await Store.connect(sys.argv[1], shard=7).write(decode(sys.stdin.buffer.read()))

asyncio.run(main())
"""


async def counted(db: asyncpg.Connection) -> tuple[int, int]:
    rows = await db.fetchval("SELECT count(*) FROM failure_matches")
    return rows, await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals")


async def write_until_taken(store: Store, batch: Sequence[Record]) -> int:
    """How often it had to be tried."""
    tries = 1
    while True:
        with suppress(RetryableStorageError):
            await store.write(batch)
            return tries
        tries += 1
        await asyncio.sleep(0.02)


async def test_a_connection_that_was_cut_off_says_why(database_url: str) -> None:
    async with database.Database.once(database_url) as opened:
        with pytest.raises(RetryableStorageError, match="administrator"):
            async with opened.connection() as connection:
                try:
                    await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                finally:
                    await until(lambda: connection._con is None)  # the pool has heard of it, too
        async with opened.connection() as connection:
            assert await connection.fetchval("SELECT 1") == 1


async def test_a_server_that_is_unreachable_is_no_obstacle_to_the_start(failures: Failures) -> None:
    store = Store.connect("postgresql://failcat@127.0.0.1:1/failcat", shard=0)
    with pytest.raises(RetryableStorageError, match="cannot be reached"):
        await store.write(failures.many(1))
    health = await store.ping()
    assert (health.reachable, health.ready, health.schema_revision) == (False, False, None)
    await store.close()


async def test_a_silent_server_is_given_up(failures: Failures) -> None:
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    store = Store.connect(f"postgresql://failcat@127.0.0.1:{port}/failcat", shard=0, connect_timeout_seconds=0.2)
    with pytest.raises(RetryableStorageError):
        await store.write(failures.many(1))
    await store.close()
    server.close()
    for writer in writers:
        writer.close()


class Network:
    """Between a store and the server of `url`: forwards, or swallows everything, as a broken network does."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._account, self._database = parts.netloc.rstrip("@"), parts.path
        self.works = True

    async def __aenter__(self) -> str:
        self._pumps = set[asyncio.Task[None]]()
        self._writers: list[asyncio.StreamWriter] = []
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"postgresql://{self._account}@127.0.0.1:{port}{self._database}"

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        for writer in self._writers:
            writer.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        self._writers += [writer, back]
        self._pumps |= {asyncio.create_task(self._pump(reader, back)), asyncio.create_task(self._pump(there, writer))}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            if self.works:
                writer.write(data)
        writer.close()


async def test_a_network_that_swallows_everything_is_given_up(
    database_url: str, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "COMMAND_TIMEOUT_SECONDS", 0.3)
    network = Network(database_url)
    async with network as url:
        store = Store.connect(url, shard=0, connect_timeout_seconds=0.3)
        await store.write(failures.many(2))
        batch = failures.many(3)
        network.works = False
        for _ in range(2):
            with pytest.raises(RetryableStorageError):
                await store.write(batch)
        network.works = True
        await write_until_taken(store, batch)
        await store.close()
    assert await counted(db) == (5, 5)


@pytest.mark.parametrize("shard", [-1, 1 << 15])
def test_a_shard_that_no_column_takes_is_refused_at_once(shard: int) -> None:
    with pytest.raises(ValueError, match="shard"):
        Store.connect("postgresql://failcat@127.0.0.1:1/failcat", shard=shard)


async def test_a_database_without_schema_says_what_to_do(empty_database_url: str, failures: Failures) -> None:
    store = Store.connect(empty_database_url, shard=0)
    with pytest.raises(SchemaMissing, match="failcat migrate"):
        await store.write(failures.many(1))
    health = await store.ping()
    assert (health.reachable, health.schema_revision) == (True, None)
    assert "failcat migrate" in health.message
    await migrate.upgrade(empty_database_url)
    assert (await store.write(failures.many(1))).inserted == 1
    assert (await store.ping()).ready
    await store.close()


async def test_an_older_schema_is_named_and_a_newer_one_is_fine(store: Store, db: asyncpg.Connection) -> None:
    await db.execute("UPDATE alembic_version SET version_num = '0000'")
    assert EXPECTED_REVISION in (await store.ping()).message
    await db.execute("UPDATE alembic_version SET version_num = '9999'")
    assert (await store.ping()).ready


@pytest.mark.parametrize("wanted", ["read-write", "any"])
async def test_a_read_only_server_is_left(
    database_url: str, db: asyncpg.Connection, failures: Failures, wanted: str
) -> None:
    name = await db.fetchval("SELECT current_database()")
    await db.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store = Store.connect(f"{database_url}{'&' if '?' in database_url else '?'}target_session_attrs={wanted}", shard=0)
    batch = failures.many(3)
    with pytest.raises(RetryableStorageError):
        await store.write(batch)
    await db.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert (await store.write(batch)).inserted == 3, "on a new connection"
    await store.close()


async def test_a_locked_table_ends_in_a_timeout(
    database_url: str, db: asyncpg.Connection, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "COMMAND_TIMEOUT_SECONDS", 0.3)
    store = Store.connect(database_url, shard=0)
    batch = failures.many(3)
    async with db.transaction():
        await db.execute("LOCK TABLE failure_groups IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(RetryableStorageError):
            await store.write(batch)
    assert await write_until_taken(store, batch) == 1
    assert await counted(db) == (3, 3)
    await store.close()


async def test_a_cut_connection_is_replaced(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    batches = [failures.many(20) for _ in range(30)]
    for batch in batches:
        writing = asyncio.create_task(write_until_taken(store, batch))
        await asyncio.sleep(0.001)  # waits for nothing: each batch is cut at another moment
        await db.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await writing
    assert await counted(db) == (600, 600)


async def test_a_cancelled_write_leaves_nothing_open(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    for delay in (0, 0.001, 0.003, 0.006):
        writing = asyncio.create_task(store.write(failures.many(50)))
        await asyncio.sleep(delay)  # waits for nothing: the moment is what differs
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
    batch = failures.many(5)
    assert (await store.write(batch)).inserted == 5
    rows, occurrences = await counted(db)
    assert rows == occurrences


@pytest.mark.parametrize(("stage", "survives"), [("staged", False), ("inserted", False), ("committed", True)])
async def test_a_kill_at_any_stage_loses_and_doubles_nothing(
    database_url: str, store: Store, db: asyncpg.Connection, failures: Failures, stage: str, survives: bool
) -> None:
    batch: list[Record] = list(failures.many(100))
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", WRITE_A_BATCH, database_url],
        input=encode(batch),
        env={**os.environ, "FAILCAT_FAILPOINT": f"write.{stage}"},
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert await counted(db) == ((100, 100) if survives else (0, 0))
    await store.write(batch)
    assert await counted(db) == (100, 100)


async def test_a_server_killed_in_the_middle_of_writes_loses_and_doubles_nothing(
    open_tmp_path: Path, failures: Failures
) -> None:
    server = await EmbeddedPostgres.start(open_tmp_path, on_progress=lambda _: None)
    supervising = asyncio.create_task(server.supervise(lambda _: None))
    [pid_file] = open_tmp_path.rglob("postmaster.pid")
    await migrate.upgrade(server.url)
    stores = [Store.connect(server.url, shard=shard) for shard in (1, 2)]
    batches: list[list[list[Record]]] = [[list(failures.many(40)) for _ in range(60)] for _ in stores]

    delivered: list[int] = []  # how often each batch was refused

    async def deliver(store: Store, mine: list[list[Record]]) -> None:
        for batch in mine:
            delivered.append(await write_until_taken(store, batch) - 1)

    delivering = asyncio.gather(*map(deliver, stores, batches))
    for batches_before in (5, 30, 60):
        await until(lambda enough=batches_before: len(delivered) >= enough)  # type: ignore[misc]
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)  # what `pg_ctl stop -m immediate` sends
    await delivering
    db = await asyncpg.connect(server.url)
    assert sum(delivered) > 0, "the kills came too late"
    assert await counted(db) == (4800, 4800)
    await db.close()
    await asyncio.gather(*(store.close() for store in stores))
    supervising.cancel()
    await server.stop()


async def test_statements_that_are_kept_survive_rollbacks_and_a_change_of_the_schema(
    database_url: str, db: asyncpg.Connection, failures: Failures
) -> None:
    store = Store.connect(database_url, shard=1, direct=True)
    try:
        batch = failures.many(20)
        for part in (batch[:10], batch, [failures.one(run_id=None)], failures.many(5)):
            await store.write(part)
        await db.execute("ALTER TABLE failure_matches ALTER COLUMN step_index TYPE BIGINT")
        late = failures.many(5)
        with suppress(RetryableStorageError):
            await store.write(late)
        await store.write(late)
    finally:
        await store.close()
    assert await counted(db) == (30, 30)


async def test_nothing_of_the_session_outlives_a_batch(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    """So that a pooler may give each transaction another server connection."""
    batch = failures.many(20)
    await store.write(batch)
    await store.write(batch)
    await store.ping()
    async with store._database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''") == 0
        assert await connection.fetchval("SELECT count(*) FROM pg_class WHERE relpersistence = 't'") == 0
        assert await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
        assert (
            await connection.fetchval("SELECT count(*) FROM pg_settings WHERE source = 'session' AND name ~ 'timeout'")
            == 0
        )
