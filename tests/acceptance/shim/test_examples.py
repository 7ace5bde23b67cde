"""The examples do what they say, beside a real sidecar."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess

EXAMPLES = Path(__file__).parents[3] / "examples"


def run_example(command: list[str], folder: Path, sidecar: SidecarProcess) -> str:
    env = {**os.environ, "FAILCAT_ENDPOINT": sidecar.endpoint}
    ended = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def test_an_agent_that_fails_in_ten_ways(sidecar: SidecarProcess, database: asyncpg.Connection) -> None:
    told = run_example([sys.executable, "failing_agent.py", "ten-ways"], EXAMPLES, sidecar)
    rows = await wait_for_rows(database, 12, run_id="ten-ways")
    assert {(row["step_index"], row["catalog_entry_id"]) for row in rows} == {
        (1, "RATE_LIMITED"),
        (2, "MODEL_NOT_FOUND"),
        (3, "QUOTA_EXHAUSTED"),
        (4, "CONNECTION_REFUSED"),
        (5, "TIMEOUT"),
        (6, "DESERIALIZATION_ERROR"),
        (7, "CHECKPOINT_STALE"),
        (8, "BUDGET_EXCEEDED"),
        (9, "CODE_BUG"),
        (10, None),
    }
    assert len(rows) == 12
    assert "12 failures" in told
    recovered = await wait_for_rows(database, 4, run_id="ten-ways", recovery_succeeded=True)
    assert [row["step_index"] for row in recovered] == [1, 2, 5, 7]


async def test_an_agent_in_node(sidecar: SidecarProcess, database: asyncpg.Connection) -> None:
    if not shutil.which("npm"):
        pytest.skip("Node.js is not installed; CI installs it")
    folder = EXAMPLES / "node"
    if not (folder / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True, timeout=300)
    run_example(["node", "agent.mjs", "node-example"], folder, sidecar)
    rows = await wait_for_rows(database, 2, run_id="node-example")
    model, tool = sorted(rows, key=lambda row: row["occurred_at"])
    assert (model["catalog_entry_id"], model["skill_id"], model["step_index"]) == ("SERVICE_OVERLOADED", "ask_model", 1)
    # Node's clocks are a millisecond apart between spans, so that the parent may seem to have failed first.
    where = (tool["skill_id"], tool["step_index"])
    assert (tool["catalog_entry_id"], where in {("find_order", 3), ("answer", 2)}) == ("CONNECTION_REFUSED", True)
    assert {(row["tenant_id"], row["agent_name"], row["service_name"]) for row in (model, tool)} == {
        ("acme", "support", "node-agent")
    }
    (recovered,) = await wait_for_rows(database, 1, run_id="node-example", recovery_succeeded=True)
    assert recovered["id"] == model["id"]
