"""`failcat demo`, as a new user runs it: it sends, waits, shows a table, and leaves nothing when it is removed."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import asyncpg
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, failcat


async def test_the_demo_follows_the_environment_and_can_be_removed(database_url: str, tmp_path: Path) -> None:
    db = await asyncpg.connect(database_url)
    with SidecarProcess(tmp_path / "data", database_url) as sidecar:
        settings = sidecar.settings()
        shown = failcat("demo", "--runs", "30", "--seed", "4", **settings)
        assert shown.returncode == 0, shown
        sent, stored, _, header, *lines = shown.stdout.splitlines()
        assert sent.startswith("sent 30 agent runs: ")
        _, count, _, total, _ = stored.split()
        assert (count, header.split()) == (total, ["CODE", "OBSERVED", "FAILURES", "RETRYABLE", "RECOVERY", "WORKED"])
        table = [line.split() for line in lines[: lines.index("")]]
        assert sum(int(next(cell for cell in cells if cell.isdecimal())) for cells in table) == int(total)
        assert ["unknown", "several"] in [cells[:2] for cells in table]
        assert len(await wait_for_rows(db, int(total), service_name="failcat-demo")) == int(total)
        commands = [line.strip() for line in lines if line.startswith("  ")]
        answers = [
            subprocess.run(
                ["sh", "-c", command],
                env={"PATH": "/usr/bin:/bin", **settings},
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            for command in commands
            if "psql" not in command
        ]
        assert "failure_match_hits_total" in answers[0]
        assert answers[1].startswith(f"removed {total} failures and ")
        assert shlex.split(commands[-1])[1:] == ["demo", "--remove"]
        assert await db.fetchval("SELECT count(*) FROM failure_matches") == 0
        assert await db.fetchval("SELECT count(*) FROM failure_groups") == 0
        assert await db.fetchval("SELECT count(*) FROM recovery_attempts") == 0
    await db.close()


def test_without_its_database_the_demo_says_so_and_sends(database_url: str, tmp_path: Path) -> None:
    with SidecarProcess(tmp_path / "data", database_url) as sidecar:
        unreachable = {"FAILCAT_DATABASE_URL": "postgresql://127.0.0.1:1/none"}
        shown = failcat("demo", "--runs", "2", **{**sidecar.settings(), **unreachable})
        assert (shown.returncode, "cannot be asked from here" in shown.stderr) == (0, True)
