"""`failcat quarantine replay`: writes what is quarantined to PostgreSQL once more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from failcat_sidecar.cli.quarantine_items import Chosen, records_of, require_found
from failcat_sidecar.errors import FailcatError
from failcat_sidecar.write.set_aside import AsideBatch, SetAsideFolder
from failcat_storage.records import Record

if TYPE_CHECKING:
    from failcat_storage.quarantined import Replayed, Write
    from failcat_storage.store import Store, WriteResult

REPLAY_SHARD = 1 << 14  # counters of groups that no sidecar waits for
MAX_RECORDS = 500  # of a transaction
TRIES = 6  # beside a sidecar that writes the same rows; an unknown error takes the store four to narrow down
RETRY_SECONDS = 0.5


async def replay_chosen(chosen: Chosen) -> Replayed:
    """What became of the records. Raises FailcatError."""
    from failcat_storage.quarantined import Replayed
    from failcat_storage.quarantined import replay as replay_rows
    from failcat_storage.store import Store

    done = Replayed()
    store = Store.connect(chosen.connect(), shard=REPLAY_SHARD)
    write = partial(_write, store)
    try:
        for batch in chosen.batches:
            await _replay_file(chosen.folder, batch, write, done)
        await chosen.with_database(lambda database, selection: replay_rows(database, write, selection, done))
    finally:
        await store.close()
    require_found(done.stored + done.refused + done.left.total(), chosen)
    return done


async def _replay_file(
    folder: SetAsideFolder,
    batch: AsideBatch,
    write: Write,
    done: Replayed,
) -> None:
    """The file goes when each of its records is a row, of one table or the other."""
    records, obstacle = records_of(batch)
    if obstacle:
        done.left[obstacle] += batch.why.records
        return
    refused = dropped = 0
    for start in range(0, len(records), MAX_RECORDS):
        result = await write(records[start : start + MAX_RECORDS])
        refused, dropped = refused + result.refused, dropped + sum(result.dropped.values())
    if dropped:
        done.left["PostgreSQL refuses some of the batch, and failure_quarantine is full"] += len(records)
        return
    folder.remove(batch)
    done.stored += len(records) - refused
    done.refused += refused


async def _write(store: Store, records: Sequence[Record]) -> WriteResult:
    from failcat_storage.errors import RetryableStorageError

    for left in reversed(range(TRIES)):
        try:
            return await store.write(records)
        except RetryableStorageError as error:
            if not left:
                raise FailcatError(f"{error}; run it again when this is mended, nothing is stored twice") from error
            await asyncio.sleep(RETRY_SECONDS)
    raise AssertionError("unreachable")
