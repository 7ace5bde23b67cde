"""When catalog files count as changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from failcat_sidecar.catalog_layers.files import fingerprint


def rewrite_within_one_tick(folder: Path) -> None:
    file = folder / "a.yaml"
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_text("other")
    os.utime(file, ns=times)


def remove(folder: Path) -> None:
    (folder / "b.json").unlink()


def become_a_link(folder: Path) -> None:
    (folder / "b.json").unlink()
    (folder / "b.json").symlink_to(folder)


CHANGES: dict[str, Callable[[Path], object]] = {
    "another content of the same size and time": rewrite_within_one_tick,
    "a new file": lambda folder: (folder / "c.yml").write_text(""),
    "another name": lambda folder: (folder / "a.yaml").rename(folder / "z.yaml"),
    "a file that is gone": remove,
    "a folder that is gone": lambda folder: folder.rename(folder.with_name("moved")),
    "a file that became a folder's link": become_a_link,
}

NO_CHANGES: dict[str, Callable[[Path], object]] = {
    "a later time": lambda folder: os.utime(folder / "a.yaml"),
    "a file of another kind": lambda folder: (folder / "notes.txt").write_text("x"),
    "the same content anew": lambda folder: (folder / "a.yaml").write_text("first"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "a.yaml").write_text("first")
    (folder / "b.json").write_text("{}")
    return folder


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(folder: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint([folder])
    assert fingerprint([folder]) == before
    change(folder)
    assert fingerprint([folder]) != before


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES)
def test_what_changes_nothing_is_not_seen(folder: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint([folder])
    change(folder)
    assert fingerprint([folder]) == before


def test_the_order_of_layers_counts(folder: Path) -> None:
    paths = [folder / "a.yaml", folder / "b.json"]
    assert fingerprint(paths) != fingerprint(paths[::-1])
