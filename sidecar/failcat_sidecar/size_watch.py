"""The size of the database: a metric everywhere, and a limit for the embedded one, which makes room by itself."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from failcat_sidecar.metrics import Metrics
from failcat_sidecar.problem_log import ProblemLog
from failcat_storage.errors import StorageError
from failcat_storage.maintenance import describe_counts
from failcat_storage.maintenance_steps import MaintenanceReport
from failcat_storage.make_room import make_room
from failcat_storage.store import Store

LOOK_SECONDS = 2.0
EXTERNAL_LOOK_SECONDS = 60.0
RETRY_SECONDS = 60.0  # when nothing more could be dropped

log = logging.getLogger("failcat.size")


@dataclass(frozen=True, slots=True)
class ServerDisk:
    """Of the embedded server; the spool's too."""

    folder: Path
    reserve_bytes: int  # what the spool leaves to others; the server leaves half of it, so that the spool can drain

    def is_low(self) -> bool:
        """Raises OSError."""
        return shutil.disk_usage(self.folder).free < self.reserve_bytes // 2


class SizeWatch:
    """Measures, and drops the oldest when the limit comes near."""

    def __init__(self, database_url: str, store: Store, metrics: Metrics, disk: ServerDisk | None) -> None:
        """Without a disk the database is an external one."""
        self._database_url = database_url
        self._store = store
        self._metrics = metrics
        self._disk = disk
        self._try_at = 0.0  # of time.monotonic(); not before, because nothing could be dropped
        self._log = ProblemLog(log)
        self.complaint = ""  # why the database is not as it should be; empty when all is well

    async def run(self) -> None:
        """Looks every two seconds, at an external database every minute, until cancelled."""
        pause_seconds = LOOK_SECONDS if self._disk else EXTERNAL_LOOK_SECONDS
        while True:
            try:
                await self.look()
            except StorageError as error:  # health asks too, and says so
                log.debug("the size of the database could not be looked at: %s", error)
                await asyncio.sleep(LOOK_SECONDS)
            else:
                await asyncio.sleep(pause_seconds)

    async def look(self) -> None:
        """Raises RetryableStorageError when PostgreSQL cannot be asked."""
        if self._disk:
            with suppress(OSError):  # the spool says so
                self._store.size.disk_is_low = self._disk.is_low()
        await self._store.measure()
        if not self._store.size.is_nearly_full:
            self._complain("")
        elif time.monotonic() >= self._try_at:
            await self._make_room()

    async def _make_room(self) -> None:
        size = self._store.size
        before = size.describe()
        try:
            obstacle = await make_room(self._database_url, size, lambda report: self._note(report, before))
        except StorageError as error:
            obstacle = str(error)
        if obstacle:
            self._try_at = time.monotonic() + RETRY_SECONDS
            self._complain(
                f"the database takes {size.describe()}, and nothing more is dropped: {obstacle}; at the limit failures "
                "are queued in the spool: raise FAILCAT_DATABASE_MAX_BYTES"
            )

    def _note(self, report: MaintenanceReport, before: str) -> None:
        self._metrics.failures_dropped("size", report.failures_dropped)
        deleted = describe_counts(report.deleted_rows)
        log.warning(
            "the database took %s, see FAILCAT_DATABASE_MAX_BYTES: the oldest failures were dropped, %s with %s rows%s",
            before,
            ", ".join(report.dropped) or "no week",
            f"{report.dropped_rows:,}",
            f"; and {deleted}" if deleted else "",
        )

    def _complain(self, complaint: str) -> None:
        self._log.log(complaint, kind="nothing more is dropped")  # its sizes vary
        self.complaint = complaint
