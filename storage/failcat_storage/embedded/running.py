"""What other commands ask: is there a server, and where?"""

from __future__ import annotations

import socket
from pathlib import Path

from failcat_storage.embedded.layout import PORT, Layout, database_url
from failcat_storage.embedded.pidfile import read_pidfile
from failcat_storage.errors import StorageConfigurationError


def find_running(data_dir: Path) -> str | None:
    """The URL of the embedded PostgreSQL that runs on this data folder, or None.

    Raises StorageConfigurationError when only another user may see it.
    """
    cluster = Layout(data_dir.absolute()).cluster
    try:
        pidfile = read_pidfile(cluster)
        if pidfile is None or pidfile.sockets is None or not _answers(pidfile.sockets):
            return None
    except PermissionError:
        problem = f"{cluster} belongs to another user: run this as root, or as the user that runs `failcat serve`"
        raise StorageConfigurationError("FAILCAT_DATA_DIR", problem) from None
    return database_url(pidfile.sockets)


def _answers(sockets: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(sockets / f".s.PGSQL.{PORT}"))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True
