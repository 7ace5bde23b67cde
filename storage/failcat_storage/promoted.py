"""Entries of the catalog that people promoted into PostgreSQL: rows of `catalog_entries`.

The document of a row has the form of a catalog file: the entry of that code, the rules that lead to it, or both.
"""

from __future__ import annotations

from dataclasses import dataclass

from failcat_storage.database import Database
from failcat_storage.queries import query

MAX_PROMOTED_BYTES = 8 << 20
"""Of the JSON of all entries together, as of a catalog file."""


@dataclass(frozen=True, slots=True)
class PromotedEntry:
    """One active row."""

    code: str
    document: str  # JSON, not yet checked


@dataclass(frozen=True, slots=True)
class PromotedEntries:
    """All active rows that fit MAX_PROMOTED_BYTES, the last changed one last."""

    mark: str  # changes when an entry does
    entries: tuple[PromotedEntry, ...]
    left_out: int  # how many did not fit


async def promoted_entries(database: Database, known_mark: str = "") -> PromotedEntries | None:
    """None when nothing has changed since `known_mark`: this costs one short query. Raises RetryableStorageError
    (SchemaMissing among them), StorageConfigurationError."""
    async with database.transaction() as connection:
        # Before the rows: what changes in between has another mark the next time.
        state = await connection.fetchrow(query("promoted_mark"))
        if state["mark"] == known_mark:
            return None
        rows = await connection.fetch(query("promoted_entries"), MAX_PROMOTED_BYTES)
    entries = tuple(PromotedEntry(row["code"], row["document"]) for row in rows)
    return PromotedEntries(state["mark"], entries, max(state["active"] - len(entries), 0))
