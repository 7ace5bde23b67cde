"""Where the schema's revisions are, and the SQL that leads from one to another.

Alembic writes it in a process of its own, because a sidecar needs it for one moment, and would carry its 22 MiB as long
as it runs.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Literal

from failcat_storage.errors import StorageError

Direction = Literal["upgrade", "downgrade"]

UNKNOWN_REVISION = 4  # exit code of the process; Python's own are 1 and 2


class UnknownRevision(StorageError):
    """There is no such schema revision."""


def migrations_folder() -> Path:
    """Inside the package in a wheel, beside the source roots in a checkout. Raises StorageError when it is missing."""
    package = Path(__file__).parent
    for folder in (package / "migrations", package.parents[1] / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise StorageError(f"the migrations are missing from {package}: install failcat again")


async def write_script(direction: Direction, first: str, last: str) -> str:
    """The SQL that leads from one revision to the other. Raises UnknownRevision, StorageError."""
    # -P: a module in the folder where the sidecar was started is none of ours.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "failcat_storage.alembic_script", direction, f"{first}:{last}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    script, complaint = (output.decode().strip() for output in await process.communicate())
    if process.returncode == UNKNOWN_REVISION:
        raise UnknownRevision(complaint)
    if process.returncode != 0:
        raise StorageError(f"the migration could not be written: {complaint.rpartition(chr(10))[2]}")
    return script
