"""The store as the sidecar uses it: write a batch, ping, close."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from failcat_catalog.identity import uuid_text
from failcat_core.joining import Join, apart
from failcat_core.records import Record
from failcat_storage.batch import sort_out
from failcat_storage.blame import Blame, reason_of
from failcat_storage.clocks import Clocks, read_clocks
from failcat_storage.database import Database
from failcat_storage.errors import (
    RefusedData,
    RetryableStorageError,
    SchemaConflict,
    SchemaMissing,
    StorageConfigurationError,
    UnexplainedRefusal,
)
from failcat_storage.groups import Titles
from failcat_storage.quarantine import QuarantinedReason, Refused, quarantine_state
from failcat_storage.queries import query
from failcat_storage.rejoin import Rejoined, Rejoiner
from failcat_storage.schema import EXPECTED_REVISION
from failcat_storage.size import DatabaseFull, DatabaseSize
from failcat_storage.tenants import Reference
from failcat_storage.traces import Traces
from failcat_storage.writer import BatchWriter, Written, apply_recoveries

log = logging.getLogger("failcat.store")


@dataclass(slots=True)
class WriteResult:
    """The result of writing one batch. Every failure record is inserted, a duplicate, or quarantined now or earlier."""

    inserted: int = 0
    duplicates: int = 0  # failures that were stored or quarantined already
    recoveries: int = 0  # attempts that were new
    revised: dict[str, int] = field(default_factory=dict)  # rows that reports of earlier batches changed, by how
    unrevised: int = 0  # traces with too many reports to be joined with earlier ones
    quarantined: dict[str, int] = field(default_factory=dict)  # records newly quarantined, by reason
    dropped: dict[str, int] = field(default_factory=dict)  # refused records that quarantine has no room for, by reason
    refused: int = 0  # records not stored: these, and those quarantined before
    lag_seconds: float | None = None  # the longest from occurrence to now; None when no row was inserted


@dataclass(slots=True)
class _Call:
    """The progress of one `write`."""

    result: WriteResult = field(default_factory=WriteResult)
    traces: Traces = field(default_factory=dict)  # of which more reports are stored than were written
    unapplied: set[Reference] = field(default_factory=set)  # failures whose recoveries are not applied yet


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Whether PostgreSQL answers and has the schema that this release writes."""

    reachable: bool
    schema_revision: str | None  # None when unreachable or when there is no schema
    message: str  # empty when all is well
    clocks: Clocks | None = None  # this host's and the database's; None when unreachable

    @property
    def ready(self) -> bool:
        return self.reachable and not self.message


class Store:
    """Writes records exactly once. One `write` at a time keeps the order of the spool; more are safe."""

    def __init__(
        self, database: Database, shard: int, max_table_bytes: int | None = None, join: Join | None = None
    ) -> None:
        self.size = DatabaseSize(max_table_bytes)
        self._database = database
        titles = Titles()
        self._writer = BatchWriter(database, shard, join or apart, titles)
        self._rejoiner = Rejoiner(database, join, shard, titles) if join else None
        self._blame = Blame()

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        shard: int,
        pool_size: int = 2,
        connect_timeout_seconds: float = 5,
        direct: bool = False,
        max_table_bytes: int | None = None,
        join: Join | None = None,
    ) -> Store:
        """Connects on first use. Raises StorageConfigurationError for a URL that cannot work.

        `shard` (0..32767) picks the group counters that this writer shares with few others; `direct` says that there is
        no pooler between us and the server. `max_table_bytes` is for the tables of a server that is ours alone. Without
        `join`, every report stays a row.
        """
        if not 0 <= shard < 1 << 15:
            raise ValueError(f"shard {shard} is not in 0..32767")
        database = Database(url, pool_size=pool_size, connect_timeout_seconds=connect_timeout_seconds, direct=direct)
        return cls(database, shard, max_table_bytes, join)

    async def write(self, records: Sequence[Record]) -> WriteResult:
        """Returns when every record is committed or quarantined. Raises RetryableStorageError, after which writing all
        of it again is harmless. SchemaConflict and DatabaseFull need an operator: no record causes them."""
        call = _Call()
        if records:
            await self._check_room()
            try:
                await self._write(records, call)
                await self._rejoin(call.traces, call.result)
                if call.unapplied:
                    await self._apply_recoveries(sorted(call.unapplied, key=attrgetter("id")), call)
            except (
                RefusedData,
                StorageConfigurationError,
            ) as error:  # quarantine itself refuses, or the database changed
                raise SchemaConflict(str(error)) from error
            self._blame.nothing()
        return call.result

    async def _write(self, records: Sequence[Record], call: _Call) -> None:
        """Halves what is refused until the refused record stands alone; each part is a transaction."""
        try:
            await self._transaction(records, call)
        except (RefusedData, UnexplainedRefusal) as refusal:
            if not self._blame.may_be_a_records(refusal):
                raise
            if len(records) > 1:
                middle = len(records) // 2
                await self._write(records[:middle], call)
                await self._write(records[middle:], call)
            else:
                await self._quarantine(records[0], call)

    async def _transaction(self, records: Sequence[Record], call: _Call) -> None:
        batch = sort_out(records)
        written = await self._writer.write(batch)
        call.traces |= written.traces
        if written.unapplied:
            call.unapplied |= batch.references()
        _add(call.result, written)

    async def _rejoin(self, traces: Traces, result: WriteResult) -> None:
        """Halves as `_write` does. Reports whose row PostgreSQL refuses stay as they are."""
        if not traces or self._rejoiner is None:
            return
        try:
            rejoined = await self._rejoiner.rejoin(traces)
        except (RefusedData, UnexplainedRefusal) as refusal:
            if not self._blame.may_be_a_records(refusal):
                raise
            if len(traces) > 1:
                for trace_id, stored in traces.items():
                    await self._rejoin({trace_id: stored}, result)
                return
            await self._writer.rehearse()
            self._blame.is_a_records(refusal)
            log.error("the reports of trace %s are not joined: %s", next(iter(traces)).hex(), refusal)
            return
        _add_rejoined(result, rejoined)

    async def _quarantine(self, record: Record, call: _Call) -> None:
        """Quarantines the record, unless it is taken now. Raises SchemaConflict when a plain one is refused too."""
        await self._writer.rehearse()
        try:
            await self._transaction([record], call)
        except (RefusedData, UnexplainedRefusal) as refusal:
            self._blame.is_a_records(refusal)
            refused = Refused(record, reason_of(refusal), str(refusal))
            _add(call.result, await self._writer.quarantine(refused))

    async def _apply_recoveries(self, references: Sequence[Reference], call: _Call) -> None:
        """Halves as `_write` does. An outcome that its row refuses stays unapplied in recovery_attempts."""
        try:
            await apply_recoveries(self._database, references)
        except (RefusedData, UnexplainedRefusal) as refusal:
            if not self._blame.may_be_a_records(refusal):
                raise
            if len(references) > 1:
                middle = len(references) // 2
                await self._apply_recoveries(references[:middle], call)
                await self._apply_recoveries(references[middle:], call)
                return
            await self._writer.rehearse()
            self._blame.is_a_records(refusal)
            log.error("the recovery of failure %s is not shown in its row: %s", uuid_text(references[0].id), refusal)

    async def ping(self) -> StoreHealth:
        """Raises nothing for transient errors; bounded by the connect timeout and the statement timeout."""
        try:
            async with self._database.transaction() as connection:
                clocks = await read_clocks(connection)
                revision = await connection.fetchval(query("schema_revision"))
        except SchemaMissing as error:
            return _health(None, reachable=True, message=SchemaMissing.__doc__ or str(error))
        except RetryableStorageError as error:
            return _health(None, reachable=False, message=str(error))
        except StorageConfigurationError as error:  # such as an encoding that a new database has
            return _health(None, reachable=True, message=str(error))
        return StoreHealth(True, revision, _complaint(revision), clocks)

    async def measure(self) -> None:
        """Brings `size` up to date. Raises RetryableStorageError."""
        async with self._database.transaction() as connection:
            await self.size.measure(connection)

    async def _check_room(self) -> None:
        """Near the limit every write asks, so that little is written beyond it. Raises DatabaseFull."""
        if self.size.is_nearly_full:
            await self.measure()
        if self.size.is_full:
            raise DatabaseFull(f"the database takes {self.size.describe()}: see FAILCAT_DATABASE_MAX_BYTES")
        if self.size.disk_is_low:
            raise DatabaseFull("the disk of the database has less free than half of FAILCAT_SPOOL_RESERVE_BYTES")

    async def quarantined(self) -> list[QuarantinedReason]:
        """The records of the whole fleet that PostgreSQL refused. Raises RetryableStorageError."""
        return await quarantine_state(self._database)

    async def close(self) -> None:
        """Waits two seconds for a write in flight, then cuts it off: it will be replayed."""
        await self._database.close()


def _add(result: WriteResult, written: Written) -> None:
    now_us = time.time_ns() // 1000
    result.inserted += len(written.failures)
    result.duplicates += written.duplicates
    result.recoveries += written.recoveries
    result.refused += written.refused
    if written.failures:
        oldest_us = min(failure.occurred_at_us for failure in written.failures)
        result.lag_seconds = max(result.lag_seconds or 0.0, (now_us - oldest_us) / 1e6)
    for counts, added in ((result.quarantined, written.quarantined), (result.dropped, written.dropped)):
        for reason, count in added.items():
            counts[reason] = counts.get(reason, 0) + count


def _add_rejoined(result: WriteResult, rejoined: Rejoined) -> None:
    result.inserted += len(rejoined.inserted)
    result.unrevised += rejoined.left
    for change, count in rejoined.revised.items():
        result.revised[change] = result.revised.get(change, 0) + count


def _health(revision: str | None, *, reachable: bool, message: str) -> StoreHealth:
    return StoreHealth(reachable, revision, message)


def _complaint(revision: str | None) -> str:
    """Newer revisions are fine: they only expand what this release knows."""
    if revision is None:
        return SchemaMissing.__doc__ or ""
    if revision < EXPECTED_REVISION:
        return f"the schema is at revision {revision}, this release needs {EXPECTED_REVISION}: run `failcat migrate`"
    return ""
