"""`failcat spool replay`: what a failover lost is written again from what the spool still holds."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import click
import pytest
from tests.support.load import Batch, LoadGenerator
from tests.support.otlp import UNSET, span, traces
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, failcat, post

from failcat_sidecar.cli.spool_replay import parse_since

LOSE_EVERYTHING = "TRUNCATE failure_matches, failure_groups, failure_group_hours, recovery_attempts"


def replay(sidecar: SidecarProcess, since: str = "10m") -> dict[str, Any]:
    result = failcat("spool", "replay", "--since", since, "--json", **sidecar.settings())
    assert result.returncode == 0, result.stderr
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


async def stored(db: asyncpg.Connection) -> tuple[int, int, int]:
    """Rows, those that a recovery succeeded for, and occurrences of all groups."""
    rows = await db.fetchrow(
        "SELECT count(*) AS all, count(*) FILTER (WHERE recovery_succeeded) AS ok FROM failure_matches"
    )
    counted = await db.fetchval("SELECT coalesce(sum(occurrences), 0)::BIGINT FROM failure_group_totals")
    return rows["all"], rows["ok"], counted


def recovery(failure_id: object) -> Batch:
    attributes = {
        "failcat.recovery.failure_id": str(failure_id),
        "failcat.recovery.mode": "RETRY_IMMEDIATE",
        "failcat.recovery.succeeded": True,
    }
    return Batch(traces(span(status=UNSET, attributes=attributes)), ())


async def test_what_a_failover_lost_comes_back_once(database_url: str, tmp_path: Path) -> None:
    db = await asyncpg.connect(database_url)
    load = LoadGenerator(1)
    started_at = datetime.now(UTC)
    with SidecarProcess(tmp_path, database_url) as sidecar:
        for _ in range(5):
            post(sidecar, load.batch(30))
        rows = await wait_for_rows(db, 150)
        post(sidecar, recovery(rows[0]["id"]))
        await wait_for_rows(db, 1, recovery_succeeded=True)

        await db.execute(LOSE_EVERYTHING)
        beside = replay(sidecar)
        assert (beside["records"], beside["new_failures"], beside["new_recoveries"]) == (151, 150, 1)
        assert await stored(db) == (150, 1, 150)
        again = replay(sidecar, since=started_at.isoformat())
        assert (again["records"], again["new_failures"], again["new_recoveries"]) == (151, 0, 0)
        assert await stored(db) == (150, 1, 150)
        assert replay(sidecar, since=(datetime.now(UTC) + timedelta(seconds=1)).isoformat())["records"] == 0
        sidecar.stop()

        await db.execute(LOSE_EVERYTHING)
        assert replay(sidecar)["new_failures"] == 150, "from drained segments, without a sidecar"
        assert await stored(db) == (150, 1, 150)
    await db.close()


async def test_a_database_that_is_unreachable_is_said_and_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    with SidecarProcess(tmp_path, database_url) as sidecar:
        post(sidecar, LoadGenerator(2).batch(3))
        away = "postgresql://failcat@127.0.0.1:1/failcat"
        result = failcat("spool", "replay", "--since", "1h", **{**sidecar.settings(), "FAILCAT_DATABASE_URL": away})
    assert result.returncode == 1
    assert "stopped after 0 records, run it again" in result.stderr


SINCE = {"90s": 90, "10m": 600, "2h": 7_200, "1d": 86_400}


@pytest.mark.parametrize("text", SINCE)
def test_a_duration_is_before_now(text: str) -> None:
    assert time.time() - parse_since(text) == pytest.approx(SINCE[text], abs=5)


@pytest.mark.parametrize("text", ["2026-12-01T13:30:00Z", "2026-12-01T13:30:00", "2026-12-01T14:30:00+01:00"])
def test_a_time_without_an_offset_is_utc(text: str) -> None:
    assert parse_since(text) == datetime(2026, 12, 1, 13, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("text", ["", "m", "-5m", "10", "10 m", "now", "9" * 40 + "d", "2026-13-01"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        parse_since(text)
