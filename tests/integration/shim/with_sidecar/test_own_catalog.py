"""FAILCAT_CATALOG in an agent: JSON needs nothing else, YAML an extra."""

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


WHEN = '"when": [{"message": ["out of chairs"]}]'
JSON = f'{{"rules": [{{"id": "mine.chairs", "code": "DATA_NOT_FOUND", {WHEN}, "source": "our own runbook"}}]}}'


@pytest.mark.parametrize(
    ("name", "content", "has_extra", "is_matched"),
    [
        ("mine.yaml", f"rules:\n  - {RULE}\n", True, True),
        ("mine.yaml", "rules: 7\n", True, False),
        ("mine.yaml", f"rules:\n  - {RULE}\n", False, False),
        ("mine.json", JSON, False, True),
        ("mine.json", JSON.replace("when", "where"), False, False),
    ],
    ids=["YAML", "broken", "YAML without the extra", "JSON without an extra", "broken JSON without an extra"],
)
def test_a_catalog_that_cannot_be_read_is_warned_of_and_the_built_in_one_applies(
    name: str,
    content: str,
    has_extra: bool,
    is_matched: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / name).write_text(content)
    monkeypatch.setenv("FAILCAT_CATALOG", str(tmp_path / name))
    if not has_extra:
        for module in ("yaml", "jsonschema", "jsonschema.exceptions"):
            monkeypatch.setitem(sys.modules, module, None)
    assert failcat.match("we are out of chairs").matched is is_matched
    assert failcat.match("RATE_LIMITED").matched
    assert ("FAILCAT_CATALOG cannot be used" in caplog.text) is not is_matched
