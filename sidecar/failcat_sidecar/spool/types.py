"""Values that pass between the spool, its writers and its reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Position(NamedTuple):
    """Where a batch ends; positions compare in the order of the queue."""

    segment: int  # the segment's sequence number
    offset: int  # bytes from the start of the segment's file


class NewBatch(NamedTuple):
    """A batch to be appended; an empty payload is a barrier and is not written."""

    payload: bytes
    records: int


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """One intact batch as it was appended."""

    payload: bytes
    records: int
    appended_at: float  # seconds since the Unix epoch
    position: Position
    drained: bool = False  # its segment is known to be in PostgreSQL
    crashes: int = 0  # deaths in a row while the process computed on this batch alone
    given_up: bool = False  # a copy is stored elsewhere, see Spool.give_up


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a segment without an intact batch where one was, or may have been."""

    segment: str  # the file's name
    start: int  # offset of its first byte
    end: int  # offset behind its last byte
    reason: str

    def __str__(self) -> str:
        return f"{self.segment}: bytes {self.start} to {self.end}: {self.reason}"


@dataclass(frozen=True, slots=True)
class SpoolStats:
    """The spool at one moment."""

    bytes: int  # of queued batches
    records: int  # in queued batches
    capacity_bytes: int  # the quota
    oldest_age_seconds: float  # of the oldest queued batch; 0 when none is queued
    full: bool  # an append of the usual size would be refused
    disk_error: str  # why writes fail; empty while they succeed
    damaged_segments: int  # found since the start
    torn_segments: int  # found at the start: their last append is not intact, and may have been acknowledged
    missing_segments: int  # found at the start
