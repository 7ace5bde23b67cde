"""Writes records to PostgreSQL again, for the commands that replay: joined as a sidecar joins them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from failcat_core.records import Record
from failcat_sidecar.cli.classify import load_catalog
from failcat_sidecar.cli.promoted import under_promoted
from failcat_sidecar.errors import FailcatError
from failcat_sidecar.settings import load_values, options
from failcat_storage.errors import RetryableStorageError

if TYPE_CHECKING:
    from failcat_storage.store import Store, WriteResult

TRIES = 6  # beside a sidecar that writes the same rows; an unknown error takes the store four to narrow down
RETRY_SECONDS = 0.5


AGAIN = "run it again when this is corrected: what is stored already is not stored twice"


async def connected(url: str, shard: int, progress: str = "") -> Store:
    """A store that joins under FAILCAT_CATALOG and the promoted entries. Raises ConfigurationError, and FailcatError,
    which says `progress`."""
    from failcat_sidecar.dedup import Joiner
    from failcat_storage.database import Database
    from failcat_storage.store import Store

    files = load_values([option for option in options() if option.name == "catalog"], {}, os.environ)["catalog"]
    try:
        async with Database.once(url) as database:
            (loaded,) = await under_promoted(database, load_catalog(files))
    except RetryableStorageError as error:
        raise FailcatError(f"{error}; {progress}{AGAIN}") from error
    return Store.connect(url, shard=shard, join=Joiner(lambda: (loaded.match, loaded.version)))


async def write(store: Store, records: Sequence[Record], progress: str = "") -> WriteResult:
    """One transaction, tried six times. Raises FailcatError, which says `progress`."""
    for left in reversed(range(TRIES)):
        try:
            return await store.write(records)
        except RetryableStorageError as error:
            if not left:
                raise FailcatError(f"{error}; {progress}{AGAIN}") from error
            await asyncio.sleep(RETRY_SECONDS)
    raise AssertionError("unreachable")
