"""FAILCAT_CATALOG in an agent: reading YAML needs packages that only the sidecar's extra brings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import failcat
from failcat._reporting import verdicts

RULE = "{id: mine.chairs, code: DATA_NOT_FOUND, when: [{message: [out of chairs]}], source: our own runbook}"


@pytest.fixture(autouse=True)
def _reload() -> Iterator[None]:
    verdicts.catalog.cache_clear()
    yield
    verdicts.catalog.cache_clear()


@pytest.mark.parametrize(
    ("content", "has_yaml", "is_matched"),
    [(f"rules:\n  - {RULE}\n", True, True), ("rules: 7\n", True, False), (f"rules:\n  - {RULE}\n", False, False)],
    ids=["valid", "broken", "without a YAML parser"],
)
def test_a_catalog_that_cannot_be_read_is_warned_of_and_the_built_in_one_applies(
    content: str,
    has_yaml: bool,
    is_matched: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "mine.yaml").write_text(content)
    monkeypatch.setenv("FAILCAT_CATALOG", str(tmp_path / "mine.yaml"))
    if not has_yaml:
        monkeypatch.setitem(sys.modules, "yaml", None)
    assert failcat.match("we are out of chairs").matched is is_matched
    assert failcat.match("RATE_LIMITED").matched
    assert ("FAILCAT_CATALOG cannot be used" in caplog.text) is not is_matched
