"""A real sidecar on a real database, shared by the tests that only send and look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import asyncpg
import pytest
import pytest_asyncio
from tests.conftest import SERVERS, Server, _open_folder
from tests.support.sidecar import SidecarProcess


@pytest.fixture(scope="session")
def shared_database_url(postgres_servers: Callable[[str], Server]) -> str:
    server = postgres_servers(SERVERS[0])
    return server.url_of(server.create(server.template))


@pytest.fixture(scope="session")
def sidecar(shared_database_url: str) -> Iterator[SidecarProcess]:
    with SidecarProcess(_open_folder() / "data", shared_database_url) as process:
        yield process


@pytest_asyncio.fixture
async def database(shared_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(shared_database_url)
    yield connection
    await connection.close()
