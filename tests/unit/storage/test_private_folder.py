"""A folder that holds a socket without a password is refused when others can enter it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from failcat_storage.embedded.account import Account
from failcat_storage.embedded.layout import create_private_folder
from failcat_storage.errors import StorageConfigurationError

OURS = Account("this process")


@pytest.mark.parametrize("mode", [0o750, 0o740, 0o710, 0o705, 0o701, 0o777])
def test_a_folder_that_others_can_enter_is_refused(mode: int, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(StorageConfigurationError, match="only user"):
        create_private_folder(folder, OURS)


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageConfigurationError, match="only user"):
        create_private_folder(tmp_path / "run", OURS)


def test_a_new_folder_is_private_and_accepted_again(tmp_path: Path) -> None:
    inherited = os.umask(0)
    try:
        create_private_folder(tmp_path / "run", OURS)
        create_private_folder(tmp_path / "run", OURS)
    finally:
        os.umask(inherited)
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700
