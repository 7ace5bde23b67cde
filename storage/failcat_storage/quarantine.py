"""Records that PostgreSQL will not store, kept where people can look. Everything that goes in is cut and storable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import msgspec

from failcat_catalog.identity import content_id
from failcat_storage.queries import query
from failcat_storage.records import EnrichmentRecord, Record, encode

MAX_DETAIL_CHARACTERS = 1024
MAX_RECORD_BYTES = 128 << 10

FOREIGN_ID = "foreign_id"
"""The reason of a failure whose id is already stored for another tenant."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record and why it is set aside; `reason` is from a closed set."""

    record: Record
    reason: str
    detail: str


async def set_aside(connection: asyncpg.Connection, refused: Sequence[Refused]) -> Counter[str]:
    """How many were new, by reason: a record that is replayed is set aside once."""
    rows = [_row(item) for item in refused]
    new = await connection.fetch(query("quarantine"), *map(list, zip(*rows, strict=True)))
    return Counter(row["reason"] for row in new)


def _row(item: Refused) -> tuple[UUID, str, str, bytes, int]:
    raw = _encode(item.record)
    occurred_at_us = 0 if isinstance(item.record, EnrichmentRecord) else item.record.occurred_at_us
    key = UUID(bytes=content_id(occurred_at_us * 1000, raw))
    return key, item.reason, _storable(item.detail), raw[:MAX_RECORD_BYTES], len(raw)


def _encode(record: Record) -> bytes:
    try:
        return encode([record])
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError):
        return repr(record).encode("utf-8", "backslashreplace")


def _storable(text: str) -> str:
    cleaned = text.replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
    return cleaned[:MAX_DETAIL_CHARACTERS]
