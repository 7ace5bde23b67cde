"""Watches quarantined records and dead letters, for metrics and health. Reads disk and database, so that restarts
lose nothing."""

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

CHECK_SECONDS = 5.0
ADVICE = "see `failcat quarantine ls`"

log = logging.getLogger("failcat.quarantine")


class QuarantineWatch:
    """The dead letters of this host, and the records in the fleet's failure_quarantine."""

    def __init__(self, folder: DeadLetterFolder, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._batches: Sequence[DeadLetter] = ()
        self._reasons: Sequence[QuarantinedReason] = ()  # when the database was last reachable
        self._disk_error = ""

    async def run(self) -> None:
        """Checks every five seconds, until cancelled."""
        while True:
            await self.check()
            await asyncio.sleep(CHECK_SECONDS)

    async def check(self) -> None:
        try:
            self._batches, error = await asyncio.to_thread(self._folder.batches), ""
        except OSError as failed:
            error = f"{self._folder.path} cannot be read: {failed.strerror}"
        if error and error != self._disk_error:
            log.error("%s", error)
        self._disk_error = error
        try:
            self._reasons = await self._store.quarantined()
        except StorageError as failed:  # health reports it
            log.debug("quarantine could not be read: %s", failed)

    @property
    def quarantined_records(self) -> dict[str, int]:
        """By reason, of the whole fleet."""
        return {each.reason: each.records for each in self._reasons}

    @property
    def quarantined_bytes(self) -> int:
        return sum(each.bytes for each in self._reasons)

    @property
    def dead_letter_records(self) -> dict[str, int]:
        """By reason, of this host."""
        counts = Counter[str]()
        for batch in self._batches:
            counts[batch.cause.reason] += batch.cause.records
        return dict(counts)

    @property
    def dead_letter_bytes(self) -> int:
        return sum(batch.size for batch in self._batches)

    def complaints(self) -> list[str]:
        """One text for each kind of item that nobody has listed yet."""
        found = [self._disk_error] if self._disk_error else []
        if unseen := [batch for batch in self._batches if not batch.shown]:
            records = sum(batch.cause.records for batch in unseen)
            found.append(f"{len(unseen)} batches with {records} records are dead letters on this host: {ADVICE}")
        if refused := {each.reason: each.unseen for each in self._reasons if each.unseen}:
            reasons = ", ".join(f"{reason} {count}" for reason, count in refused.items())
            found.append(f"{sum(refused.values())} records are in quarantine ({reasons}): {ADVICE}")
        return found
