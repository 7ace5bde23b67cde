"""A spool in a folder of its own, small enough to read as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from failcat_sidecar.spool import Disk, Spool

OpenSpool = Callable[..., Awaitable[Spool]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spool"


@pytest.fixture
async def open_spool(folder: Path) -> AsyncIterator[OpenSpool]:
    """Opens the spool in `folder`; closes whatever is still open at the end."""
    opened: list[Spool] = []

    async def open_it(disk: Disk | None = None, **limits: Any) -> Spool:
        limits = {"max_bytes": 1 << 20, "segment_bytes": 1024, "reserve_free_bytes": 0} | limits
        opened.append(await Spool.open(folder, disk=disk, **limits))
        return opened[-1]

    yield open_it
    for spool in opened:
        await spool.close()
