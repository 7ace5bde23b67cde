"""A tokens file that changes while it is in use."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.waiting import until

from failcat_sidecar.errors import Unauthenticated
from failcat_sidecar.receive import tokens_file
from failcat_sidecar.receive.tokens_file import TokensFile


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def by_renaming(path: Path, text: str) -> None:
    new = path.with_name("new")
    new.write_text(text)
    new.chmod(0o600)
    new.rename(path)


def missing(path: Path, _: str) -> None:
    path.unlink()


def open_to_all(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o644)


def a_pipe(path: Path, _: str) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def broken(path: Path, text: str) -> None:
    path.write_text(text + "nonsense\n")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (in_place, "succeeded"),
        (by_renaming, "succeeded"),
        (missing, "failed"),
        (open_to_all, "failed"),
        (a_pipe, "failed"),
        (broken, "failed"),
    ],
)
async def test_changed_file_is_taken_up_unless_it_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Path, str], None],
    outcome: str,
) -> None:
    monkeypatch.setattr(tokens_file, "POLL_SECONDS", 0.01)
    path = tmp_path / "tokens"
    path.write_text('{"token": "old"}\n')
    path.chmod(0o600)
    file = TokensFile(path)
    outcomes: list[str] = []
    looks: list[object] = []
    look = file._version

    def counted_look() -> object:
        looks.append(look())
        return looks[-1]

    monkeypatch.setattr(file, "_version", counted_look)
    change(path, '{"token": "fresh", "tenant": "acme"}\n')
    watching = asyncio.create_task(file.watch(outcomes.append))
    await until(lambda: outcomes)
    enough = len(looks) + 3  # when a third one is there, the first two have had their effects
    await until(lambda: len(looks) >= enough)
    watching.cancel()
    assert outcomes == [outcome]
    valid, invalid = ("fresh", "old") if outcome == "succeeded" else ("old", "fresh")
    assert file.tokens.authenticate(f"Bearer {valid}")
    with pytest.raises(Unauthenticated):
        file.tokens.authenticate(f"Bearer {invalid}")
    assert ("the old ones stay in use" in caplog.text) == (outcome == "failed")
