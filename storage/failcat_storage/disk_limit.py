"""FAILCAT_DATABASE_MAX_BYTES, divided. Needs no driver: settings and the embedded server import it."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20
MIN_LIMIT_BYTES = 128 * MIB  # an empty server has 32 MiB of tables and 32 MiB of WAL
MIN_WAL_BYTES, MAX_WAL_BYTES = 32 * MIB, 1024 * MIB  # two segments are PostgreSQL's own minimum


@dataclass(frozen=True, slots=True)
class DiskLimit:
    """The disk of one embedded server, and the shares of what takes it."""

    total_bytes: int  # at least MIN_LIMIT_BYTES

    @property
    def wal_bytes(self) -> int:
        """An eighth. `max_wal_size`: beyond it checkpoints come early."""
        return min(max(self.total_bytes // 8, MIN_WAL_BYTES), MAX_WAL_BYTES)

    @property
    def temporary_bytes(self) -> int:
        """An eighth. `temp_file_limit`: a query that needs more fails."""
        return self.total_bytes // 8

    @property
    def table_bytes(self) -> int:
        """The rest: what `pg_database_size` may sum up to."""
        return self.total_bytes - self.wal_bytes - self.temporary_bytes
