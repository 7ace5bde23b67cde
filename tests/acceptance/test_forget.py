"""`failcat forget`: afterwards no table and no file tells of the run, the tenant or the failure."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.support.failures import Failures
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, failcat
from tests.support.waiting import until

from failcat_core.records import encode
from failcat_sidecar.spool import Position, StoredBatch
from failcat_sidecar.write import DeadLetterFolder
from failcat_storage.database import Database
from failcat_storage.quarantine import Refused, quarantine_records

TABLES = "failure_matches", "failure_groups", "recovery_attempts", "failure_losses", "failure_quarantine", "job_runs"
SECRET = "private-word"  # the message of each failure that is forgotten has it

Forget = Callable[..., dict[str, Any]]


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
def sidecar(database_url: str, tmp_path: Path) -> SidecarProcess:
    return SidecarProcess(tmp_path / "data", database_url)


@pytest.fixture
def forget(sidecar: SidecarProcess) -> Forget:
    def forget(*arguments: str, code: int = 0) -> dict[str, Any]:
        ended = failcat("forget", *arguments, "--json", **sidecar.settings())
        assert ended.returncode == code, ended
        counts: dict[str, Any] = json.loads(ended.stdout)
        return counts

    return forget


def send(sidecar: SidecarProcess, run: str, message: str, count: int, **attributes: str) -> None:
    def failing() -> dict[str, Any]:
        values = {"session.id": run, **{name.replace("__", "."): value for name, value in attributes.items()}}
        return {
            "traceId": os.urandom(16).hex(),
            "spanId": os.urandom(8).hex(),
            "name": "chat",
            "endTimeUnixNano": str(time.time_ns()),
            "status": {"code": 2, "message": message},
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in values.items()],
        }

    body = {"resourceSpans": [{"scopeSpans": [{"spans": [failing() for _ in range(count)]}]}]}
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{sidecar.endpoint}/v1/traces", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.loads(response.read()) == {}


async def everything(db: asyncpg.Connection, data_dir: Path) -> bytes:
    """All rows of all tables and all bytes of all files."""
    rows = [str(await db.fetch(f"SELECT * FROM {table}")).encode() for table in TABLES]
    files = [path.read_bytes() for path in data_dir.rglob("*") if path.is_file()]
    return b"".join(rows + files)


async def counted(db: asyncpg.Connection) -> tuple[int, int]:
    rows = await db.fetchval("SELECT count(*) FROM failure_matches")
    return rows, await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals")


async def test_a_run_is_forgotten_beside_a_running_sidecar(
    sidecar: SidecarProcess, forget: Forget, db: asyncpg.Connection
) -> None:
    with sidecar:
        send(sidecar, "run-to-forget", f"{SECRET} 1", 30)
        send(sidecar, "run-to-keep", "harmless 1", 20)
        await wait_for_rows(db, 50)
        assert forget("--run", "run-to-forget")["failures"] == 30
        assert await counted(db) == (50, 50)
        assert SECRET.encode() in await everything(db, sidecar.data_dir)
        erased = forget("--run", "run-to-forget", "--yes")
        assert (erased["failures"], erased["spool_records"], erased["left"]) == (30, 30, [])
        assert await counted(db) == (20, 20)
        left = await everything(db, sidecar.data_dir)
        assert (SECRET.encode() in left, b"run-to-forget" in left, b"run-to-keep" in left) == (False, False, True)
        assert not any(forget("--run", "run-to-forget", "--yes")[name] for name in ("failures", "spool_records"))
        sidecar.kill()
        sidecar.start()  # reads its newest segment again
        sidecar.wait_ready()
        send(sidecar, "run-to-keep", "harmless 1", 1)
        await wait_for_rows(db, 21)
        assert await counted(db) == (21, 21)
        assert sidecar.readiness()["degraded"] == []
    assert failcat("spool", "verify", **sidecar.settings()).returncode == 0


async def test_a_tenant_is_forgotten_in_quarantine_dead_letters_and_what_waits(
    sidecar: SidecarProcess, forget: Forget, db: asyncpg.Connection, database_url: str
) -> None:
    failures = Failures()
    private = failures.many(3, tenant_id="acme", error_message=SECRET)
    kept = failures.many(2, tenant_id="other")
    with sidecar:
        send(sidecar, "run-1", SECRET, 5, failcat__tenant_id="acme")
        await wait_for_rows(db, 5)
    DeadLetterFolder(sidecar.data_dir).keep(
        StoredBatch(encode([*private, *kept]), 5, time.time(), Position(7, 1)), "undecodable", ""
    )
    async with Database.once(database_url) as database, database.transaction() as connection:
        refused = [Refused(record, "refused_value", "22021") for record in (private[0], kept[0])]
        await quarantine_records(connection, refused)
    counts = forget("--tenant", "acme")
    assert (counts["failures"], counts["quarantined_records"], counts["dead_letter_records"]) == (5, 1, 3)
    erased = forget("--tenant", "acme", "--yes")
    assert {**counts, "erased": True} == erased
    left = await everything(db, sidecar.data_dir)
    assert (SECRET.encode() in left, b"acme" in left, b"other" in left) == (False, False, True)
    assert await counted(db) == (0, 0)
    (audit,) = await db.fetch("SELECT report FROM job_runs WHERE job = 'forget'")
    assert json.loads(audit["report"])["failures"] == 5
    (letter,) = DeadLetterFolder(sidecar.data_dir).batches()
    assert letter.cause.records == 2


async def test_one_failure_is_forgotten_with_its_recoveries(
    sidecar: SidecarProcess, forget: Forget, db: asyncpg.Connection
) -> None:
    with sidecar:
        send(sidecar, "run-1", SECRET, 1)
        send(sidecar, "run-1", "harmless", 1)
        rows = await wait_for_rows(db, 2)
        (private,) = (row for row in rows if SECRET in row["error_message"])
        attributes = {"failcat__recovery__failure_id": str(private["id"]), "failcat__recovery__mode": "RETRY_IMMEDIATE"}
        recovery(sidecar, **attributes)
        await wait_for_rows(db, 1, table="recovery_attempts")
        erased = forget("--failure", str(private["id"]), "--yes")
        assert (erased["failures"], erased["recovery_attempts"], erased["spool_records"]) == (1, 1, 2)
        assert SECRET.encode() not in await everything(db, sidecar.data_dir)
        await until(lambda: sidecar.readiness()["ready"])
    assert await counted(db) == (1, 1)


def recovery(sidecar: SidecarProcess, **attributes: str) -> None:
    values = [{"key": name.replace("__", "."), "value": {"stringValue": value}} for name, value in attributes.items()]
    values.append({"key": "failcat.recovery.succeeded", "value": {"boolValue": True}})
    span = {
        "traceId": "ad" * 16,
        "spanId": "b1" * 8,
        "name": "retry",
        "endTimeUnixNano": str(time.time_ns()),
        "attributes": values,
    }
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{sidecar.endpoint}/v1/traces", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.loads(response.read()) == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--run ID, --tenant ID or --failure ID"),
        (["--run", "a", "--tenant", "b"], "--run ID, --tenant ID or --failure ID"),
        (["--failure", "7"], "'7' is not the id of a failure"),
    ],
)
def test_what_to_forget_must_be_said(sidecar: SidecarProcess, arguments: list[str], words: str) -> None:
    ended = failcat("forget", *arguments, **sidecar.settings())
    assert (ended.returncode, words in ended.stderr) == (2, True)
