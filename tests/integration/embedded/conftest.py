"""A data folder for the tests of the embedded server. initdb takes its time, so they use one after the other."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from failcat_storage.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """The data folder of a server that does not run, in whatever state the test before left it."""
    parent = Path(tempfile.mkdtemp(prefix="failcat-", dir="/tmp"))
    parent.chmod(0o755)
    asyncio.run(_start_and_stop(parent / "data"))
    yield parent / "data"
    shutil.rmtree(parent)


@pytest.fixture
async def server(data_dir: Path) -> AsyncIterator[EmbeddedPostgres]:
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    yield server
    await server.stop()


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root lends the server another account")


async def _start_and_stop(data_dir: Path) -> None:
    server = await EmbeddedPostgres.start(data_dir, on_progress=print)
    await server.stop()
