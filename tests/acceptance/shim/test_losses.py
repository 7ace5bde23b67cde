"""A burst that an agent's queue cannot hold, beside a real sidecar: every failure is a row or a count."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import asyncpg
from tests.support.sidecar import SidecarProcess

FAILURES = 300
AGENT = f"""
import failcat, failcat._delivery.sender
failcat._delivery.sender.MAX_QUEUED_BYTES = 200_000
failcat.instrument()
with failcat.run("run-of-losses", tenant_id="acme"):
    for number in range({FAILURES}):
        failcat.match_and_persist("TIMEOUT", None, error_message="slow " + str(number))
print(failcat.dropped())
"""


async def test_what_no_row_tells_a_count_does(sidecar: SidecarProcess, database: asyncpg.Connection) -> None:
    env = {**os.environ, "FAILCAT_ENDPOINT": sidecar.endpoint, "OTEL_SERVICE_NAME": "losing-agent"}
    command = [sys.executable, "-c", AGENT]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    dropped = int(ended.stdout)
    assert FAILURES > dropped > FAILURES / 2
    of_this_run = "FROM failure_losses WHERE run_id = 'run-of-losses'"
    told = f"SELECT coalesce(sum(dropped), 0)::int {of_this_run}"
    stored = "SELECT count(*) FROM failure_matches WHERE run_id = 'run-of-losses'"
    async with asyncio.timeout(30):
        while (await database.fetchval(told), await database.fetchval(stored)) != (dropped, FAILURES - dropped):
            await asyncio.sleep(0.1)
    rows = await database.fetch(f"SELECT DISTINCT tenant_id, service_name, hour <= now() AS is_past {of_this_run}")
    assert [tuple(row) for row in rows] == [("acme", "losing-agent", True)]
    assert sidecar.metric("failure_losses_total") >= dropped
