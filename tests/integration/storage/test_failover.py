"""Two servers in one URL: rows go to the one that takes writes, also after the roles changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from tests.conftest import SERVERS, Server
from tests.support.failures import Failures

from failcat_storage.errors import RetryableStorageError
from failcat_storage.store import Store

pytestmark = pytest.mark.skipif(len(SERVERS) < 2, reason="FAILCAT_TEST_PG names one server")


async def set_read_only(url: str, read_only: bool) -> None:
    """As a standby is, for new sessions; those that are open are ended."""
    database = urlsplit(url).path[1:]
    connection = await asyncpg.connect(url, server_settings={"default_transaction_read_only": "off"})
    await connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = {read_only}")
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
        database,
    )
    await connection.close()


async def rows(url: str) -> int:
    connection = await asyncpg.connect(url)
    count: int = await connection.fetchval("SELECT count(*) FROM failure_matches")
    await connection.close()
    return count


def sockets(url: str) -> str:
    return parse_qs(urlsplit(url).query)["host"][0]


@pytest.fixture
def urls(postgres_servers: Callable[[str], Server]) -> Iterator[list[str]]:
    """Of databases with one name on two servers."""
    first, second = (postgres_servers(name) for name in SERVERS[:2])
    name = first.create(first.template)
    second.execute(f"CREATE DATABASE {name} TEMPLATE {second.template} STRATEGY file_copy")
    yield [first.url_of(name), second.url_of(name)]
    first.drop(name)
    second.drop(name)


async def test_rows_follow_the_server_that_takes_writes(urls: list[str], failures: Failures) -> None:
    both = urlsplit(urls[0])._replace(query=f"host={sockets(urls[0])},{sockets(urls[1])}").geturl()
    store = Store.connect(both, shard=0)
    await set_read_only(urls[0], True)
    assert (await store.write(failures.many(3))).inserted == 3
    assert [await rows(url) for url in urls] == [0, 3]
    await set_read_only(urls[0], False)
    await set_read_only(urls[1], True)
    batch = failures.many(2)
    for _ in range(3):  # the connections to the old primary are found broken first
        with suppress(RetryableStorageError):
            await store.write(batch)
            break
    assert [await rows(url) for url in urls] == [2, 3]
    await store.close()
