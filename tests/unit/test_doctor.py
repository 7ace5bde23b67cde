"""What `failcat doctor` makes of trouble."""

from __future__ import annotations

from pathlib import Path

import pytest

from failcat_sidecar.cli.doctor import examine


def test_a_database_url_that_only_the_driver_can_refuse_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILCAT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FAILCAT_DATABASE_URL", "postgresql://db/failcat?sslmode=bogus")
    found = {finding.subject: finding for finding in examine()}
    assert "sslmode" in found["database"].detail
    assert not found["database"].ok
    assert found["settings"].ok


def test_a_misspelt_variable_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILCAT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FAILCAT_SPOOL_MAXBYTES", "1GiB")
    (finding,) = [finding for finding in examine() if "FAILCAT_SPOOL_MAXBYTES" in finding.detail]
    assert "did you mean FAILCAT_SPOOL_MAX_BYTES?" in finding.detail
    assert not finding.ok
