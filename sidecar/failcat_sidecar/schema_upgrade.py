"""FAILCAT_MIGRATE: brings the schema up to date as soon as the database is there."""

from __future__ import annotations

import asyncio
import logging

from failcat_storage import migrate
from failcat_storage.errors import RetryableStorageError, StorageConfigurationError, StorageError
from failcat_storage.revisions import UnknownRevision

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0

log = logging.getLogger("failcat")


class SchemaUpgrade:
    """Tries until it has worked once."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self.complaint = ""  # why it has not worked yet

    async def run(self) -> None:
        """Returns when nothing is left to do. Raises StorageError for what no further attempt can mend."""
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            await asyncio.sleep(pause_seconds)
            try:
                if await self.attempt():
                    log.info("the schema is at revision %s", migrate.EXPECTED_REVISION)
                    return
            except StorageConfigurationError as error:  # the database came later, and with another encoding, say
                self._complain(error)
            pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)

    async def attempt(self) -> bool:
        """Whether nothing is left to do. Raises StorageError for what no further attempt can mend."""
        try:
            await migrate.upgrade(self._database_url)
        except RetryableStorageError as error:
            self._complain(error)
            return False
        except UnknownRevision as error:  # a newer release's, which only expands what this one knows
            log.warning("the schema is left as it is: %s", error)
        self.complaint = ""
        return True

    def _complain(self, error: StorageError) -> None:
        complaint = f"the schema cannot be migrated, and it is tried again: {error}"
        if complaint != self.complaint:
            log.warning("%s", complaint)
        self.complaint = complaint
