"""FAILCAT_MIGRATE: migrates the schema as soon as the database is reachable."""

from __future__ import annotations

import asyncio
import logging

from failcat_sidecar.problem_log import ProblemLog
from failcat_storage import migrate
from failcat_storage.errors import RetryableStorageError, StorageConfigurationError, StorageError
from failcat_storage.revisions import UnknownRevision

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0

log = logging.getLogger("failcat")


class SchemaUpgrade:
    """Attempts the migration until it succeeds."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._log = ProblemLog(log)
        self.complaint = ""  # why it has not succeeded yet

    async def run(self) -> None:
        """Returns when the schema is up to date. Raises StorageError if further attempts are useless."""
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            await asyncio.sleep(pause_seconds)
            try:
                if await self.attempt():
                    log.info("the schema is at revision %s", migrate.EXPECTED_REVISION)
                    return
            except StorageConfigurationError as error:  # it became reachable later, for example with a wrong encoding
                self._complain(error)
            pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)

    async def attempt(self) -> bool:
        """Returns whether the schema is up to date. Raises StorageError if further attempts are useless."""
        try:
            await migrate.upgrade(self._database_url)
        except RetryableStorageError as error:
            self._complain(error)
            return False
        except UnknownRevision as error:  # of a newer release, which only expands the schema
            log.warning("the schema is left as it is: %s", error)
        self.complaint = ""
        return True

    def _complain(self, error: StorageError) -> None:
        self.complaint = f"the schema cannot be migrated, and it is tried again: {error}"
        self._log.log(self.complaint)
