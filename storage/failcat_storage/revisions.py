"""The SQL of schema revisions, as alembic writes it: `python -m failcat_storage.revisions upgrade base:head`.

A process of its own, because a sidecar needs alembic for one moment, and would carry its 22 MiB as long as it runs.
"""

from __future__ import annotations

import asyncio
import sys
from io import StringIO
from pathlib import Path
from typing import Literal

from failcat_storage.errors import StorageError

Direction = Literal["upgrade", "downgrade"]

_UNKNOWN_REVISION = 4  # exit code; Python's own and alembic's are 1 to 3


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
        *(sys.executable, "-P", "-m", "failcat_storage.revisions", direction, f"{first}:{last}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    script, complaint = (output.decode().strip() for output in await process.communicate())
    if process.returncode == _UNKNOWN_REVISION:
        raise UnknownRevision(complaint)
    if process.returncode != 0:
        raise StorageError(f"the migration could not be written: {complaint.rpartition(chr(10))[2]}")
    return script


def _main(direction: str, steps: str) -> None:
    from alembic import command  # noqa: PLC0415  # who asks for the script must not import it
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    script = StringIO()
    config = Config(output_buffer=script)
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    try:
        (command.downgrade if direction == "downgrade" else command.upgrade)(config, steps, sql=True)
    except CommandError as error:
        sys.stderr.write(str(error))
        sys.exit(_UNKNOWN_REVISION)
    sys.stdout.write(script.getvalue())


if __name__ == "__main__":
    _main(*sys.argv[1:])
