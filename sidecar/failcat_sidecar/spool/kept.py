"""Segments that are not needed any more and stay until their time is up or their room is needed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from failcat_sidecar.spool.segment import SegmentFile, State


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A segment's file whose intact batches are in PostgreSQL."""

    file: SegmentFile
    size: int  # bytes on the disk
    since: float  # monotonic seconds

    @property
    def set_aside(self) -> bool:
        return self.file.state is State.SET_ASIDE


class KeptFiles:
    """Drained segments go after a while; segments set aside stay for people to look at. Both make way for new batches,
    the drained first and the oldest first."""

    def __init__(self, keep_drained_seconds: float) -> None:
        self.size = 0  # bytes on the disk
        self._keep_seconds = keep_drained_seconds
        self._files: list[KeptFile] = []

    def add(self, file: SegmentFile, size: int, age_seconds: float = 0.0) -> None:
        """A negative age, from a clock that was set back, counts as none."""
        self._files.append(KeptFile(file, size, time.monotonic() - max(age_seconds, 0.0)))
        self._files.sort(key=lambda kept: (kept.set_aside, kept.file.sequence))
        self.size += size

    def expired(self) -> list[KeptFile]:
        limit = time.monotonic() - self._keep_seconds
        return [kept for kept in self._files if not kept.set_aside and kept.since <= limit]

    def first(self) -> list[KeptFile]:
        """The one that makes way first, if there is any."""
        return self._files[:1]

    def oldest_drained(self) -> int | None:
        """Its sequence."""
        return min((kept.file.sequence for kept in self._files if not kept.set_aside), default=None)

    def remove(self, kept: KeptFile) -> None:
        self._files.remove(kept)
        self.size -= kept.size
