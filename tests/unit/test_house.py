"""The checks of names and fields find what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.house import names

NEEDLESS = "Step is as it should be: take it from the exceptions in tests/house/names.py"
TWICE = {"catalog/failcat_catalog/a.py": "class Step: ...", "storage/failcat_storage/b.py": "class Step: ..."}
PRIVATE = {"catalog/failcat_catalog/a.py": "class _Step: ...", "storage/failcat_storage/b.py": "class _Step: ..."}
UNREAD = {"instrumentation/failcat/a.py": "@dataclass\nclass Step:\n    index: int\n    name: str\nprint(step.name)"}


@pytest.mark.parametrize(
    ("files", "shared", "found"),
    [
        (TWICE, {}, ["Step names 2 classes: catalog/failcat_catalog/a.py:1, storage/failcat_storage/b.py:1"]),
        (TWICE, {"Step": "a reason"}, []),
        (PRIVATE, {}, []),
        (
            PRIVATE,
            {"Step": "a reason"},
            [NEEDLESS],
        ),
        (UNREAD, {}, ["Step.index is never read"]),
    ],
)
def test_a_shared_name_an_unread_field_and_a_needless_exception_are_found(
    files: dict[str, str], shared: dict[str, str], found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "SHARED_NAMES", shared)
    monkeypatch.setattr(names, "UNREAD_FIELDS", {})
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    assert names.findings(tmp_path) == found
