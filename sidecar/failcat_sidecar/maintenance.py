"""Scheduled maintenance once a day, in one sidecar of the fleet: an advisory lock in the database selects it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import asdict

from failcat_sidecar.metrics import Metrics
from failcat_sidecar.problem_log import ProblemLog
from failcat_storage.errors import RetryableStorageError, StorageError
from failcat_storage.maintenance import last_success_seconds, maintain
from failcat_storage.maintenance_steps import MaintenanceReport, MaintenanceRunning
from failcat_storage.retention import is_shorter

DAY_SECONDS = 86_400.0
HOUR_SECONDS = 3_600.0
RETRY_SECONDS = 60.0
OVERDUE_SECONDS = 2 * DAY_SECONDS

log = logging.getLogger("failcat.maintenance")


class Maintenance:
    """The daily maintenance of one sidecar, and its problems."""

    def __init__(self, database_url: str, retention_days: int | None, metrics: Metrics) -> None:
        self._database_url = database_url
        self._retention_days = retention_days
        self._metrics = metrics
        self._busy_since = time.monotonic()
        self._retention_log, self._waiting_log, self._complaint_log = ProblemLog(log), ProblemLog(log), ProblemLog(log)
        self.complaint = ""  # the problem of maintenance; empty when there is none

    async def run(self) -> None:
        """Runs at the start and then daily, until cancelled. A failed run is repeated every minute."""
        while True:
            try:
                report = await maintain(self._database_url, self._retention_days)
            except MaintenanceRunning as error:
                await self._note_busy(error)
                pause_seconds = RETRY_SECONDS
            except StorageError as error:
                await self._note_failure(error)
                pause_seconds = RETRY_SECONDS
            else:
                pause_seconds = self._note(report)
            await asyncio.sleep(pause_seconds)

    def _note(self, report: MaintenanceReport) -> float:
        """Returns the seconds until the next run."""
        self._busy_since = time.monotonic()
        log.info("maintenance: %s", json.dumps(_done(report)))
        self._metrics.failures_dropped("retention", report.failures_dropped)
        self._retention_log.log(self._overruled(report))
        self._waiting_log.log(report.waiting and f"maintenance waits: {report.waiting}")
        self.complaint = report.refused and f"retention drops nothing: {report.refused}"
        if report.postponed:
            self.complaint = f"maintenance is tried again every minute: {', '.join(report.postponed)} stay locked"
        self._complaint_log.log(self.complaint)
        if report.complete:
            return DAY_SECONDS
        return RETRY_SECONDS if report.postponed else HOUR_SECONDS

    def _overruled(self, report: MaintenanceReport) -> str:
        days = self._retention_days
        if days is None or not is_shorter(days, report.retention_days):
            return ""
        kept = f"{report.retention_days} days" if report.retention_days else "for ever"
        return (
            f"FAILCAT_RETENTION_DAYS={days} does not shorten the fleet's retention, which is {kept}: "
            f"run `failcat maintain --retention-days {days} --yes`"
        )

    async def _note_busy(self, error: MaintenanceRunning) -> None:
        """Another sidecar runs maintenance; for an hour that is no problem."""
        if time.monotonic() - self._busy_since > HOUR_SECONDS:
            await self._note_failure(error)

    async def _note_failure(self, error: StorageError) -> None:
        """Logged once. No problem while other sidecars maintain the database, for example with more privileges."""
        self._complaint_log.log(f"maintenance is tried again every minute: {error}")
        self.complaint = "" if await self._is_done_by_others() else f"maintenance fails, and is tried again: {error}"

    async def _is_done_by_others(self) -> bool:
        try:
            seconds = await last_success_seconds(self._database_url)
        except RetryableStorageError:
            return False
        return seconds is not None and seconds < OVERDUE_SECONDS


def _done(report: MaintenanceReport) -> dict[str, object]:
    """The fields of the report that are not empty."""
    return {name: done for name, done in asdict(report).items() if done}
