"""Where the embedded PostgreSQL keeps its files, and who may see them.

    <data dir>/postgresql/            ours: lock, configuration, start-up log, copied binaries
    <data dir>/postgresql/data        PGDATA, 0700
    <data dir>/postgresql/log         the server's logs, 0700
    <data dir>/postgresql/run         its socket, 0700; whoever can enter it needs no password

When Failcat runs as root the last three belong to the account of the server, and nothing that root writes lies in them:
that account could otherwise lead root's writes elsewhere with a symbolic link.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from failcat_storage.embedded.account import Account
from failcat_storage.errors import StorageConfigurationError

PORT = 5432  # names the socket; no TCP port is opened
DATABASE = "failcat"
USER = "failcat"

# sockaddr_un.sun_path: 108 bytes on Linux and 104 on macOS, with the closing NUL.
MAX_SOCKET_PATH_BYTES = 103


def default_data_dir() -> Path:
    """/var/lib/failcat for root, else the user's own data folder of the XDG base directory specification."""
    if os.geteuid() == 0:
        return Path("/var/lib/failcat")
    user_data = os.environ.get("XDG_DATA_HOME", "")
    # The specification asks to ignore relative paths.
    return (Path(user_data) if user_data.startswith("/") else Path.home() / ".local/share") / "failcat"


def create_data_dir(data_dir: Path) -> None:
    """Creates the data folder if it is missing: private, but for root passable, because the server is another user.

    An existing folder and its parents keep their permissions. Raises OSError.
    """
    if not data_dir.is_dir():
        data_dir.mkdir(parents=True)
        data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one data folder."""

    data_dir: Path  # absolute

    @property
    def home(self) -> Path:
        return self.data_dir / "postgresql"

    @property
    def cluster(self) -> Path:
        return self.home / "data"

    @property
    def logs(self) -> Path:
        return self.home / "log"

    @property
    def startup_log(self) -> Path:
        return self.home / "startup.log"

    @property
    def installs(self) -> Path:
        return self.home / "install"

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    @property
    def sockets(self) -> Path:
        """The socket's folder: a short one outside when the path is too long or has a comma, which separates hosts."""
        inside = self.home / "run"
        if _socket_path_bytes(inside) <= MAX_SOCKET_PATH_BYTES and "," not in str(inside):
            return inside
        name = hashlib.blake2b(os.fsencode(self.data_dir), digest_size=8).hexdigest()
        return Path(tempfile.gettempdir()) / f"failcat-{name}"

    def create_home(self, account: Account) -> None:
        """Creates what holds the lock. Raises OSError."""
        create_data_dir(self.data_dir)
        if not self.home.is_dir():
            self.home.mkdir()
            self.home.chmod(0o700 if account.uid is None else 0o711)

    def create(self, account: Account) -> None:
        """Creates what is missing. Raises OSError, and StorageConfigurationError for a folder that is not private to
        the account."""
        if _socket_path_bytes(self.sockets) > MAX_SOCKET_PATH_BYTES:
            raise StorageConfigurationError("TMPDIR", f"{self.sockets} is too long for the path of a socket")
        for folder in (self.logs, self.sockets):
            create_private_folder(folder, account)

    def remove_outside_folder(self) -> None:
        """Removes the socket's folder if it lies outside and no server uses it."""
        if self.sockets.parent != self.home:
            with contextlib.suppress(OSError):
                self.sockets.rmdir()


def create_private_folder(folder: Path, account: Account) -> None:
    """Creates a folder that only the account can enter. Raises StorageConfigurationError if another one is there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = os.geteuid() if account.uid is None else account.uid
    status = folder.lstat()
    # Ours but not yet handed over: new, or left by a kill. In a shared /tmp nobody can have planted it under our uid.
    if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() != owner:
        os.chown(folder, owner, -1 if account.gid is None else account.gid)
        status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
        problem = f"{folder} is not a folder that only user {account.name} can enter: remove it"
        raise StorageConfigurationError("FAILCAT_DATA_DIR", problem)


def database_url(sockets: Path) -> str:
    """The URL of the database over the socket in `sockets`, as asyncpg and libpq understand it."""
    return f"postgresql://{USER}@/{DATABASE}?host={quote(str(sockets), safe='/')}"


def _socket_path_bytes(folder: Path) -> int:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}"))
