"""Agents of other languages: what their SDKs send gives the right rows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import asyncpg
import pytest
from tests.support.rows import wait_for_row
from tests.support.sidecar import SidecarProcess

NODE_CLIENT = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def node_client() -> Path:
    if not shutil.which("npm"):
        pytest.skip("Node.js is not installed; CI installs it")
    if not (NODE_CLIENT / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=NODE_CLIENT, check=True, timeout=300)
    return NODE_CLIENT / "failing_agent.mjs"


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
async def test_the_node_sdk_reports_a_failure(
    encoding: str, node_client: Path, sidecar: SidecarProcess, database: asyncpg.Connection
) -> None:
    run_id = f"node-{encoding}"
    sent = subprocess.run(
        ["node", node_client, encoding, sidecar.endpoint, run_id],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    row = await wait_for_row(database, run_id=run_id)
    assert row["trace_id"] == sent.stdout.strip()
    assert (row["catalog_entry_id"], row["category"], row["error_code"]) == (
        "RATE_LIMITED",
        "RESOURCE",
        "rate_limit_exceeded",
    )
    assert (row["skill_id"], row["step_index"], row["tenant_id"]) == ("search_orders", 3, "acme")
    assert (row["service_name"], row["error_message"]) == ("node-agent", "Rate limit reached for gpt-5")
