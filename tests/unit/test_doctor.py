"""What `failcat doctor` makes of trouble."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from failcat_sidecar.cli.doctor import CheckResult, examine


@pytest.fixture
def foreign_port() -> Iterator[int]:
    """Of a program that is no sidecar: it takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def examined(data_dir: Path, **flags: str) -> dict[str, CheckResult]:
    """The results by subject, of a host on which nothing of ours runs."""
    unused = {"otlp_http": "off", "otlp_grpc": "off", "admin": "off", "data_dir": str(data_dir)}
    return {result.subject: result for result in examine(unused | flags)}


def test_a_tokens_file_that_cannot_be_used_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    found = examined(tmp_path, tokens_file=str(file))
    assert (found["tokens"].ok, "No such file" in found["tokens"].detail) == (False, True)
    file.write_text('{"token": "s3cr3t"}')
    file.chmod(0o600)
    assert examined(tmp_path, tokens_file=str(file))["tokens"].ok


def test_a_listener_that_everybody_could_reach_is_a_finding(tmp_path: Path) -> None:
    found = examined(tmp_path, otlp_http="0.0.0.0:0")
    assert not found["otlp http"].ok
    assert "set FAILCAT_TOKENS_FILE" in found["otlp http"].detail


def test_another_program_on_the_admin_port_is_not_taken_for_a_sidecar(tmp_path: Path, foreign_port: int) -> None:
    found = examined(tmp_path, admin=f"127.0.0.1:{foreign_port}", otlp_http="127.0.0.1:1")
    assert (found["admin"].ok, found["admin"].detail) == (
        False,
        f"127.0.0.1:{foreign_port} is used by another program",
    )
    assert found["otlp http"].ok  # free, and no sidecar is said to run


def test_without_an_admin_port_a_taken_port_may_be_ours(tmp_path: Path, foreign_port: int) -> None:
    assert examined(tmp_path, otlp_http=f"127.0.0.1:{foreign_port}")["otlp http"].ok


def test_a_data_folder_below_a_file_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    found = examined(file / "data")
    assert (found["disk"].ok, found["disk"].detail) == (False, f"{file} is not a folder")


def test_a_database_url_that_only_the_driver_can_refuse_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILCAT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FAILCAT_DATABASE_URL", "postgresql://db/failcat?sslmode=bogus")
    found = {result.subject: result for result in examine({})}
    assert "sslmode" in found["database"].detail
    assert not found["database"].ok
    assert found["settings"].ok


def test_a_misspelt_variable_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILCAT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FAILCAT_SPOOL_MAXBYTES", "1GiB")
    (result,) = [result for result in examine({}) if "FAILCAT_SPOOL_MAXBYTES" in result.detail]
    assert "did you mean FAILCAT_SPOOL_MAX_BYTES?" in result.detail
    assert not result.ok
