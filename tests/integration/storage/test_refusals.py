"""What PostgreSQL will never store is quarantined alone; everything around it goes through."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
import pytest
from tests.support.failures import Failures

from failcat_core.records import EnrichmentRecord, FailureRecord, RecoveryRecord, decode
from failcat_storage.quarantine import MAX_RECORD_BYTES
from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

POISON: dict[str, tuple[dict[str, Any], str | None]] = {
    "NUL in a text": ({"error_message": "a\0b"}, "refused_value"),
    "NUL in JSON": ({"context": {"key": "\0"}}, "refused_value"),
    "NUL in JSON text": ({"context": '{"key": "\\u0000"}'}, "refused_value"),
    "a context that is no JSON": ({"context": "{"}, "refused_value"),
    "lone surrogate": ({"error_message": "\ud800"}, "unencodable"),
    "lone surrogate in JSON": ({"context": {"key": "\ud800"}}, "unencodable"),
    "JSON without end": ({"context": {"key": eval("[" * 90 + "]" * 90)}}, None),
    "integer beyond 32 bits": ({"step_index": 1 << 40}, "unencodable"),
    "time beyond the year 9999": ({"occurred_at_us": 1 << 62}, "unencodable"),
    "id of three bytes": ({"id": b"abc"}, "unencodable"),
    "no run": ({"run_id": None}, "refused_constraint"),
    "text that no index takes": ({"run_id": "".join(chr(0x4E00 + n) for n in range(9000))}, "too_large"),
}


@pytest.mark.parametrize("poison", POISON)
async def test_a_poisoned_row_costs_only_itself(
    store: Store, db: asyncpg.Connection, failures: Failures, poison: str
) -> None:
    fields, reason = POISON[poison]
    before, bad, after = failures.many(3), failures.one(**fields), failures.many(4)
    result = await store.write([*before, bad, *after])
    assert (result.inserted, result.quarantined) == ((8, {}) if reason is None else (7, {reason: 1}))
    again = await store.write([*after, bad])
    assert (again.inserted, again.quarantined) == (0, {}), "a replay sets nothing aside twice"
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == result.inserted
    assert await db.fetchval("SELECT sum(occurrences)::BIGINT FROM failure_group_totals") == result.inserted


async def test_one_among_a_thousand(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    batch = failures.many(1000)
    batch[617] = failures.one(error_message="\0")
    result = await store.write(batch)
    assert (result.inserted, result.duplicates, result.quarantined) == (999, 0, {"refused_value": 1})


async def test_a_quarantined_record_can_be_read_again(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    bad = failures.one(error_message="a\0b")
    await store.write([bad])
    row = await db.fetchrow("SELECT * FROM failure_quarantine")
    assert decode(row["record"]) == [bad]
    assert row["detail"].startswith("22021: ")
    assert row["record_bytes"] == len(row["record"])


async def test_quarantine_is_bounded(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    await store.write([failures.one(run_id="\0" * 300_000)])
    row = await db.fetchrow(
        "SELECT length(record) AS kept, record_bytes, length(detail) AS detail FROM failure_quarantine"
    )
    assert row["kept"] == MAX_RECORD_BYTES
    assert row["record_bytes"] > 300_000
    assert row["detail"] <= 1024


RECOVERY: dict[str, Any] = {"attempt": 1, "mode": "SKIP", "succeeded": True, "occurred_at_us": 1}


async def test_poisoned_recoveries_and_enrichments_cost_only_themselves(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    failure = failures.one(skill_id=None)
    result = await store.write(
        [
            failure,
            RecoveryRecord(failure_id=b"short", **RECOVERY),
            RecoveryRecord(failure_id=failure.id, **{**RECOVERY, "mode": "\0"}),
            EnrichmentRecord(id=failure.id, member_id=b"m" * 16, context={"key": "\0"}),
            EnrichmentRecord(id=failure.id, member_id=b"n" * 16, skill_id="kept"),
            RecoveryRecord(failure_id=failure.id, **RECOVERY),
        ]
    )
    assert (result.inserted, result.recoveries) == (1, 1)
    assert sum(result.quarantined.values()) == 3
    row = await db.fetchrow("SELECT skill_id, recovery_succeeded FROM failure_matches")
    assert tuple(row) == ("kept", True)


async def test_hostile_text_is_stored_as_it_is(store: Store, db: asyncpg.Connection, failures: Failures) -> None:
    text = "'; DROP TABLE failure_matches; --\t\r\n\\N \\. \x1f\x1e\u202e<script>\x1b[31m%s {} $1"
    failure: FailureRecord = msgspec.structs.replace(failures.one(), error_message=text, context={text: text})
    await store.write([failure])
    await store.write([failure, failures.one(error_message=text)])
    stored = await db.fetch("SELECT error_message, context ->> $1 AS value FROM failure_matches ORDER BY id", text)
    assert [tuple(row) for row in stored] == [(text, text), (text, None)]
