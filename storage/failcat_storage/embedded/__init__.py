"""The embedded PostgreSQL: the binaries of a wheel under a supervisor of our own.

`failcat serve` alone starts and stops it; every other command connects to a running one.
"""

from failcat_storage.embedded.install import find_install
from failcat_storage.embedded.layout import create_data_dir, default_data_dir
from failcat_storage.embedded.running import find_running
from failcat_storage.embedded.supervisor import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "create_data_dir", "default_data_dir", "find_install", "find_running"]
