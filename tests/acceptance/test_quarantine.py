"""What could not be stored, as an operator meets it: in health, in metrics, and through `failcat quarantine`."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.support.failures import Failures
from tests.support.sidecar import SidecarProcess, failcat

from failcat_core.records import FailureRecord, encode
from failcat_sidecar.spool import Position, StoredBatch
from failcat_sidecar.write import DeadLetterFolder
from failcat_storage.database import Database
from failcat_storage.quarantine import Refused, quarantine_records

DEADLY = """
import ctypes
from failcat_storage import rows
work = rows.Table.rows
deadly = lambda record: getattr(record, "error_message", "") == "deadly"
rows.Table.rows = lambda table, records: ctypes.string_at(0) if any(map(deadly, records)) else work(table, records)
"""
HOSTILE = "\x1b[2Jcleared\u202e"


def keep(data_dir: Path, records: list[FailureRecord] | bytes, reason: str = "crashes", offset: int = 1) -> str:
    """As the writer does; the item's ID."""
    data_dir.mkdir(exist_ok=True)
    payload = records if isinstance(records, bytes) else encode(records)
    batch = StoredBatch(payload, 1 if isinstance(records, bytes) else len(records), time.time(), Position(7, offset))
    return DeadLetterFolder(data_dir).keep(batch, reason, f"it was {HOSTILE}").stem


async def refuse(database_url: str, *records: FailureRecord) -> None:
    async with Database.once(database_url) as database, database.transaction() as connection:
        await quarantine_records(
            connection, [Refused(record, "refused_value", f"22021: {HOSTILE}") for record in records]
        )


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Callable[..., list[str]]:
    """Runs a command that must end with the code; its lines."""

    def run(*arguments: str, code: int = 0, url: str = database_url) -> list[str]:
        ended = failcat("quarantine", *arguments, FAILCAT_DATABASE_URL=url, FAILCAT_DATA_DIR=str(tmp_path))
        assert ended.returncode == code, ended
        assert "\x1b" not in ended.stdout
        assert "\u202e" not in ended.stdout
        return (ended.stdout + ended.stderr).splitlines()

    return run


async def totals(db: asyncpg.Connection) -> tuple[int, int]:
    rows = await db.fetchval("SELECT count(*) FROM failure_matches")
    return rows, await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals")


async def test_a_sidecar_is_degraded_until_it_was_shown_and_counts_it_until_it_is_replayed(
    database_url: str, open_tmp_path: Path, db: asyncpg.Connection
) -> None:
    data_dir, failures = open_tmp_path / "data", Failures()
    keep(data_dir, failures.many(3))
    await refuse(database_url, *failures.many(2, tenant_id="acme"))
    settings = {"FAILCAT_DATABASE_URL": database_url, "FAILCAT_DATA_DIR": str(data_dir)}
    with SidecarProcess(data_dir, database_url) as sidecar:
        told = until(lambda: sidecar.readiness()["degraded"], 2)
        assert "1 batches with 3 records are dead letters" in told[0]
        assert "2 records are in quarantine (refused_value 2)" in told[1]
        assert gauges(sidecar) == (3, 2)
        assert failcat("quarantine", "show", "--all", **settings).returncode == 0
        assert until(lambda: sidecar.readiness()["degraded"], 0) == []
        sidecar.kill()
        sidecar.start()
        sidecar.wait_ready()
        assert until(lambda: [value for value in gauges(sidecar) if value], 2) == [3, 2]
        assert sidecar.readiness()["degraded"] == []
        answer = failcat("quarantine", "replay", "--all", "--json", **settings)
        assert json.loads(answer.stdout) == {"stored": 5, "refused_again": 0, "left": {}}
        assert until(lambda: [value for value in gauges(sidecar) if value], 0) == []
    assert await totals(db) == (5, 5)
    assert failcat("quarantine", "ls", **settings).stdout == "nothing is quarantined\n"
    assert failcat("quarantine", "ls", "--tenant", "acme", **settings).stdout == "no quarantined item matches\n"


async def test_items_are_listed_and_explained(run: Callable[..., list[str]], database_url: str, tmp_path: Path) -> None:
    failures = Failures()
    failure = failures.one(tenant_id=HOSTILE)
    await refuse(database_url, failure)
    file = keep(tmp_path, failures.many(2))
    keep(tmp_path, b"\xc1 not ours", "undecodable", 2)
    head, *lines = run("ls")
    assert head.split()[:3] == ["ID", "REASON", "TENANT"]
    assert [line.split()[1] for line in lines] == ["crashes", "undecodable", "refused_value"]
    items = [json.loads(line) for line in run("ls", "--json")]
    assert [(item["records"], item["shown"]) for item in items] == [(2, False), (1, False), (1, False)]
    (shown,) = map(json.loads, run("show", items[2]["id"], "--json"))
    assert (shown["replay"], shown["content"][0]["run_id"]) == ("can be replayed", failure.run_id)
    text = run("show", file)
    assert "the sidecar died three times in a row" in text[1]
    assert len(text) == 5
    assert "cannot read it" in run("show", "--reason", "undecodable")[2]
    assert [json.loads(line)["shown"] for line in run("ls", "--json")] == [True, True, True]
    assert len(run("ls", "--tenant", HOSTILE, "--json")) == 1


async def test_a_batch_is_replayed_exactly_and_what_postgresql_refuses_becomes_a_row(
    run: Callable[..., list[str]], tmp_path: Path, db: asyncpg.Connection
) -> None:
    failures = Failures()
    batch = [*failures.many(600), failures.one(error_message="\0")]
    for _ in range(2):  # a replay that was killed before it deleted the file
        file = keep(tmp_path, batch)
        (answer,) = run("replay", file, "--json", code=1)
        assert json.loads(answer)["left"] == {}
        assert await totals(db) == (600, 600)
    (item,) = map(json.loads, run("ls", "--json"))
    assert item["reason"] == "refused_value"


async def test_of_a_batch_that_killed_the_sidecar_all_but_the_deadly_record_can_be_stored(
    run: Callable[..., list[str]], tmp_path: Path, db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = Failures()
    batch = failures.many(9)
    batch[6] = failures.one(error_message="deadly")
    file = keep(tmp_path, batch)
    (tmp_path / "sitecustomize.py").write_text(DEADLY)
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path))
        assert run("replay", file, code=1)[1] == "1 stay: writing it kills the process"
    assert await totals(db) == (8, 8)
    (item,) = map(json.loads, run("ls", "--json"))
    assert (item["id"], item["reason"], item["records"]) == (file, "crashes", 1)
    assert run("replay", file) == ["1 records are stored, 0 were refused again"]
    assert await totals(db) == (9, 9)


async def test_a_batch_that_an_earlier_release_set_aside_is_replayed(
    run: Callable[..., list[str]], tmp_path: Path, db: asyncpg.Connection
) -> None:
    (tmp_path / "set-aside").mkdir()
    (tmp_path / "set-aside" / "1-55227.msgpack").write_bytes(encode(Failures().many(5)))
    assert "an earlier release" in run("show", "1-55227")[1]
    assert run("replay", "1-55227") == ["5 records are stored, 0 were refused again"]
    assert await totals(db) == (5, 5)
    assert run("ls") == ["nothing is quarantined"]


async def test_what_cannot_be_replayed_says_why_and_stays(run: Callable[..., list[str]], tmp_path: Path) -> None:
    keep(tmp_path, b"\xc1 not ours", "undecodable")
    assert "1 stay: this release cannot read it" in run("replay", "--all", code=1)[1]
    away = run("replay", keep(tmp_path, Failures().many(2)), code=1, url="postgresql://failcat@127.0.0.1:1/none")
    assert "PostgreSQL cannot be reached" in away[-1]
    assert len(run("ls")) == 3


async def test_dropping_needs_a_word_unless_an_id_says_which(
    run: Callable[..., list[str]], database_url: str, tmp_path: Path
) -> None:
    await refuse(database_url, *Failures().many(2, tenant_id="acme"))
    file = keep(tmp_path, Failures().many(4))
    assert "--yes" in run("drop", "--all", code=2)[-1]
    assert run("drop", file) == ["4 records are dropped"]
    assert run("drop", "--tenant", "acme", "--yes") == ["2 records are dropped"]
    assert run("ls") == ["nothing is quarantined"]


def test_files_need_no_database(run: Callable[..., list[str]], tmp_path: Path) -> None:
    away = "postgresql://failcat@127.0.0.1:1/none"
    file = keep(tmp_path, Failures().many(4))
    assert len(run("ls", "--reason", "crashes", url=away)) == 2
    assert len(run("show", file, url=away)) == 7
    assert "PostgreSQL cannot be reached" in run("ls", url=away, code=1)[-1], "after the files"
    assert run("drop", file, url=away) == ["4 records are dropped"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show"], 2, "say which"),
        (["replay", "--all", "some-id"], 2, "exclude each other"),
        (["drop", "nothing-like-it"], 1, "no item is called nothing-like-it"),
        (["show", "01939d2e-0000-7000-8000-000000000000"], 1, "no item has this ID"),
    ],
)
def test_mistakes_are_told(run: Callable[..., list[str]], arguments: list[str], code: int, words: str) -> None:
    assert words in run(*arguments, code=code)[-1]


def gauges(sidecar: SidecarProcess) -> tuple[float, float]:
    return sidecar.metric("failcat_dead_letter_records{"), sidecar.metric("failcat_quarantined_records{")


def until(look: Callable[[], list[Any]], length: int) -> list[Any]:
    """What `look` sees, once it has so many items: the sidecar looks every five seconds."""
    deadline = time.monotonic() + 30
    while len(seen := look()) != length:
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)
    return seen
