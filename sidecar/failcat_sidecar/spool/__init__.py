"""A local, bounded, crash-safe queue: an acknowledged batch stays in it until it is in PostgreSQL."""

from failcat_sidecar.spool.attempts import MAX_CRASHES
from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.spool import Spool
from failcat_sidecar.spool.types import Position, SpoolStats, StoredBatch

__all__ = [
    "MAX_CRASHES",
    "Disk",
    "Position",
    "Spool",
    "SpoolStats",
    "StoredBatch",
]
