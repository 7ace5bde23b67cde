"""The one writer: drains the spool into PostgreSQL, and keeps batches that it cannot store as dead letters."""

from failcat_sidecar.write.dead_letters import DeadLetterFolder
from failcat_sidecar.write.writer import Writer

__all__ = ["DeadLetterFolder", "Writer"]
