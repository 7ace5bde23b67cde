"""The store as the sidecar sees it: write a batch, ask how it is, close."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from failcat_storage.batch import sort_out
from failcat_storage.database import Database
from failcat_storage.errors import RefusedData, RetryableStorageError, SchemaMissing
from failcat_storage.quarantine import Refused
from failcat_storage.queries import query
from failcat_storage.records import Record
from failcat_storage.schema import EXPECTED_REVISION
from failcat_storage.writer import BatchWriter, Written, settle


@dataclass(slots=True)
class WriteResult:
    """What became of one batch. Every failure record is inserted, a duplicate, or quarantined now or earlier."""

    inserted: int = 0
    duplicates: int = 0  # failures that were stored or set aside already
    recoveries: int = 0  # attempts that were new
    quarantined: dict[str, int] = field(default_factory=dict)  # records newly set aside, by reason
    lag_seconds: float | None = None  # the longest from occurrence to now; None when no row was inserted


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Whether PostgreSQL answers and has the schema that this release writes."""

    reachable: bool
    schema_revision: str | None  # None when unreachable or when there is no schema
    message: str  # empty when all is well

    @property
    def ready(self) -> bool:
        return self.reachable and not self.message


class Store:
    """Writes records exactly once. One `write` at a time keeps the order of the spool; more are safe."""

    def __init__(self, database: Database, shard: int) -> None:
        self._database = database
        self._writer = BatchWriter(database, shard)

    @classmethod
    def connect(
        cls, url: str, *, shard: int, pool_size: int = 2, connect_timeout_seconds: float = 5, direct: bool = False
    ) -> Store:
        """Connects when it is first used. Raises StorageConfigurationError when `url` cannot be meant.

        `shard` (0..32767) picks the group counters that this writer shares with few others; `direct` says that there is
        no pooler between us and the server.
        """
        if not 0 <= shard < 1 << 15:
            raise ValueError(f"shard {shard} is not in 0..32767")
        database = Database(url, pool_size=pool_size, connect_timeout_seconds=connect_timeout_seconds, direct=direct)
        return cls(database, shard)

    async def write(self, records: Sequence[Record]) -> WriteResult:
        """Returns when all of it is committed or set aside. Raises RetryableStorageError; writing all of it again is
        then harmless."""
        result = WriteResult()
        if records:
            unsettled: set[bytes] = set()
            await self._write(records, result, unsettled)
            if unsettled:
                await settle(self._database, unsettled)
        return result

    async def _write(self, records: Sequence[Record], result: WriteResult, unsettled: set[bytes]) -> None:
        """Halves what is refused until the refused record stands alone; each part is a transaction. Adds to `result`,
        and to `unsettled` the failures whose recoveries are to be settled."""
        batch = sort_out(records)
        try:
            written = await self._writer.write(batch)
            if written.unsettled:
                unsettled |= batch.failure_ids()
        except RefusedData as refusal:
            if len(records) == 1:
                written = await self._writer.set_aside(Refused(records[0], refusal.reason, str(refusal)))
            else:
                middle = len(records) // 2
                await self._write(records[:middle], result, unsettled)
                await self._write(records[middle:], result, unsettled)
                return
        _add(result, written)

    async def ping(self) -> StoreHealth:
        """Never raises for what may pass; bounded by the connect timeout and the statement timeout."""
        try:
            async with self._database.transaction() as connection:
                revision = await connection.fetchval(query("schema_revision"))
        except SchemaMissing as error:
            return _health(None, reachable=True, message=SchemaMissing.__doc__ or str(error))
        except RetryableStorageError as error:
            return _health(None, reachable=False, message=str(error))
        return _health(revision, reachable=True, message=_complaint(revision))

    async def close(self) -> None:
        """Waits two seconds for a write in flight, then cuts it off: it will be replayed."""
        await self._database.close()


def _add(result: WriteResult, written: Written) -> None:
    now_us = time.time_ns() // 1000
    result.inserted += len(written.failures)
    result.duplicates += written.duplicates
    result.recoveries += written.recoveries
    if written.failures:
        oldest_us = min(failure.occurred_at_us for failure in written.failures)
        result.lag_seconds = max(result.lag_seconds or 0.0, (now_us - oldest_us) / 1e6)
    for reason, count in written.quarantined.items():
        result.quarantined[reason] = result.quarantined.get(reason, 0) + count


def _health(revision: str | None, *, reachable: bool, message: str) -> StoreHealth:
    return StoreHealth(reachable, revision, message)


def _complaint(revision: str | None) -> str:
    """Newer revisions are fine: they only expand what this release knows."""
    if revision is None:
        return SchemaMissing.__doc__ or ""
    if revision < EXPECTED_REVISION:
        return f"the schema is at revision {revision}, this release needs {EXPECTED_REVISION}: run `failcat migrate`"
    return ""
