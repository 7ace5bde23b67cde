"""`failcat serve` as an operator meets it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import asyncpg
import pytest
from tests.support.load import LoadGenerator
from tests.support.rows import wait_for_rows
from tests.support.sidecar import FAILCAT, SidecarProcess, failcat, post


def start_that_fails(data_dir: Path, **environment: str) -> tuple[int, str]:
    """Exit code and the last line of what the operator reads."""
    environment = {"FAILCAT_DATA_DIR": str(data_dir), **environment}
    ended = subprocess.run(
        [FAILCAT, "serve"], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("FAILCAT_OTLP_HTTP", "4318", "HOST:PORT"),
        ("FAILCAT_OTLP_HTTP", "0.0.0.0:4318", "FAILCAT_TOKENS_FILE"),
        ("FAILCAT_DATABASE_URL", "mysql://db", "PostgreSQL URL"),
        ("FAILCAT_SPOOL_MAX_BYTES", "lots", "2GiB"),
        ("FAILCAT_RETENTION_DAYS", "-1", "number of days"),
        ("FAILCAT_CATALOG", "/nowhere.yaml", "No such file"),
        ("FAILCAT_TOKENS_FILE", "/nowhere", "No such file"),
        ("FAILCAT_LOG_LEVEL", "loud", "warning"),
        ("FAILCAT_DATA_DIR", "/proc/failcat", "FAILCAT_DATA_DIR"),
    ],
)
def test_a_bad_setting_ends_the_start_and_is_named(variable: str, value: str, words: str, open_tmp_path: Path) -> None:
    code, line = start_that_fails(open_tmp_path / "data", **{variable: value})
    assert code == 3
    assert line.startswith(f"failcat: {variable}: ")
    assert words in line


def test_a_broken_catalog_ends_the_start_and_names_file_and_field(open_tmp_path: Path) -> None:
    layer = open_tmp_path / "mine.yaml"
    layer.write_text("rules:\n  - {id: mine.one, code: TIMEOUT, when: [{mesage: [gone]}], source: our own runbook}\n")
    code, line = start_that_fails(open_tmp_path / "data", FAILCAT_CATALOG=str(layer))
    assert code == 3
    assert "mine.yaml" in line
    assert "mesage" in line


def test_a_taken_port_ends_the_start_and_names_the_setting(open_tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for variable in ("FAILCAT_OTLP_HTTP", "FAILCAT_OTLP_GRPC", "FAILCAT_ADMIN"):
            others = dict.fromkeys(("FAILCAT_OTLP_HTTP", "FAILCAT_OTLP_GRPC", "FAILCAT_ADMIN"), "127.0.0.1:0")
            code, line = start_that_fails(open_tmp_path / "data", **{**others, variable: address})
            assert (code, line.partition(": cannot listen")[0]) == (3, f"failcat: {variable}")


def test_a_second_sidecar_on_the_same_data_folder_refuses(sidecar: SidecarProcess) -> None:
    off = dict.fromkeys(("FAILCAT_OTLP_HTTP", "FAILCAT_OTLP_GRPC", "FAILCAT_ADMIN"), "off")
    code, line = start_that_fails(sidecar.data_dir, FAILCAT_DATABASE_URL=sidecar.database_url, **off)
    assert code == 3
    assert sidecar.process and str(sidecar.process.pid) in line


async def test_it_runs_on_its_embedded_postgresql_and_survives_its_crash(open_tmp_path: Path) -> None:
    with SidecarProcess(open_tmp_path / "data") as sidecar:
        post(sidecar, LoadGenerator(1).batch(5))
        url = failcat("database-url", "--data-dir", str(sidecar.data_dir)).stdout.strip()
        connection = await asyncpg.connect(url)
        await wait_for_rows(connection, 5)
        postmaster = await connection.fetchval("SELECT pg_read_file('postmaster.pid')")
        os.kill(int(postmaster.split()[0]), signal.SIGQUIT)  # what `pg_ctl stop -m immediate` sends
        post(sidecar, LoadGenerator(2).batch(5))
        deadline = time.monotonic() + 30
        while sidecar.metric("failcat_spool_records"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        connection = await asyncpg.connect(url)
        assert len(await wait_for_rows(connection, 10)) == 10
        await connection.close()
        assert sidecar.stop() == 0
    assert failcat("database-url", "--data-dir", str(sidecar.data_dir)).returncode == 3


async def test_sigterm_drains_and_a_missing_schema_is_not_ready(empty_database_url: str, open_tmp_path: Path) -> None:
    sidecar = SidecarProcess(open_tmp_path / "data", empty_database_url)
    sidecar.start()
    deadline = time.monotonic() + 20
    while True:
        try:
            document = sidecar.readiness()
        except OSError:
            document = {}
        if "migrate" in str(document.get("not_ready")):
            break
        assert time.monotonic() < deadline, document
        time.sleep(0.05)
    post(sidecar, LoadGenerator(3).batch(7))
    assert failcat("migrate", FAILCAT_DATABASE_URL=empty_database_url).returncode == 0
    sidecar.wait_ready()
    assert sidecar.stop() == 0
    connection = await asyncpg.connect(empty_database_url)
    assert len(await wait_for_rows(connection, 7)) == 7
    await connection.close()


def test_help_names_every_setting_with_an_example() -> None:
    text = failcat("serve", "--help").stdout
    for variable in ("FAILCAT_OTLP_HTTP", "FAILCAT_DATA_DIR", "FAILCAT_TOKENS_FILE", "FAILCAT_SPOOL_MAX_BYTES"):
        assert variable in text
    assert "Examples:" in text
