"""Connections and transactions: the one place that knows how asyncpg connects and how it fails.

Everything works through a pooler in transaction mode (PgBouncer): no session state, settings are SET LOCAL, and no
prepared statement outlives a call unless there is certainly no pooler. Every await ends: connecting, each statement,
and a lock that is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from inspect import signature
from typing import Self

import asyncpg
from asyncpg.connect_utils import _parse_connect_dsn_and_args

from failcat_storage.errors import (
    RefusedData,
    RetryableStorageError,
    SchemaConflict,
    StorageConfigurationError,
    StorageError,
    Undone,
    UnexplainedRefusal,
)
from failcat_storage.sqlstates import fault, first_line

DATABASE_URL = "FAILCAT_DATABASE_URL"
COMMAND_TIMEOUT_SECONDS = 30.0
_KEPT_STATEMENTS = 100

ENCODING = "UTF8"  # of the database and of the session; in any other some texts have no form

# The server gives up before we do, so that a transaction of ours never holds a group's counter after we are gone. The
# spool lets go of what is committed, so a commit must be durable, whatever the server, database or role is set to.
_BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED;"
    " SET LOCAL synchronous_commit = on;"
    " SET LOCAL statement_timeout = '{statement:d}s';"
    " SET LOCAL lock_timeout = '{lock:d}s';"
    " SET LOCAL idle_in_transaction_session_timeout = '25s'"
)

# After these the connection is as good as before: only the transaction is lost.
_ANSWERED = (RefusedData, SchemaConflict, UnexplainedRefusal, Undone)
_PASSING = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncio.IncompleteReadError)


Address = str | tuple[str, int]
"""A socket's path, or a host and its port."""


@dataclass(slots=True)
class Afterwards:
    """A statement without parameters that is sent along with COMMIT and sees what others have committed until then."""

    statement: str = ""  # may be set until the transaction ends
    status: str = ""  # what the server answered, such as "SELECT 0"


class Database:
    """A small pool that connects when it is first needed and again after every failure."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int,
        connect_timeout_seconds: float,
        command_timeout_seconds: float | None = None,  # COMMAND_TIMEOUT_SECONDS
        direct: bool = False,  # no pooler in between: what is prepared once saves two round trips a transaction
    ) -> None:
        check_url(url)
        self._direct = direct
        self._url = url
        self._pool_size = pool_size
        self._connect_timeout_seconds = connect_timeout_seconds
        self._command_timeout_seconds = command_timeout_seconds or COMMAND_TIMEOUT_SECONDS
        self._opening = asyncio.Lock()
        self._pool: asyncpg.Pool | None = None

    @classmethod
    @asynccontextmanager
    async def once(cls, url: str, *, command_timeout_seconds: float | None = None) -> AsyncIterator[Self]:
        """For commands: one connection, closed at the end of the block."""
        database = cls(url, pool_size=1, connect_timeout_seconds=5, command_timeout_seconds=command_timeout_seconds)
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """For statements without parameters: those with some take two round trips, which a pooler may send to two
        servers. A connection that failed is dropped, because the server may have become read-only or be gone."""
        with translated():
            pool = await self._open_pool()
            connection = await pool.acquire(timeout=self._connect_timeout_seconds)
            try:
                yield connection
            except BaseException as error:
                if not isinstance(_translate(error), _ANSWERED):
                    with suppress(asyncpg.InterfaceError):  # the pool has already taken back what is cut off
                        connection.terminate()
                    await pool.expire_connections()
                raise
            finally:
                await pool.release(connection)

    @asynccontextmanager
    async def transaction(
        self,
        *,
        lock_timeout_seconds: int = 20,
        statement_timeout_seconds: int = 25,
        afterwards: Afterwards | None = None,
    ) -> AsyncIterator[asyncpg.Connection]:
        """READ COMMITTED, so that each statement sees what others have committed; rolled back when the block raises."""
        async with self.connection() as connection:
            await connection.execute(_BEGIN.format(lock=lock_timeout_seconds, statement=statement_timeout_seconds))
            try:
                yield connection
            except BaseException as error:
                if isinstance(_translate(error), _ANSWERED):
                    await connection.execute("ROLLBACK")
                raise
            if afterwards and afterwards.statement:
                afterwards.status = await connection.execute("COMMIT;" + afterwards.statement)
            else:
                await connection.execute("COMMIT")

    async def close(self) -> None:
        """Ends idle connections politely and busy ones after two seconds."""
        if self._pool is None:
            return
        try:
            async with asyncio.timeout(2):
                await self._pool.close()
        except (TimeoutError, *_PASSING):
            self._pool.terminate()

    async def _open_pool(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._pool_size,
                    init=_check_encodings,
                    reset=_keep_session,
                    timeout=self._connect_timeout_seconds,
                    command_timeout=self._command_timeout_seconds,
                    statement_cache_size=_KEPT_STATEMENTS if self._direct else 0,
                    # After a failover look for the server that takes writes, unless the URL says otherwise.
                    target_session_attrs=None if "target_session_attrs" in self._url else "read-write",
                )
        return self._pool


async def check_encodings(url: str) -> None:
    """Raises StorageConfigurationError when the database answers and could not hold every text; nothing when it does
    not answer now."""
    async with Database.once(url) as database:
        with suppress(RetryableStorageError):
            async with database.connection():
                pass


def check_url(url: str) -> None:
    """Raises StorageConfigurationError for what can never be connected to; says nothing of the password.

    Reads what the driver reads to connect: the URL, PG… variables, certificates, the service file.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        raise StorageConfigurationError(
            DATABASE_URL, "is not a PostgreSQL URL, such as postgresql://user@host:5432/failcat"
        )
    try:
        url.encode()  # stray bytes of an environment variable
        for address in _addresses(url):
            _check_address(address)
    except asyncpg.ClientConfigurationError as error:
        raise StorageConfigurationError(DATABASE_URL, first_line(error)) from error
    except OSError as error:
        message = f"needs a certificate, key or password file that cannot be read: {first_line(error)}"
        raise StorageConfigurationError(DATABASE_URL, message) from error
    except Exception as error:  # the driver's parser lets Python's own through
        # Their words may hold a piece of the password.
        raise StorageConfigurationError(DATABASE_URL, "cannot be read as a PostgreSQL URL") from error


def _addresses(url: str) -> list[Address]:
    """By the driver's own parser, which it has no public name for; otherwise it parses only when it connects."""
    unset = dict.fromkeys(signature(_parse_connect_dsn_and_args).parameters)
    addresses: list[Address]
    addresses, _ = _parse_connect_dsn_and_args(**{**unset, "dsn": url})
    return addresses


def _check_address(address: Address) -> None:
    """Raises ValueError for a host with a piece of the password, and for what no socket takes."""
    host, port = (address, 1) if isinstance(address, str) else address
    if not {"\0", "@"}.isdisjoint(host) or not 0 < port < 1 << 16:
        raise ValueError(f"{host!r} or port {port} cannot be connected to")
    if not host.startswith("/"):
        host.encode("idna")


@contextmanager
def translated() -> Iterator[None]:
    """Turns every error of the driver into one of ours, with the driver's as its cause."""
    try:
        yield
    except Exception as error:
        ours = _translate(error)
        if ours is None or ours is error:
            raise
        raise ours from error


def _translate(error: BaseException) -> StorageError | None:
    """None for what is neither ours nor the driver's."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, asyncpg.PostgresError):
        return fault(error)
    if isinstance(error, _PASSING):
        return RetryableStorageError(f"PostgreSQL cannot be reached: {first_line(error)}")
    return None


async def _check_encodings(connection: asyncpg.Connection) -> None:
    """Of each new connection, without a round trip: the server has told. Raises StorageConfigurationError."""
    told = connection.get_settings()
    for name in ("server_encoding", "client_encoding"):
        encoding = getattr(told, name, ENCODING)  # a pooler may not pass it on
        if "".join(filter(str.isalnum, encoding)).upper() != ENCODING:
            raise StorageConfigurationError(
                DATABASE_URL, f"the {name} is {encoding}: failures need a database with the encoding {ENCODING}"
            )


async def _keep_session(_: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset: we leave no session state behind, and it would be a round trip for each batch."""
