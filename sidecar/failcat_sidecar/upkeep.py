"""Maintenance once a day, in one sidecar of the fleet: an advisory lock in the database picks it."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict

from failcat_storage.errors import StorageError
from failcat_storage.maintenance import MaintenanceReport, maintain

DAY_SECONDS = 86_400.0
RETRY_SECONDS = 60.0

log = logging.getLogger("failcat.upkeep")


async def maintain_for_ever(database_url: str, retention_days: int) -> None:
    """At the start and then daily, until cancelled; a database that is away is asked again every minute, and that is
    said once."""
    is_waiting = False
    while True:
        try:
            report = await maintain(database_url, retention_days)
        except StorageError as error:
            if not is_waiting:
                log.warning("maintenance is tried again every minute: %s", error)
            is_waiting = True
            await asyncio.sleep(RETRY_SECONDS)
        else:
            is_waiting = False
            log.info("maintenance: %s", json.dumps(_done(report)))
            await asyncio.sleep(DAY_SECONDS if report.complete else RETRY_SECONDS)


def _done(report: MaintenanceReport) -> dict[str, object]:
    """Without what there was nothing to do about: most of it, on most days."""
    deleted_rows = {table: rows for table, rows in report.deleted_rows.items() if rows}
    return {name: done for name, done in (asdict(report) | {"deleted_rows": deleted_rows}).items() if done}
