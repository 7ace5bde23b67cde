"""The account that PostgreSQL runs as. It refuses to run as root, so root gives it an account of its own: whatever else
runs as a shared one could read its data and end it."""

from __future__ import annotations

import logging
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from failcat_storage.errors import StorageConfigurationError

OWN = "failcat"
USERADD = "/usr/sbin/useradd"
SHARED = ("postgres", "nobody")  # stand in where no account can be made

NO_ACCOUNT = (
    f"the embedded PostgreSQL does not run as root, and {OWN} is no user here and cannot be made: create it "
    f"(useradd --system --user-group {OWN}), or set the URL of a PostgreSQL of your own"
)

log = logging.getLogger("failcat.embedded")


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
    """This process's account; for root failcat, which is made if it is missing, unless the data belong to another
    account that was given to them. Where none can be made, an account that others share, with a warning.

    Raises StorageConfigurationError when there is none.
    """
    if os.geteuid() != 0:
        return Account(_own_name())
    owner = _entry(cluster.stat().st_uid) if cluster.exists() else None
    if owner is not None and owner.pw_name not in SHARED:
        return _account(owner)
    own = _entry(OWN) or _make_own()
    if own is not None:
        return _account(own)
    shared = next(filter(None, [owner, *map(_entry, SHARED)]), None)
    if shared is None:
        raise StorageConfigurationError("FAILCAT_DATABASE_URL", NO_ACCOUNT)
    log.warning(
        "the embedded PostgreSQL runs as %s, and whatever else does can read its data: make an account of its own "
        "(useradd --system --user-group %s) and start again",
        shared.pw_name,
        OWN,
    )
    return _account(shared)


def _account(entry: pwd.struct_passwd) -> Account:
    if entry.pw_uid == 0:
        raise StorageConfigurationError("FAILCAT_DATABASE_URL", NO_ACCOUNT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_own() -> pwd.struct_passwd | None:
    """None without useradd, or where it may not write (a read-only /etc)."""
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false"]
    try:
        subprocess.run([USERADD, *options, OWN], capture_output=True, check=False, timeout=30)  # noqa: S603 - fixed
    except (OSError, subprocess.TimeoutExpired):
        return None
    return _entry(OWN)  # also when another sidecar was quicker


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
