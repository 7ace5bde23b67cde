"""Records that PostgreSQL will not store, kept where people can look. Everything that goes in is cut and storable.

Quarantine is bounded, in all and for each tenant. At a bound what is new is refused: nobody's records make way for
another's, and what is here stays until it is replayed, dropped or expired. A record without room is only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from failcat_catalog.identity import content_id
from failcat_catalog.text import storable
from failcat_core.records import EnrichmentRecord, Record, encode
from failcat_storage.database import Database
from failcat_storage.queries import query

MAX_DETAIL_CHARACTERS = 1024
MAX_TENANT_CHARACTERS = 256
MAX_RECORD_BYTES = 128 << 10

FOREIGN_ID = "foreign_id"
"""The reason of a failure whose id is already stored for another tenant."""


class Limits(NamedTuple):
    """How much may be quarantined. Several sidecars that reach a bound at once pass it by a batch each."""

    records: int
    bytes: int  # of records, as they are kept


ALL = Limits(records=20_000, bytes=256 << 20)
OF_A_TENANT = Limits(records=2_500, bytes=32 << 20)
"""Also of all records without a tenant together."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused record and the cause; `reason` is from a closed set."""

    record: Record
    reason: str
    detail: str


@dataclass(slots=True)
class Quarantined:
    """The outcome for refused records, by reason; a replayed record counts once."""

    kept: Counter[str] = field(default_factory=Counter)  # newly
    dropped: Counter[str] = field(default_factory=Counter)  # without room

    @property
    def total(self) -> int:
        return self.kept.total() + self.dropped.total()


@dataclass(frozen=True, slots=True)
class QuarantinedReason:
    """All that is quarantined for one reason."""

    reason: str
    records: int
    bytes: int
    unseen: int  # records that nobody has looked at


class _Row(NamedTuple):
    id: UUID
    tenant_id: str | None
    reason: str
    detail: str
    record: bytes
    record_bytes: int


async def quarantine_records(connection: asyncpg.Connection, refused: Sequence[Refused]) -> Quarantined:
    """Keeps what there is room for, and what is kept already takes the new reason."""
    rows = [_row(item) for item in refused]
    fitting, result = await _fitting(connection, rows), Quarantined()
    if fitting:
        stored = await connection.fetch(query("quarantine"), *map(list, zip(*fitting, strict=True)))
        result.kept = Counter(row["reason"] for row in stored if row["is_new"])
    result.dropped = Counter(row.reason for row in rows) - Counter(row.reason for row in fitting)
    return result


async def quarantine_state(database: Database) -> list[QuarantinedReason]:
    """Raises RetryableStorageError."""
    async with database.transaction() as connection:
        rows = await connection.fetch(query("quarantine_state"), MAX_RECORD_BYTES)
    return [QuarantinedReason(**row) for row in rows]


async def _fitting(connection: asyncpg.Connection, rows: Sequence[_Row]) -> list[_Row]:
    known = {row["id"] for row in await connection.fetch(query("quarantine_known"), [row.id for row in rows])}
    tenants = {row.tenant_id or "" for row in rows}
    usage = await connection.fetch(query("quarantine_usage"), list(tenants), MAX_RECORD_BYTES)
    room = _Room(usage)
    return list({row.id: row for row in rows if row.id in known or room.takes(row)}.values())


class _Room:
    """The remaining room within the bounds."""

    def __init__(self, usage: Iterable[asyncpg.Record]) -> None:
        self._used: dict[str | None, Limits] = {}  # by tenant; None is all of them
        for row in usage:
            if row["is_all"] or row["tenant_id"] is not None:
                self._used[row["tenant_id"]] = Limits(row["records"], row["bytes"])

    def takes(self, row: _Row) -> bool:
        """Whether the row still fits; then it is among what is used."""
        owner = row.tenant_id or ""
        after = {key: self._with(key, len(row.record)) for key in (None, owner)}
        if not (_within(after[None], ALL) and _within(after[owner], OF_A_TENANT)):
            return False
        self._used |= after
        return True

    def _with(self, key: str | None, size: int) -> Limits:
        used = self._used.get(key, Limits(0, 0))
        return Limits(used.records + 1, used.bytes + size)


def _within(used: Limits, limits: Limits) -> bool:
    return used.records <= limits.records and used.bytes <= limits.bytes


def _row(item: Refused) -> _Row:
    raw = _encode(item.record)
    occurred_at_us = 0 if isinstance(item.record, EnrichmentRecord) else item.record.occurred_at_us
    key = UUID(bytes=content_id(occurred_at_us * 1000, raw))
    tenant = item.record.tenant_id
    tenant = None if tenant is None else storable(tenant[:MAX_TENANT_CHARACTERS])
    detail = storable(item.detail[:MAX_DETAIL_CHARACTERS])
    return _Row(key, tenant, item.reason, detail, raw[:MAX_RECORD_BYTES], len(raw))


def _encode(record: Record) -> bytes:
    try:
        return encode([record])
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError):
        return repr(record).encode("utf-8", "backslashreplace")
