"""`failcat catalog preview` and `failcat catalog explain --id` on rows in PostgreSQL, as an operator runs them."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests.support.failures import Failures
from tests.support.sidecar import failcat

from failcat_core.records import FailureRecord
from failcat_storage.store import Store

STALLED = "the frobnicator stalled"
FAILURES = Failures()
UNSTORED = {"catalog_entry_id": None, "match_rule": None, "match_type": "unknown", "recovery_mode": None}


def rule(pattern: str, code: str = "TIMEOUT", name: str = "mine.own", **fields: Any) -> dict[str, Any]:
    return {"id": name, "code": code, "when": [{"message": [pattern]}], **fields}


def catalog_file(folder: Path, *rules: dict[str, Any], name: str = "mine.yaml") -> str:
    path = folder / name
    path.write_text(json.dumps({"rules": list(rules)}))
    return str(path)


def own_failure(message: str, **fields: Any) -> FailureRecord:
    """Of an application that the built-in catalog knows nothing of."""
    values = {"error_code": "acme.Error", "error_type": "acme.Error", "context": {}, **UNSTORED, **fields}
    return FAILURES.one(error_message=message, **values)


async def run(*arguments: str, url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(failcat, "catalog", *arguments, FAILCAT_DATABASE_URL=url, **environment)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def write(url: str, *records: FailureRecord) -> None:
    store = Store.connect(url, shard=1)
    await store.write(records)
    await store.close()


@pytest.mark.postgres
async def test_preview_shows_what_would_change(database_url: str, tmp_path: Path) -> None:
    await write(database_url, *(own_failure(f"{STALLED} on host {number}") for number in range(300)))
    await write(database_url, own_failure("order 5 is late"), own_failure("connection refused by no one"))
    current = catalog_file(tmp_path, rule("order [0-9]{1,9} is late", "CONFLICT", "mine.late"), name="current.yaml")
    changed = catalog_file(tmp_path, rule("frobnicator stalled"), name="changed.yaml")
    done = await run("preview", changed, "--json", "--examples", "2", url=database_url, FAILCAT_CATALOG=current)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["failures"], document["unchanged"], document["limit_reached"]) == (302, 1, False)
    new, lost = document["changes"]
    assert (new["kind"], new["count"], new["before"]["code"], new["after"]["code"]) == (
        "newly matched",
        300,
        "",
        "TIMEOUT",
    )
    assert len(new["examples"]) == 2
    assert all(example["rule_after"] == "mine.own" for example in new["examples"])
    assert (lost["kind"], lost["count"], lost["examples"][0]["rule_before"]) == ("lost", 1, "mine.late")


async def test_preview_counts_what_would_be_ignored_by_rule(database_url: str, tmp_path: Path) -> None:
    await write(database_url, *(own_failure(f"{STALLED} on host {number}") for number in range(3)), own_failure("late"))
    path = tmp_path / "quiet.json"
    path.write_text(json.dumps({"ignore": [{"id": "mine.quiet", "when": [{"message": ["frobnicator stalled"]}]}]}))
    done = await run("preview", str(path), url=database_url)
    assert "ignored: 3" in done.stdout and "3  unknown → ignored by mine.quiet" in done.stdout
    assert "unchanged: 1" in done.stdout


async def test_preview_speaks_to_people_without_obeying_failures(database_url: str, tmp_path: Path) -> None:
    failure = own_failure(f"\x1b[2J{STALLED}\n\u202etxt")
    await write(database_url, failure)
    done = await run("preview", catalog_file(tmp_path, rule("frobnicator stalled")), url=database_url)
    assert done.returncode == 0
    assert "newly matched: 1" in done.stdout
    assert "unknown → TIMEOUT (retry, RETRY_EXPONENTIAL)" in done.stdout
    assert f"{UUID(bytes=failure.id)}  no rule → mine.own  \\x1b[2J{STALLED}\\n\\u202etxt" in done.stdout
    assert all(line.isprintable() for line in done.stdout.splitlines())


async def test_preview_reads_no_more_than_asked_for(database_url: str, tmp_path: Path) -> None:
    await write(database_url, *(own_failure(f"{STALLED} {number}") for number in range(20)))
    own = catalog_file(tmp_path, rule("frobnicator stalled"))
    done = await run("preview", own, "--limit", "5", url=database_url)
    assert "newly matched: 5" in done.stdout
    assert "--limit 5 was reached" in done.stdout


async def test_preview_lays_promoted_entries_over_both(
    database_url: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """What is promoted wins in a sidecar, so a file that says otherwise changes nothing."""
    await write(database_url, own_failure(STALLED))
    promoted = json.dumps({"rules": [rule("frobnicator stalled", "CANCELLED", "mine.own")]})
    await db.execute("INSERT INTO catalog_entries (code, document) VALUES ('A', $1), ('B', '[]')", promoted)
    own = catalog_file(tmp_path, rule("frobnicator stalled", "TIMEOUT", "mine.own"))
    done = await run("preview", own, "--json", url=database_url)
    assert json.loads(done.stdout)["changes"] == []
    assert done.stderr.startswith("left out: promoted entry B: ")


@pytest.mark.parametrize(
    ("content", "exit_code", "words"),
    [("rules: [", 3, "PATHS: "), (None, 3, "no such file"), ("{}", 1, "run `failcat migrate`")],
)
async def test_preview_says_in_one_line_what_is_wrong(
    empty_database_url: str, tmp_path: Path, content: str | None, exit_code: int, words: str
) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content)
    done = await run("preview", str(path), url=empty_database_url)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (exit_code, "", 1)
    assert words in done.stderr


async def test_explain_says_what_a_row_would_be_called_today_and_why(database_url: str, tmp_path: Path) -> None:
    failure = own_failure(f"{STALLED}\x1b[1m", catalog_entry_id="CONFLICT", match_rule="old.rule", match_type="regex")
    await write(database_url, failure)
    own = catalog_file(tmp_path, rule("frobnicator stalled"), rule("stalled", name="mine.other", general=True))
    failure_id = str(UUID(bytes=failure.id))
    text = (await run("explain", "--id", failure_id, "--catalog", own, url=database_url)).stdout
    assert f"message  {STALLED}\\x1b[1m" in text
    assert "stored   CONFLICT by old.rule" in text
    assert "differs  code: CONFLICT → TIMEOUT" in text
    assert "verdict  TIMEOUT by mine.own" in text
    assert "lost     mine.other (TIMEOUT)" in text
    done = await run("explain", "--id", failure_id, "--catalog", own, "--json", url=database_url)
    document = json.loads(done.stdout)
    assert document["stored"]["catalog_version"] == failure.catalog_version
    assert document["differs"]["rule"] == {"stored": "old.rule", "now": "mine.own"}
    assert document["match"]["code"] == "TIMEOUT"


async def test_explain_says_who_passed_an_explicit_verdict(database_url: str) -> None:
    failure = own_failure(STALLED, catalog_entry_id="MINE", match_type="explicit")
    await write(database_url, failure)
    done = await run("explain", "--id", str(UUID(bytes=failure.id)), url=database_url)
    assert "its agent passed this verdict" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["--id", str(uuid4())], 1, "no failure with the id"),
        (["--id", "7"], 2, "not a valid UUID"),
        (["--id", str(uuid4()), "a message"], 2, "--id alone"),
        ([], 2, "give a message"),
    ],
)
async def test_explain_needs_one_failure(database_url: str, arguments: list[str], exit_code: int, words: str) -> None:
    done = await run("explain", *arguments, url=database_url)
    assert (done.returncode, done.stdout) == (exit_code, "")
    assert words in done.stderr
