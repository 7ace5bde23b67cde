"""What an operator calls no failure, in a running sidecar: in files and in promoted entries."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from pathlib import Path

import asyncpg
from tests.support.load import Batch
from tests.support.otlp import span, traces
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, post

IGNORED = 'failcat_failures_ignored_total{rule="%s"}'


def ignoring(name: str, pattern: str) -> str:
    return json.dumps({"ignore": [{"id": name, "when": [{"message": [pattern]}]}]})


async def test_an_ignored_failure_is_counted_by_its_rule_and_has_no_row(database_url: str, open_tmp_path: Path) -> None:
    file = open_tmp_path / "quiet.json"
    file.write_text(ignoring("mine.cold", "cache is cold"))
    database = await asyncpg.connect(database_url)
    with SidecarProcess(open_tmp_path / "data", database_url, {"FAILCAT_CATALOG": str(file)}) as sidecar:
        child = span(2, parent=1, message="the cache is cold: rate limit reached", end_ms=10)
        parent = span(1, message="step failed: the cache is cold: rate limit reached", end_ms=11)
        post(sidecar, Batch(traces(child), ()))
        post(sidecar, Batch(traces(parent), ()))
        assert sidecar.metrics()[IGNORED % "mine.cold"] == 1

        promoted = ignoring("promoted.late", "parcel is late")
        await database.execute("INSERT INTO catalog_entries (code, document) VALUES ('LATE', $1)", promoted)
        assert sidecar.process
        sidecar.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while "2 that ignore" not in sidecar.log():
            assert time.monotonic() < deadline, sidecar.log()
            await asyncio.sleep(0.05)
        post(sidecar, Batch(traces(span(1, trace=2, message="the parcel is late")), ()))
        post(sidecar, Batch(traces(span(1, trace=3, message="the parcel is lost")), ()))
        (row,) = await wait_for_rows(database, 1)
        assert (row["error_message"], sidecar.metrics()[IGNORED % "promoted.late"]) == ("the parcel is lost", 1)
    assert await database.fetchval("SELECT count(*) FROM failure_matches") == 1
    assert await database.fetchval("SELECT sum(occurrences) FROM failure_group_totals") == 1
    await database.close()
