"""Drained segments, which are retained until they expire or their space is needed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from failcat_sidecar.spool.segment import SegmentFile, State

RETENTION_SECONDS = 600.0
"""From the moment when a segment is drained. After a failover of PostgreSQL, `failcat spool replay` writes it again."""


@dataclass(frozen=True, slots=True)
class RetainedFile:
    """A segment's file whose intact batches are in PostgreSQL."""

    file: SegmentFile
    size: int  # bytes on the disk
    since: float  # monotonic seconds

    @property
    def is_damaged(self) -> bool:
        return self.file.state is State.DAMAGED


class RetainedFiles:
    """Drained segments expire; damaged ones are retained for people to examine. Both are deleted when new batches need
    their space: intact ones before damaged ones, the oldest first."""

    def __init__(self, keep_drained_seconds: float) -> None:
        self.size = 0  # bytes on the disk
        self._keep_seconds = keep_drained_seconds
        self._files: list[RetainedFile] = []

    def add(self, file: SegmentFile, size: int, age_seconds: float = 0.0) -> None:
        """A negative age, after the clock was set back, counts as 0."""
        self._files.append(RetainedFile(file, size, time.monotonic() - max(age_seconds, 0.0)))
        self._files.sort(key=lambda each: (each.is_damaged, each.file.sequence))
        self.size += size

    def expired(self) -> list[RetainedFile]:
        limit = time.monotonic() - self._keep_seconds
        return [each for each in self._files if not each.is_damaged and each.since <= limit]

    def first(self) -> list[RetainedFile]:
        """The file to delete first; empty when there is none."""
        return self._files[:1]

    def oldest_drained(self) -> int | None:
        """The sequence number of the oldest intact one."""
        return min((each.file.sequence for each in self._files if not each.is_damaged), default=None)

    def remove(self, file: RetainedFile) -> None:
        self._files.remove(file)
        self.size -= file.size
