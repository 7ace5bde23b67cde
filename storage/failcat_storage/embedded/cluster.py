"""The data folder of the server (PostgreSQL calls it a cluster) and its configuration files."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path

from failcat_storage.disk_limit import MIN_WAL_BYTES, DiskLimit
from failcat_storage.embedded.account import Account
from failcat_storage.embedded.install import find_install
from failcat_storage.embedded.layout import USER, Layout, create_private_folder
from failcat_storage.errors import StorageConfigurationError, StorageError

CONFIGURATION_FILES = ("postgresql.conf", "pg_hba.conf")

# The server's messages are read by program, and nothing of the sidecar's environment (tokens) concerns it.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/local/bin:/usr/bin:/bin"}

_UNFINISHED = "unfinished-"

# Order and case of text do not depend on the host's C library: an upgrade of it would silently corrupt indexes.
_BUILTIN_LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"]
_LIBC_LOCALE = ["--locale-provider=libc", "--locale=C.UTF-8"]
_FIRST_WITH_BUILTIN_LOCALE = 17


def check_version(layout: Layout, version: int, account: Account) -> None:
    """Raises StorageConfigurationError, with the way to upgrade, when another major version made the cluster."""
    marker = layout.cluster / "PG_VERSION"
    found = int(marker.read_text()) if marker.exists() else version
    if found != version:
        problem = f"{layout.cluster} was made by PostgreSQL {found}, and this is {version}; to upgrade"
        way = "\n  ".join(_upgrade_commands(layout.cluster, found, version, account))
        raise StorageConfigurationError("FAILCAT_DATA_DIR", f"{problem}:\n  {way}")


def create_cluster(layout: Layout, install: Path, version: int, account: Account) -> None:
    """Runs initdb unless there is a cluster, which gets its name when it is complete. Raises OSError, StorageError."""
    if layout.cluster.exists():
        return
    for unfinished in layout.home.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    # A new name each time, because the initdb of a killed sidecar may still be writing to the old one.
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=layout.home))
    create_private_folder(folder, account)
    _initdb(folder, install, version, account)
    folder.rename(layout.cluster)
    _sync(layout.home)


def write_configuration(layout: Layout, limit: DiskLimit | None) -> None:
    """Writes our configuration files beside the cluster. Raises OSError."""
    for name in CONFIGURATION_FILES:
        path = layout.home / name
        text = resources.files(__package__).joinpath(name).read_text()
        path.write_text(text + (_disk_settings(limit) if limit and name == "postgresql.conf" else ""))
        path.chmod(0o644)


def _disk_settings(limit: DiskLimit) -> str:
    """Of a setting that is there twice, PostgreSQL takes the last."""
    return (
        "\n# FAILCAT_DATABASE_MAX_BYTES\n"
        f"max_wal_size = {limit.wal_bytes >> 20}MB\n"
        f"min_wal_size = {MIN_WAL_BYTES >> 20}MB\n"
        f"temp_file_limit = {limit.temporary_bytes >> 10}kB\n"
    )


def _initdb(folder: Path, install: Path, version: int, account: Account) -> None:
    locale = _BUILTIN_LOCALE if version >= _FIRST_WITH_BUILTIN_LOCALE else _LIBC_LOCALE
    command = [str(install / "bin/initdb"), "-D", str(folder), "-U", USER, "--encoding=UTF8", *locale]
    done = subprocess.run(  # noqa: S603 - our own binary and paths
        [*command, "--data-checksums", "--auth=trust", "--no-instructions"],
        capture_output=True,
        check=False,
        cwd="/",
        env=ENVIRONMENT,
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups,
    )
    if done.returncode != 0:
        raise StorageError(f"initdb failed: {done.stderr.decode(errors='replace').strip()[-500:]}")


def _upgrade_commands(cluster: Path, found: int, version: int, account: Account) -> list[str]:
    """Shell commands. Binaries that the wheel does not have must come from another installation."""
    before = shlex.quote(f"{find_install(found) or f'/usr/lib/postgresql/{found}'}/bin")
    after = shlex.quote(f"{find_install(version)}/bin")
    old, new = shlex.quote(str(cluster)), shlex.quote(str(cluster.with_name(f"data-{version}")))
    become = f"runuser -u {account.name} -- " if account.uid is not None else ""
    return [
        f"install -d -m 700 -o {account.name} {new} && cd {new}",
        f"{become}{after}/initdb -U {USER} -D {new}",
        f"{become}{after}/pg_upgrade -U {USER} -b {before} -B {after} -d {old} -D {new}",
        f"rm -f delete_old_cluster.sh && mv {old} {old}-{found} && mv {new} {old}",
    ]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
