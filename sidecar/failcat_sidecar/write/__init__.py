"""The one writer: drains the spool into PostgreSQL, and keeps aside what it cannot."""

from failcat_sidecar.write.set_aside import SetAsideFolder
from failcat_sidecar.write.writer import Writer

__all__ = ["SetAsideFolder", "Writer"]
