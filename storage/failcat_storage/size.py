"""How large the database is, and how large the embedded one may become."""

from __future__ import annotations

import asyncpg

from failcat_storage.disk_limit import MIB
from failcat_storage.errors import RetryableStorageError
from failcat_storage.queries import query

DROP_AT = 0.9  # of what tables may take


class DatabaseFull(RetryableStorageError):
    """The embedded database has reached FAILCAT_DATABASE_MAX_BYTES, or its disk is nearly full."""


class DatabaseSize:
    """The size as it was last measured, and its limit."""

    def __init__(self, max_bytes: int | None = None) -> None:
        """`max_bytes` is for the tables of the whole server, which is ours alone; None limits nothing."""
        self.max_bytes = max_bytes
        self.bytes = 0  # 0 until it was measured
        self.disk_is_low = False  # without room for WAL, PostgreSQL stops

    @property
    def is_nearly_full(self) -> bool:
        """The oldest must go."""
        return self.max_bytes is not None and self.bytes >= self.max_bytes * DROP_AT

    @property
    def is_full(self) -> bool:
        """Nothing may be added."""
        return self.max_bytes is not None and self.bytes >= self.max_bytes

    async def measure(self, connection: asyncpg.Connection) -> None:
        self.bytes = await connection.fetchval(query("database_size"), self.max_bytes is not None)

    def describe(self) -> str:
        """Such as "72 MiB of at most 80 MiB"."""
        limit = f" of at most {self.max_bytes / MIB:,.0f} MiB" if self.max_bytes is not None else ""
        return f"{self.bytes / MIB:,.0f} MiB{limit}"
