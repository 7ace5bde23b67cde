"""The operator alters the table that failures go to: nothing is lost, and it is said."""

from __future__ import annotations

import time
from pathlib import Path

import asyncpg
from tests.support.load import LoadGenerator
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, failcat, post


async def test_a_column_that_refuses_failures_is_named_until_it_is_mended(database_url: str, tmp_path: Path) -> None:
    db = await asyncpg.connect(database_url)
    load = LoadGenerator(1)
    with SidecarProcess(tmp_path, database_url) as sidecar:
        post(sidecar, load.batch(20))
        await wait_for_rows(db, 20)
        await db.execute(
            "ALTER TABLE failure_matches ADD team TEXT NOT NULL DEFAULT '';"
            " ALTER TABLE failure_matches ALTER team DROP DEFAULT"
        )
        for _ in range(3):
            post(sidecar, load.batch(20))
        deadline = time.monotonic() + 20
        while not (degraded := sidecar.readiness()["degraded"]) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "team" in degraded[0]
        assert sidecar.readiness()["ready"]
        examined = failcat("doctor", **sidecar.settings())
        assert examined.returncode == 1
        (line,) = (line for line in examined.stdout.splitlines() if line.startswith("FAIL"))
        assert "sidecar" in line and 'null value in column "team"' in line
        assert 'null value in column "team"' in sidecar.log()
        assert sidecar.metric("failure_quarantined_total") == 0
        await db.execute("ALTER TABLE failure_matches ALTER team DROP NOT NULL")
        await wait_for_rows(db, 80)
    await db.close()
