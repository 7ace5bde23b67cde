"""`failcat psql` and `failcat database-url`, as a user runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from failcat_storage.embedded import EmbeddedPostgres


def failcat(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from failcat_sidecar.cli import main; main()", *arguments]
    env = {name: value for name, value in os.environ.items() if not name.startswith("FAILCAT_")} | environment
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_database_url_is_that_of_the_running_server(server: EmbeddedPostgres, data_dir: Path) -> None:
    assert failcat("database-url", "--data-dir", data_dir).stdout.strip() == server.url
    assert failcat("database-url", FAILCAT_DATA_DIR=str(data_dir)).stdout.strip() == server.url


def test_database_url_that_is_set_wins(tmp_path: Path) -> None:
    url = "postgresql://me@db.example/failcat"
    done = failcat("database-url", "--data-dir", tmp_path, FAILCAT_DATABASE_URL=url)
    assert done.stdout.strip() == url


@pytest.mark.parametrize("command", ["database-url", "psql"])
def test_command_without_a_running_server_says_how_to_start_it(tmp_path: Path, command: str) -> None:
    done = failcat(command, "--data-dir", tmp_path)
    assert done.returncode == 3
    assert f"failcat serve --data-dir {tmp_path}" in done.stderr


def test_psql_passes_its_arguments_on(server: EmbeddedPostgres, data_dir: Path) -> None:
    done = failcat("psql", "--data-dir", data_dir, "-At", "-c", "SELECT current_database(), 6 * 7")
    assert (done.stdout, done.returncode) == ("failcat|42\n", 0)


def test_psql_keeps_the_password_out_of_the_command_line(server: EmbeddedPostgres, data_dir: Path) -> None:
    url = server.url.replace("failcat@", "failcat:s%20cret@")
    done = failcat("psql", "-Atc", r"\! tr '\0' ' ' < /proc/$PPID/cmdline; echo $PGPASSWORD", FAILCAT_DATABASE_URL=url)
    assert "cret@" not in done.stdout
    assert done.stdout.endswith("s cret\n")


@pytest.mark.parametrize("command", ["database-url", "psql"])
def test_help_shows_examples(command: str) -> None:
    assert f"Examples:\n    failcat {command}\n" in failcat(command, "--help").stdout
