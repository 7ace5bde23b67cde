"""Health of the sidecar: whether it accepts failures, and whether they reach PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from failcat_sidecar.problem_log import ProblemLog
from failcat_sidecar.quarantine_watch import QuarantineWatch
from failcat_sidecar.spool import Spool
from failcat_sidecar.write import Writer
from failcat_storage.clocks import describe_offset
from failcat_storage.store import Store, StoreHealth

PING_SECONDS = 2.0
POLL_SECONDS = 0.02
FIRST_PING_SECONDS = 10.0

log = logging.getLogger("failcat")


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the sidecar accepts failures, and its problems."""

    not_ready: tuple[str, ...]  # why requests are rejected, or why nothing can be stored without an operator
    degraded: tuple[str, ...]  # problems that do not affect readiness
    spool_records: int
    spool_oldest_seconds: float  # since the oldest queued batch was appended; 0 when none is queued

    @property
    def ready(self) -> bool:
        return not self.not_ready

    def document(self) -> dict[str, object]:
        return {
            "ready": self.ready,
            "not_ready": self.not_ready,
            "degraded": self.degraded,
            "spool_records": self.spool_records,
            "spool_oldest_seconds": round(self.spool_oldest_seconds, 3),
        }


class Health:
    """Watches the spool and the store. An unreachable PostgreSQL is degraded, not unready: failures are queued."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._store: Store | None = None
        self._writer: Writer | None = None
        self._quarantine: QuarantineWatch | None = None
        self._database: StoreHealth | None = None
        self._pinged = asyncio.Event()
        self._log = ProblemLog(log)
        self._was_ready = True
        self._complaints: list[Callable[[], str]] = []

    def watch(self, store: Store, writer: Writer, quarantine: QuarantineWatch) -> None:
        self._store, self._writer, self._quarantine = store, writer, quarantine

    def watch_complaints(self, complaint: Callable[[], str]) -> None:
        """Adds a check of the database: `complaint` returns its problem, empty for none. Called with every
        readiness."""
        self._complaints.append(complaint)

    @property
    def clock_offset_seconds(self) -> float | None:
        """How far this host's clock is ahead of the database's; None while the database is unreachable."""
        clocks = self._database and self._database.clocks
        return clocks.offset_seconds if clocks else None

    async def run(self) -> None:
        """Pings PostgreSQL every two seconds, until cancelled."""
        while self._store:
            self._database = await self._store.ping()
            self._pinged.set()
            self._log_changes()
            await asyncio.sleep(PING_SECONDS)

    async def pinged(self) -> None:
        """Returns after the first ping of PostgreSQL, or after ten seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_PING_SECONDS):
                await self._pinged.wait()

    def _log_changes(self) -> None:
        reasons = self.readiness().not_ready
        self._log.log("not ready: " + "; ".join(reasons) if reasons else "")
        if not self._was_ready and not reasons:
            log.warning("ready")
            if self._writer:
                self._writer.hurry()
        self._was_ready = not reasons

    def readiness(self) -> Readiness:
        stats = self._spool.stats
        not_ready, degraded = [], []
        if stats.full:
            not_ready.append("the spool is full: see FAILCAT_SPOOL_MAX_BYTES and the free space of FAILCAT_DATA_DIR")
        if stats.disk_error:
            not_ready.append(f"writes to the spool's disk fail, see FAILCAT_DATA_DIR: {stats.disk_error}")
        if self._database is None:
            not_ready.append("PostgreSQL has not been pinged yet")
        elif not self._database.reachable:
            degraded.append(f"PostgreSQL is unreachable, failures are queued in the spool: {self._database.message}")
        elif not self._database.ready:
            not_ready.append(self._database.message)
        if self._database and self._database.reachable:
            degraded += filter(None, (complaint() for complaint in self._complaints))
        if (clocks := self._database and self._database.clocks) and not clocks.agree:
            degraded.append(f"{describe_offset(clocks.offset_seconds)}: nothing expires, see `failcat doctor`")
        if self._writer and self._writer.stuck:
            degraded.append(f"failures are not stored, they are queued in the spool: {self._writer.stuck}")
        if stats.damaged_segments or stats.missing_segments:
            degraded.append("the spool was damaged; run `failcat spool verify`")
        if stats.torn_segments:
            degraded.append(
                "the spool may be damaged: its last append before the start is not intact, because it was cut short "
                "before it was acknowledged, or rotted; its bytes are retained, run `failcat spool verify`"
            )
        if self._quarantine:
            degraded += self._quarantine.complaints()
        return Readiness(tuple(not_ready), tuple(degraded), stats.records, stats.oldest_age_seconds)

    async def drained(self, deadline: float) -> None:
        """Returns when the spool is empty, PostgreSQL is unreachable, or `time.monotonic()` reaches the deadline."""
        if self._writer is None:
            return
        attempts = self._writer.failed_attempts
        self._writer.hurry()
        while self._spool.stats.records and time.monotonic() < deadline:
            if self._writer.stuck and self._writer.failed_attempts > attempts:
                return
            await asyncio.sleep(POLL_SECONDS)
