"""Writes records to PostgreSQL again, for the commands that replay."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from failcat_core.records import Record
from failcat_sidecar.errors import FailcatError
from failcat_storage.errors import RetryableStorageError

if TYPE_CHECKING:
    from failcat_storage.store import Store, WriteResult

TRIES = 6  # beside a sidecar that writes the same rows; an unknown error takes the store four to narrow down
RETRY_SECONDS = 0.5


async def write(store: Store, records: Sequence[Record], progress: str = "") -> WriteResult:
    """One transaction, tried six times. Raises FailcatError, which says `progress`."""
    for left in reversed(range(TRIES)):
        try:
            return await store.write(records)
        except RetryableStorageError as error:
            if not left:
                again = "run it again when this is corrected: what is stored already is not stored twice"
                raise FailcatError(f"{error}; {progress}{again}") from error
            await asyncio.sleep(RETRY_SECONDS)
    raise AssertionError("unreachable")
