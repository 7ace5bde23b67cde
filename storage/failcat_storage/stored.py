"""Reads stored failures: one by its id, or many in bounded memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from failcat_catalog.types import AttributeValue
from failcat_storage.database import Database
from failcat_storage.queries import query
from failcat_storage.rows import uuid_of
from failcat_storage.tenants import Reference

_COLUMNS = (
    "id, error_code, error_type, error_message, catalog_entry_id, match_type, match_rule, confidence_score,"
    " is_retryable, recovery_mode, catalog_version, context -> 'attributes' AS attributes,"
    " context -> 'observed' AS observed"
)
"""The columns that `_stored` reads."""


@dataclass(frozen=True, slots=True)
class StoredFailure:
    """The observation and the verdict that a row of `failure_matches` stores."""

    id: UUID
    error_code: str  # what the observation called itself, see failcat_catalog.observe
    error_type: str  # the exception's class, else `error.type`; empty when there was none
    message: str
    attributes: Mapping[str, AttributeValue]
    observed: Mapping[str, AttributeValue]  # names that columns and attributes do not tell
    catalog_entry_id: str  # empty is a miss
    match_type: str
    rule: str
    confidence: float
    retryable: bool
    recovery_mode: str
    catalog_version: str


async def find_failure(database: Database, failure_id: UUID, tenant_id: str | None = None) -> StoredFailure | None:
    """The failure that a tenant knows by this id; without a tenant, the row of this id. Raises RetryableStorageError,
    StorageConfigurationError."""
    ids = Reference(failure_id.bytes, tenant_id, tenant_id).candidates
    async with database.transaction() as connection:
        row = await connection.fetchrow(
            query("find_failure").format(columns=_COLUMNS), list(map(uuid_of, ids)), tenant_id
        )
    return _stored(row) if row else None


async def stored_failures(database: Database, since: datetime, limit: int) -> AsyncGenerator[list[StoredFailure], None]:
    """Failures from `since` on, the newest first, at most `limit`, a few hundred at a time through a cursor. All are of
    one moment. Raises as `find_failure` does; close it (contextlib.aclosing) when it is not read to its end."""
    async with database.transaction() as connection:
        await connection.execute(query("declare_stored_failures").format(columns=_COLUMNS), since, limit)
        while rows := await connection.fetch(query("fetch_stored_failures")):
            yield [_stored(row) for row in rows]


def _stored(row: asyncpg.Record) -> StoredFailure:
    return StoredFailure(
        id=row["id"],
        error_code=row["error_code"],
        error_type=row["error_type"] or "",
        message=row["error_message"] or "",
        attributes=_mapping(row["attributes"]),
        observed=_mapping(row["observed"]),
        catalog_entry_id=row["catalog_entry_id"] or "",
        match_type=row["match_type"],
        rule=row["match_rule"] or "",
        confidence=row["confidence_score"],
        retryable=bool(row["is_retryable"]),
        recovery_mode=row["recovery_mode"] or "",
        catalog_version=row["catalog_version"],
    )


def _mapping(text: str | None) -> Mapping[str, AttributeValue]:
    """Empty for a value that no writer of ours stores: people may fill the column context too."""
    try:
        mapping: dict[str, AttributeValue] = msgspec.json.decode(text or "{}", type=dict)
    except msgspec.MsgspecError:
        return {}
    return mapping
