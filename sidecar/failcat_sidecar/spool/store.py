"""The segments of one spool: appending, space, retention of drained ones. Blocks; the sync thread calls it."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from failcat_core.failpoints import failpoint
from failcat_sidecar.errors import SpoolDiskFailed, SpoolFull
from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import HEADER_BYTES, SegmentHeader
from failcat_sidecar.spool.manifest import Manifest, ManifestFile
from failcat_sidecar.spool.recovery import Inventory, survey_segment
from failcat_sidecar.spool.retained import RetainedFile, RetainedFiles
from failcat_sidecar.spool.segment import (
    UNFINISHED_SUFFIX,
    Segment,
    SegmentFile,
    SegmentWriter,
    State,
    framed_bytes,
)
from failcat_sidecar.spool.types import Damage, NewBatch

log = logging.getLogger("failcat.spool")

_SEGMENTS_IN_QUOTA = 4  # at least: draining must free room before everything is drained
_SMALLEST_SEGMENT_BYTES = 64 * 1024  # on a disk that fills up
_DAMAGES_REMEMBERED = 100
_PROBE_FILE = "probe"
_PROBE_SECONDS = 5.0  # without a write until one is tried


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """Space that the spool may take, and how long it retains drained segments."""

    max_bytes: int
    segment_bytes: int
    reserve_free_bytes: int
    keep_drained_seconds: float


class SegmentStore:
    """Other threads may read `waiting`, its segments and the counters; only the sync thread changes them."""

    def __init__(self, folder: Path, limits: SpoolLimits, disk: Disk, inventory: Inventory) -> None:
        sequences = [file.sequence for file in inventory.files]
        self.waiting: dict[int, Segment] = {}  # by sequence, oldest first
        self.damages: deque[Damage] = deque(maxlen=_DAMAGES_REMEMBERED)
        self.damaged_segments = 0
        self.torn_segments = 0
        self.disk_error = ""  # of the last write; empty when it succeeded
        self._out_of_space = False  # the last write failed so, whatever free_bytes() returns
        self._wrote_at = 0.0  # when a write last succeeded, monotonic seconds
        self.missing_segments = inventory.missing
        self._folder = folder
        self._limits = limits
        self._segment_bytes = min(limits.segment_bytes, limits.max_bytes // _SEGMENTS_IN_QUOTA)
        self._disk = disk
        self._retained = RetainedFiles(limits.keep_drained_seconds)
        self._writer: SegmentWriter | None = None
        self._manifest_file = ManifestFile(disk, folder)
        self._manifest = inventory.manifest or inventory.rebuilt_manifest()
        self._next_sequence = max([self._manifest.newest, *sequences]) + 1
        self._previous_batches = 0  # that segment `_next_sequence - 1` holds

    def recover(self, inventory: Inventory) -> None:
        """Takes over the segments of an earlier process. Raises OSError."""
        for leftover in self._folder.glob(f"*{UNFINISHED_SUFFIX}"):
            leftover.unlink()
        for file in inventory.files:
            if file.state is State.WAITING:
                self._take_over(inventory, file)
            else:
                status = file.path.stat()
                self._retained.add(file, status.st_size, time.time() - status.st_ctime)  # renaming set st_ctime
        if damage := inventory.manifest_damage:
            self._report(damage)
        if self.missing_segments:
            log.error("the spool lacks %d segments: their batches are lost", self.missing_segments)
        if inventory.manifest is None:
            self._manifest_file.write(self._manifest)
            self._disk.sync_folder(self._folder)

    # --- appending

    def has_room(self, incoming_bytes: int) -> bool:
        """Whether batches of this many framed bytes can be appended now."""
        writer = self._writer
        if writer is not None and incoming_bytes <= writer.room:
            return True
        return self._next_size(HEADER_BYTES + incoming_bytes) > 0

    def is_full(self, usual_bytes: int) -> bool:
        """Whether an append of this many bytes is refused; a smaller one may still fit."""
        smallest = min(self._segment_bytes // 8, _SMALLEST_SEGMENT_BYTES // 2)
        largest = self._limits.max_bytes // 2  # fits at least when nothing waits
        return self._out_of_space or not self.has_room(max(smallest, min(usual_bytes, largest)))

    def append(self, batches: Sequence[NewBatch]) -> int:
        """Makes the first batches durable, as many as one segment takes, and returns their number. Raises SpoolFull or
        SpoolDiskFailed: then none of them is stored."""
        first_bytes = next((framed_bytes(batch.payload) for batch in batches if batch.payload), 0)
        if not first_bytes:
            return len(batches)
        try:
            writer = self._writer_for(first_bytes)
            count = writer.fitting(batches)
            self._append(writer, batches[:count])
        except OSError as error:
            self._failed(error)
            if self._out_of_space:
                raise SpoolFull from error
            raise SpoolDiskFailed(f"The spool's disk failed: {error.strerror}") from error
        self._succeeded()
        return count

    def probe(self) -> None:
        """Tests whether writes succeed, unless a recent append has shown it. After a failure it starts a segment, as
        the next append would, so that intake is ready as soon as the disk is."""
        failed = bool(self.disk_error) or self._out_of_space
        if not failed and time.monotonic() - self._wrote_at < _PROBE_SECONDS:
            return
        try:
            self._manifest_file.write(self._manifest)
            if failed and (size := self._next_size(_SMALLEST_SEGMENT_BYTES)):
                self._start_segment(size)
        except OSError as error:
            self._failed(error)
        else:
            self._succeeded()

    def takes_writes(self) -> bool:
        """Writes a probe file, so that any thread may call it. True for a full disk, which is not dead."""
        path = self._folder / _PROBE_FILE
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._disk.write(descriptor, [b"?"], 0)
                self._disk.sync(descriptor)
            finally:
                os.close(descriptor)
                path.unlink()
        except OSError as error:
            return error.errno in (errno.ENOSPC, errno.EDQUOT)
        return True

    def _failed(self, error: OSError) -> None:
        self._out_of_space = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "" if self._out_of_space else error.strerror or str(error)
        if reason and reason != self.disk_error:
            log.error("writes to the spool's disk fail: %s", reason)
        self.disk_error = reason

    def _succeeded(self) -> None:
        if self.disk_error:
            log.warning("writes to the spool's disk succeed again")
        self.disk_error, self._out_of_space = "", False
        self._wrote_at = time.monotonic()

    def _append(self, writer: SegmentWriter, batches: Sequence[NewBatch]) -> None:
        try:
            writer.append(batches)
        except OSError:
            self._abandon(writer)
            raise
        segment = writer.segment
        sequence = segment.file.sequence
        self._previous_batches = segment.batches
        if sequence not in self.waiting:  # from now on its absence would be noticed
            self.waiting[sequence] = segment
            self._next_sequence = sequence + 1
            self._note(self._manifest._replace(newest=sequence, batches=segment.batches))
            return
        self._manifest = self._manifest._replace(batches=segment.batches)
        with suppress(OSError):  # as in _note()
            self._manifest_file.note(self._manifest)

    def _writer_for(self, framed: int) -> SegmentWriter:
        """The active segment, or a new one if it lacks the space. Raises SpoolFull or OSError."""
        old = self._writer
        if old is not None and framed <= old.room:
            return old
        size = self._next_size(HEADER_BYTES + framed)
        if not size:
            raise SpoolFull
        return self._start_segment(size)

    def _start_segment(self, size: int) -> SegmentWriter:
        """Makes a new segment the active one. Raises OSError; then the old one stays active."""
        old = self._writer
        self._make_room(size)
        spool_id, now_us = self._manifest.spool_id, time.time_ns() // 1000
        header = SegmentHeader(spool_id, self._next_sequence, now_us, self._previous_batches)
        self._writer = SegmentWriter.create(self._disk, self._folder, header, size)
        if old is not None:
            old.seal()
        return self._writer

    def _abandon(self, writer: SegmentWriter) -> None:
        """Seals the segment: after a failed write its content is unknown, except for the batches that were durable."""
        name, batches = writer.segment.file.path.name, writer.segment.batches
        log.error("the spool's disk failed: %s ends after %d batches", name, batches)
        self._writer = None
        writer.seal()
        self._remove_if_empty(writer)

    def _remove_if_empty(self, writer: SegmentWriter) -> None:
        if not writer.segment.batches:
            with suppress(OSError):
                writer.segment.file.path.unlink()

    # --- room

    def _next_size(self, needed_bytes: int) -> int:
        """Bytes of a new segment; 0 when there is no room for it. Segments get smaller on a disk that fills up."""
        quota_room = self._limits.max_bytes - sum(segment.size for segment in list(self.waiting.values()))
        disk_room = self._disk.free_bytes(self._folder) + self._retained.size - self._limits.reserve_free_bytes
        wanted = min(self._segment_bytes, max(_SMALLEST_SEGMENT_BYTES, disk_room // 2))
        size = max(needed_bytes, wanted)
        return size if size <= min(quota_room, disk_room) else 0

    def _make_room(self, size: int) -> None:
        """Deletes retained segments: accepting new failures matters more."""
        limits = self._limits
        waiting = sum(segment.size for segment in self.waiting.values())
        while (first := self._retained.first()) and (
            waiting + self._retained.size + size > limits.max_bytes
            or self._disk.free_bytes(self._folder) - size < limits.reserve_free_bytes
        ):
            self._delete(first)

    # --- draining

    def retire_segments(self, before: int) -> None:
        """Renames the segments before this sequence number, all of whose batches are in PostgreSQL."""
        for segment in [segment for sequence, segment in self.waiting.items() if sequence < before]:
            self._retire(segment)

    def expire(self) -> None:
        """Deletes segments whose retention has ended."""
        self._delete(self._retained.expired())

    def report(self, segment: Segment, damage: Damage) -> None:
        """Marks the segment as damaged, to be retained when its intact batches are drained. A torn append was reported
        at the start."""
        if damage.start >= segment.torn_from:
            return
        self.damaged_segments += not segment.is_damaged
        segment.is_damaged = True
        self._report(damage)

    def close(self, drained: bool) -> None:
        """Seals the active segment. `drained`: the queue is empty, so that no batch is replayed at the next start."""
        if self._writer is not None:
            self._writer.seal()
            self._remove_if_empty(self._writer)
            self._note(self._manifest)
            self._writer = None
        self._manifest_file.close()
        if drained:
            self.retire_segments(self._next_sequence)

    def _retire(self, segment: Segment) -> None:
        done = segment.file.renamed(State.DAMAGED if segment.is_damaged else State.DRAINED)
        try:
            segment.file.path.rename(done.path)
        except OSError as error:  # its batches are replayed after a restart, which is harmless
            log.warning("%s cannot be renamed: %s", segment.file.path.name, error.strerror)
            done = segment.file
        failpoint("spool.drained")
        self._retained.add(done, segment.size)
        del self.waiting[segment.file.sequence]

    def _delete(self, files: Sequence[RetainedFile]) -> None:
        for each in files:
            self._retained.remove(each)
        needed = [*self.waiting, self._retained.oldest_drained() or self._next_sequence]
        if files and min(needed) > self._manifest.oldest:
            self._note(self._manifest._replace(oldest=min(needed)))
        for each in files:
            with suppress(OSError):
                each.file.path.unlink()

    def _note(self, manifest: Manifest) -> None:
        self._manifest = manifest
        with suppress(OSError):  # the manifest serves only to notice missing files
            self._manifest_file.write(manifest)

    # --- recovery

    def _take_over(self, inventory: Inventory, file: SegmentFile) -> None:
        survey = survey_segment(inventory, file, self._disk)
        segment = survey.segment
        self.waiting[file.sequence] = segment
        self.damaged_segments += bool(survey.damages)
        self.torn_segments += bool(survey.torn)
        for damage in survey.damages:
            self._report(damage)
        for torn in survey.torn:
            log.warning("the spool's last append is not intact; its bytes are retained: %s", torn)
        if not survey.damages:
            self._trim(segment, survey.written_end)
        if file.sequence == self._next_sequence - 1:
            self._previous_batches = max(survey.batches_seen, inventory.expected_batches(file.sequence))

    def _trim(self, segment: Segment, written_end: int) -> None:
        """Releases the preallocated rest of the file."""
        with suppress(OSError):
            os.truncate(segment.file.path, written_end)
            segment.size = written_end

    def _report(self, damage: Damage) -> None:
        log.error("the spool is damaged: %s", damage)
        self.damages.append(damage)
