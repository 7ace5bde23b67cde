"""Entries that people promoted into PostgreSQL."""

from __future__ import annotations

import json

import asyncpg
import pytest

from failcat_storage import promoted
from failcat_storage.database import Database
from failcat_storage.promoted import PromotedEntries, promoted_entries


async def read(url: str, known_mark: str = "") -> PromotedEntries | None:
    async with Database.once(url) as database:
        return await promoted_entries(database, known_mark)


async def promote(db: asyncpg.Connection, code: str, **document: object) -> None:
    await db.execute("INSERT INTO catalog_entries (code, document) VALUES ($1, $2)", code, json.dumps(document))


CHANGES = {
    "a new entry": "INSERT INTO catalog_entries (code, document) VALUES ('C', '{}')",
    "a changed one": "UPDATE catalog_entries SET document = '{\"x\": 1}', updated_at = now() WHERE code = 'A'",
    # As of a transaction that began long ago and ended just now.
    "an older change": "UPDATE catalog_entries SET updated_at = updated_at - interval '1 hour' WHERE code = 'A'",
    "a retired one": "UPDATE catalog_entries SET state = 'retired' WHERE code = 'A'",
    "a deleted one": "DELETE FROM catalog_entries WHERE code = 'A'",
    "one for another": "UPDATE catalog_entries SET state = CASE code WHEN 'A' THEN 'retired' ELSE 'active' END",
}


@pytest.mark.postgres
async def test_active_entries_are_read_the_last_changed_one_last(database_url: str, db: asyncpg.Connection) -> None:
    await promote(db, "B", rules=[])
    await promote(db, "A", entries=[])
    await db.execute("INSERT INTO catalog_entries (code, document, state) VALUES ('OFF', '{}', 'retired')")
    found = await read(database_url)
    assert found is not None
    assert [(entry.code, json.loads(entry.document)) for entry in found.entries] == [
        ("B", {"rules": []}),
        ("A", {"entries": []}),
    ]
    assert found.left_out == 0


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_nothing_is_read_until_something_changes(database_url: str, db: asyncpg.Connection, change: str) -> None:
    await promote(db, "A")
    await db.execute("INSERT INTO catalog_entries (code, document, state) VALUES ('OFF', '{}', 'retired')")
    first = await read(database_url)
    assert first is not None
    assert await read(database_url, first.mark) is None
    await db.execute(change)
    second = await read(database_url, first.mark)
    assert second is not None and second.mark != first.mark


async def test_an_empty_table_is_a_state_too(database_url: str) -> None:
    found = await read(database_url)
    assert found is not None and found.entries == ()
    assert await read(database_url, found.mark) is None


async def test_what_does_not_fit_is_counted(
    database_url: str, db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promoted, "MAX_PROMOTED_BYTES", 1_000)
    for code in "ABC":
        await promote(db, code, filler="x" * 400)
    found = await read(database_url)
    assert found is not None
    assert ([entry.code for entry in found.entries], found.left_out) == (["A", "B"], 1)
