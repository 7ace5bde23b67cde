"""What could not be stored, as metrics and health show it: read from the disk and the database, so that it survives
restarts."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence

from failcat_sidecar.write import DeadLetterFolder
from failcat_sidecar.write.dead_letters import DeadLetter
from failcat_storage.errors import StorageError
from failcat_storage.quarantine import QuarantinedReason
from failcat_storage.store import Store

LOOK_SECONDS = 5.0
SEE = "see `failcat quarantine ls`"

log = logging.getLogger("failcat.quarantine")


class QuarantineWatch:
    """The batches that are set aside on this host, and the records in the fleet's failure_quarantine."""

    def __init__(self, folder: DeadLetterFolder, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._batches: Sequence[DeadLetter] = ()
        self._reasons: Sequence[QuarantinedReason] = ()  # as it was when the database last answered
        self._disk_error = ""

    async def run(self) -> None:
        """Looks every five seconds, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        try:
            self._batches, error = await asyncio.to_thread(self._folder.batches), ""
        except OSError as failed:
            error = f"{self._folder.path} cannot be read: {failed.strerror}"
        if error and error != self._disk_error:
            log.error("%s", error)
        self._disk_error = error
        try:
            self._reasons = await self._store.quarantined()
        except StorageError as failed:  # health asks too, and says so
            log.debug("quarantine could not be read: %s", failed)

    @property
    def quarantined_records(self) -> dict[str, int]:
        """By reason, of the whole fleet."""
        return {each.reason: each.records for each in self._reasons}

    @property
    def quarantined_bytes(self) -> int:
        return sum(each.bytes for each in self._reasons)

    @property
    def set_aside_records(self) -> dict[str, int]:
        """By reason, of this host."""
        counts = Counter[str]()
        for batch in self._batches:
            counts[batch.cause.reason] += batch.cause.records
        return dict(counts)

    @property
    def set_aside_bytes(self) -> int:
        return sum(batch.size for batch in self._batches)

    def complaints(self) -> list[str]:
        """What nobody has looked at."""
        found = [self._disk_error] if self._disk_error else []
        if unseen := [batch for batch in self._batches if not batch.shown]:
            records = sum(batch.cause.records for batch in unseen)
            found.append(f"{len(unseen)} batches with {records} records are set aside on this host: {SEE}")
        if refused := {each.reason: each.unseen for each in self._reasons if each.unseen}:
            reasons = ", ".join(f"{reason} {count}" for reason, count in refused.items())
            found.append(f"{sum(refused.values())} records are in quarantine ({reasons}): {SEE}")
        return found
