"""The account that PostgreSQL runs as. It refuses to run as root, so root lends it an unprivileged one."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from failcat_storage.errors import StorageConfigurationError

UNPRIVILEGED = ("failcat", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. The ids are None when it is the account of this process."""

    name: str
    uid: int | None = None
    gid: int | None = None

    @property
    def groups(self) -> list[int] | None:
        return None if self.uid is None else []

    def can_enter(self, folder: Path) -> bool:
        """Asks the kernel, because access lists and mounts decide too."""
        enter = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
        return self.runs(enter)

    def runs(self, command: list[str]) -> bool:
        """Whether this account can execute the command and it succeeds."""
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command
                command,
                capture_output=True,
                check=False,
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=self.groups,
            )
        except OSError:
            return False
        return done.returncode == 0


def choose_account(cluster: Path) -> Account:
    """This process's account, or for root the owner of the data, or the first unprivileged account there is.

    Raises StorageConfigurationError when there is none.
    """
    if os.geteuid() != 0:
        return Account(_own_name())
    owner = cluster.stat().st_uid if cluster.exists() else None
    for entry in map(_entry, UNPRIVILEGED if owner is None else [owner]):
        if entry is not None and entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise StorageConfigurationError(
        "FAILCAT_DATABASE_URL",
        "the embedded PostgreSQL does not run as root, and the owner of its data, or failcat, postgres or nobody, is "
        "no user here: create one (useradd --system failcat), or set the URL of a PostgreSQL of your own",
    )


def check_reach(account: Account, folder: Path) -> None:
    """Raises StorageConfigurationError, naming the closed parent, when the account cannot enter the folder."""
    if account.can_enter(folder):
        return
    closed = next(path for path in [*reversed(folder.parents), folder] if not account.can_enter(path))
    raise StorageConfigurationError(
        "FAILCAT_DATA_DIR",
        f"the embedded PostgreSQL runs as user {account.name}, who cannot enter {closed}: choose a folder outside, "
        f"such as /var/lib/failcat, or open the way (chmod o+x {closed}), or run failcat as an ordinary user",
    )


def _entry(user: str | int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(user) if isinstance(user, str) else pwd.getpwuid(user)
    except KeyError:
        return None


def _own_name() -> str:
    uid = os.geteuid()
    entry = _entry(uid)
    if entry is None:
        raise StorageConfigurationError(
            "FAILCAT_DATABASE_URL",
            f"the embedded PostgreSQL needs an entry for user id {uid} in /etc/passwd: add one, "
            "or set the URL of a PostgreSQL of your own",
        )
    return entry.pw_name
