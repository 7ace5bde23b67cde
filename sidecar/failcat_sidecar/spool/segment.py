"""A segment as a file: its name has the sequence number and the state, and one writer appends to the newest."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from failcat_core.failpoints import failpoint
from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import BATCH_HEADER_BYTES, HEADER_BYTES, BatchCodec, SegmentHeader
from failcat_sidecar.spool.types import NewBatch

UNFINISHED_SUFFIX = ".new"


class State(StrEnum):
    """The state of a segment; the value is its file name's ending."""

    WAITING = "segment"  # may hold batches that are not in PostgreSQL
    DRAINED = "drained"  # in PostgreSQL; retained for a while, so that a resent failure is known after a restart
    DAMAGED = "aside"  # damaged or torn; its intact batches are in PostgreSQL, retained for people to examine


_ENDINGS = frozenset(state.value for state in State)


class SegmentFile(NamedTuple):
    """One segment in the folder."""

    sequence: int
    path: Path
    state: State

    def renamed(self, state: State) -> SegmentFile:
        return SegmentFile(self.sequence, segment_path(self.path.parent, self.sequence, state), state)


def segment_path(folder: Path, sequence: int, state: State) -> Path:
    return folder / f"{sequence:012d}.{state}"


def list_segments(folder: Path) -> list[SegmentFile]:
    """All segments of the folder, oldest first; other files are ignored."""
    found = []
    for path in folder.iterdir():
        stem, _, ending = path.name.partition(".")
        if stem.isdecimal() and ending in _ENDINGS:
            found.append(SegmentFile(int(stem), path, State(ending)))
    return sorted(found)


@dataclass(slots=True)
class Segment:
    """The state of a segment in this process. Only the sync thread changes it, except `is_damaged` and the drained
    counts."""

    file: SegmentFile
    spool_id: bytes
    size: int  # bytes that the file takes from the disk
    end: int = HEADER_BYTES  # bytes before it are durable and may be read
    batches: int = 0
    records: int = 0
    first_at: float = 0.0  # when the first batch was appended, seconds since the Unix epoch
    sealed: bool = True  # `end` does not move any more
    is_damaged: bool = False  # or torn: retained for people once it is drained
    torn_from: int = sys.maxsize  # gaps from here on belong to an append that is not known to have been acknowledged
    drained_offset: int = HEADER_BYTES  # batches before it are in PostgreSQL
    drained_records: int = 0


class SegmentWriter:
    """Appends to a new segment. Every method blocks and raises OSError."""

    def __init__(self, disk: Disk, descriptor: int, segment: Segment) -> None:
        self.segment = segment
        self._disk = disk
        self._descriptor = descriptor
        self._codec = BatchCodec(segment.spool_id, segment.file.sequence)
        self._last_us = 0

    @classmethod
    def create(cls, disk: Disk, folder: Path, header: SegmentHeader, size: int) -> SegmentWriter:
        """A durable, preallocated, empty segment; leaves nothing behind when it fails."""
        file = SegmentFile(header.sequence, segment_path(folder, header.sequence, State.WAITING), State.WAITING)
        unfinished = file.path.with_suffix(UNFINISHED_SUFFIX)
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            disk.allocate(descriptor, size)
            disk.write(descriptor, [header.encode()], 0)
            disk.sync(descriptor)
            unfinished.rename(file.path)
            disk.sync_folder(folder)
        except OSError:
            os.close(descriptor)
            unfinished.unlink(missing_ok=True)
            file.path.unlink(missing_ok=True)
            raise
        return cls(disk, descriptor, Segment(file, header.spool_id, size, sealed=False))

    @property
    def room(self) -> int:
        """Framed bytes that can still be appended."""
        return self.segment.size - self.segment.end

    def fitting(self, batches: Sequence[NewBatch]) -> int:
        """How many of the batches fit, counted from the first."""
        room = self.room
        for count, batch in enumerate(batches):
            room -= framed_bytes(batch.payload)
            if room < 0:
                return count
        return len(batches)

    def append(self, batches: Sequence[NewBatch]) -> None:
        """One write, one sync: durable when it returns. After an OSError the segment must only be sealed.

        Batches of one append share its time, which no other append has: a batch of a later append proves that the
        earlier append was durable."""
        segment = self.segment
        self._last_us = now_us = max(time.time_ns() // 1000, self._last_us + 1)
        buffers: list[bytes] = []
        offset, ordinal = segment.end, segment.batches
        for payload, records in batches:
            if payload:
                buffers += self._codec.header(payload, records, ordinal, offset, now_us), payload
                offset += framed_bytes(payload)
                ordinal += 1
        if not buffers:
            return
        self._disk.write(self._descriptor, buffers, segment.end)
        failpoint("spool.written")
        self._disk.sync(self._descriptor)
        failpoint("spool.synced")
        segment.first_at = segment.first_at or now_us / 1_000_000
        segment.records += sum(batch.records for batch in batches)
        segment.batches, segment.end = ordinal, offset

    def seal(self) -> None:
        """Ends the segment and truncates the file: unused space and the remains of a failed append are released."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, self.segment.end)
            self.segment.size = self.segment.end
        os.close(self._descriptor)
        self.segment.sealed = True


def framed_bytes(payload: bytes) -> int:
    """Bytes of a batch in a segment; 0 for a barrier."""
    return BATCH_HEADER_BYTES + len(payload) if payload else 0
