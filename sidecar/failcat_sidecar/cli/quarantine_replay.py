"""`failcat quarantine replay`: writes quarantined records to PostgreSQL again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from failcat_core.records import Record, encode
from failcat_sidecar.cli import replay_write
from failcat_sidecar.cli.quarantine_items import Chosen, records_of, require_found
from failcat_sidecar.write.dead_letters import UNKNOWN, DeadLetter, DeadLetterFolder

if TYPE_CHECKING:
    from failcat_storage.quarantined import Replayed, Write

REPLAY_SHARD = 1 << 14  # counters of groups that no sidecar waits for
MAX_RECORDS = 500  # per transaction
SURVIVED = 75  # an exit code that no other end has


async def replay_chosen(chosen: Chosen) -> Replayed:
    """Replays the chosen items and returns the results. Raises FailcatError."""
    from failcat_storage.quarantined import Replayed
    from failcat_storage.quarantined import replay as replay_rows

    done = Replayed()
    url = chosen.connect()
    store = await replay_write.connected(url, REPLAY_SHARD)
    write = partial(replay_write.write, store)
    try:
        for batch in chosen.batches:
            await _replay_file(url, chosen.folder, batch, write, done)
        await chosen.with_database(lambda database, selection: replay_rows(database, write, selection, done))
    finally:
        await store.close()
    require_found(done.stored + done.refused + done.left.total(), chosen)
    return done


async def _replay_file(url: str, folder: DeadLetterFolder, batch: DeadLetter, write: Write, done: Replayed) -> None:
    """The file goes when each of its records is a row, of one table or the other."""
    is_suspect = batch.cause.reason in ("crashes", UNKNOWN)
    if is_suspect and dies(lambda: records_of(batch)):
        done.left["reading it kills the process"] += batch.cause.records
        return
    records, obstacle = records_of(batch)
    if obstacle:
        done.left[obstacle] += batch.cause.records
        return
    deadly = _deadly(url, records) if is_suspect else []
    harmless = [record for record in records if not any(record is each for each in deadly)]
    refused = dropped = 0
    for start in range(0, len(harmless), MAX_RECORDS):
        result = await write(harmless[start : start + MAX_RECORDS])
        refused, dropped = refused + result.refused, dropped + sum(result.dropped.values())
    if dropped:
        done.left["PostgreSQL refuses some of the batch, and failure_quarantine is full"] += len(records)
        return
    if deadly:
        folder.keep_only(batch, encode(deadly), len(deadly))
        done.left["writing it kills the process"] += len(deadly)
    else:
        folder.remove(batch)
    done.stored += len(harmless) - refused
    done.refused += refused


def _deadly(url: str, records: Sequence[Record]) -> list[Record]:
    """The records that kill the process. Child processes write them first, then halves of a part that killed one. The
    records are written again afterwards, which is harmless."""
    if not records or not dies(lambda: asyncio.run(_try(url, records))):
        return []
    if len(records) == 1:
        return [*records]
    middle = len(records) // 2
    return _deadly(url, records[:middle]) + _deadly(url, records[middle:])


async def _try(url: str, records: Sequence[Record]) -> None:

    store = await replay_write.connected(url, REPLAY_SHARD)
    try:
        await replay_write.write(store, records)
    finally:
        await store.close()


def dies(work: Callable[[], object]) -> bool:
    """Whether `work` kills its process. An exception does not count: it is raised again by the next attempt."""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            work()
        os._exit(SURVIVED)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != SURVIVED
