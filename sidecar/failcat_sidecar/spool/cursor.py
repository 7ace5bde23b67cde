"""Reads the queued batches in order. Belongs to the read thread."""

from __future__ import annotations

from dataclasses import replace

from failcat_sidecar.spool.attempts import AttemptsFile
from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import HEADER_BYTES
from failcat_sidecar.spool.reader import SegmentReader
from failcat_sidecar.spool.segment import Segment
from failcat_sidecar.spool.store import SegmentStore
from failcat_sidecar.spool.types import Damage, StoredBatch


class Cursor:
    """The position in the queue up to which batches have been handed out."""

    def __init__(self, store: SegmentStore, attempts: AttemptsFile, disk: Disk) -> None:
        self.read_before = 0  # segments with a lower sequence are read to their ends
        self.is_stalled = False  # the disk is dead; call take() again later
        self._store = store
        self._attempts = attempts
        self._disk = disk
        self._sequence = 0  # of the segment being read
        self._segment: Segment | None = None
        self._reader: SegmentReader | None = None
        self._resume_at = HEADER_BYTES  # in the segment that _advance() opens next
        self._held: StoredBatch | None = None  # read, but too large for the last take()

    def take(self, max_records: int, max_bytes: int) -> list[StoredBatch]:
        """The next durable batches, within the limits unless a single batch exceeds them. Empty when there are none. A
        batch that may have killed the process comes alone."""
        self.is_stalled = False
        taken: list[StoredBatch] = []
        records = size = 0
        while (batch := self._held or self._next()) is not None:
            self._held = batch
            suspect = self._attempts.suspects(batch.position)
            records += max(batch.records, 1)
            size += len(batch.payload)
            if taken and (suspect or records > max_records or size > max_bytes):
                break
            self._held = None
            if suspect:
                crashes, given_up = self._attempts.crashes(batch.position), self._attempts.is_given_up(batch.position)
                taken.append(replace(batch, crashes=crashes, given_up=given_up))
                break
            taken.append(batch)
        return taken

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _next(self) -> StoredBatch | None:
        while True:
            segment, reader = self._segment, self._reader
            if segment is not None and reader is not None:
                sealed = segment.sealed  # read before `end`, which moves until the segment is sealed
                if reader.offset < segment.end:
                    found = reader.next(segment.end) or reader.skip(segment.end, "damaged")
                    if isinstance(found, StoredBatch):
                        return found
                    if reader.unreadable and not self._store.takes_writes():
                        self._stall(self._sequence, found.start)
                        return None
                    self._store.report(segment, found)
                    continue
                if not sealed:
                    return None
                self.read_before = self._sequence + 1
            if not self._advance():
                return None

    def _advance(self) -> bool:
        """Moves to the next segment, if there is one."""
        following = [sequence for sequence in list(self._store.waiting) if sequence > self._sequence]
        if not following:
            return False
        self.close()
        self._sequence = min(following)
        self._segment, self._reader = self._store.waiting[self._sequence], None
        path = self._segment.file.path
        try:
            self._reader = SegmentReader(path, self._segment.spool_id, self._sequence, self._disk)
            self._reader.offset, self._resume_at = self._resume_at, HEADER_BYTES
        except OSError as error:
            if not self._store.takes_writes():
                self._stall(self._sequence, self._resume_at)
                return False
            reason = f"cannot be read: {error.strerror}"
            self._store.report(self._segment, Damage(path.name, 0, self._segment.end, reason))
            self.read_before = self._sequence + 1
        return True

    def _stall(self, sequence: int, offset: int) -> None:
        """Batches on a dead disk are not lost: reading resumes here, on the disk that is at the path by then."""
        self.close()
        self._segment = None
        self._sequence, self._resume_at = sequence - 1, offset
        self.is_stalled = True
