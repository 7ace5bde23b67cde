"""Reads the spool's folder at every start, and for the command line beside a running sidecar. Changes nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from failcat_sidecar.errors import DataFolderError
from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import FORMAT_VERSION, HEADER_BYTES, NewerFormat, SegmentHeader
from failcat_sidecar.spool.manifest import NAME as MANIFEST
from failcat_sidecar.spool.manifest import Manifest
from failcat_sidecar.spool.reader import SegmentReader
from failcat_sidecar.spool.segment import Segment, SegmentFile, State, list_segments
from failcat_sidecar.spool.types import Damage, StoredBatch

NO_MANIFEST = "missing or damaged: missing segments may go unnoticed"
TORN = "no intact batch: an append that was cut short before it was acknowledged, or damage"


@dataclass(frozen=True, slots=True)
class Inventory:
    """The folder's files, their headers and the manifest."""

    files: list[SegmentFile]  # oldest first
    headers: dict[int, SegmentHeader]  # by sequence; damaged ones are absent
    manifest: Manifest | None
    spool_id: bytes  # random when neither the manifest nor a header has it

    @property
    def missing(self) -> int:
        """The number of missing segments."""
        _, oldest, newest, _ = self.manifest or self.rebuilt_manifest()
        return max(0, newest + 1 - oldest - sum(oldest <= file.sequence <= newest for file in self.files))

    def rebuilt_manifest(self) -> Manifest:
        """The manifest that follows from the files. Damaged segments are not needed, and may be of any age."""
        newest = max((file.sequence for file in self.files), default=0)
        needed = (file.sequence for file in self.files if file.state is not State.DAMAGED)
        return Manifest(self.spool_id, min(needed, default=newest + 1), newest, 0)

    @property
    def manifest_damage(self) -> Damage | None:
        """The damage of a missing manifest; it is written before the first segment."""
        return Damage(MANIFEST, 0, 0, NO_MANIFEST) if self.files and self.manifest is None else None

    def expected_batches(self, sequence: int) -> int:
        """The number of durable batches that the segment is known to have held, at least."""
        following = self.headers.get(sequence + 1)
        if following is not None:
            return following.previous_batches
        if self.manifest is not None and self.manifest.newest == sequence:
            return self.manifest.batches
        return 0


@dataclass(slots=True)
class Survey:
    """One segment, read from end to end."""

    segment: Segment
    batches_seen: int = 0  # damaged ones that an intact one follows included
    last_at: float = 0.0  # when the last intact batch was appended, seconds since the Unix epoch
    written_end: int = 0  # behind the last byte that is not zero
    damages: list[Damage] = field(default_factory=list)  # acknowledged batches are lost
    torn: list[Damage] = field(default_factory=list)  # acknowledged batches may be lost


class Gap(NamedTuple):
    """A stretch without an intact batch, followed by one."""

    damage: Damage
    ordinal: int  # of the first batch that is missing
    next_at: float  # when the batch behind it was appended


def take_inventory(folder: Path) -> Inventory:
    """Raises DataFolderError when the spool was written by a newer Failcat."""
    files = list_segments(folder)
    try:
        manifest = Manifest.read(folder)
        found = ((file, SegmentHeader.decode(_first_bytes(file.path))) for file in files)
        headers = {file.sequence: header for file, header in found if header and header.sequence == file.sequence}
    except NewerFormat as newer:
        raise DataFolderError(
            f"{folder} was written by a newer Failcat (spool format {newer}; this one reads up to {FORMAT_VERSION})"
        ) from None
    known = [manifest.spool_id] if manifest else [header.spool_id for header in headers.values()]
    return Inventory(files, headers, manifest, known[-1] if known else os.urandom(16))


def survey_segment(inventory: Inventory, file: SegmentFile, disk: Disk) -> Survey:
    """Reads the whole file. Only the last append can be torn. The counts in the manifest and in the next segment's
    header tell how many batches were acknowledged, at least."""
    size = file.path.stat().st_size
    survey = Survey(Segment(file, _spool_id(inventory, file), size))
    if file.sequence not in inventory.headers:
        survey.damages.append(Damage(file.path.name, 0, min(HEADER_BYTES, size), "damaged header"))
    expected = inventory.expected_batches(file.sequence)
    with open_segment(inventory, file, disk) as reader:
        _judge(survey, _read(survey, reader, size), expected)
        survey.segment.end, survey.batches_seen = reader.offset, reader.batches_seen
        survey.written_end = reader.written_end(size)
    _judge_tail(survey, expected)
    survey.segment.is_damaged = bool(survey.damages or survey.torn)
    return survey


def _read(survey: Survey, reader: SegmentReader, size: int) -> list[Gap]:
    """Counts the intact batches; returns the gaps between them."""
    gaps: list[Gap] = []
    gap: Damage | None = None
    ordinal = 0
    while (found := reader.next(size)) is not None:
        if isinstance(found, Damage):
            gap, ordinal = found, reader.batches_seen
            continue
        if gap is not None:
            gaps.append(Gap(gap, ordinal, found.appended_at))
            gap = None
        _count(survey, found)
    return gaps


def _judge(survey: Survey, gaps: Sequence[Gap], expected: int) -> None:
    """A gap is damage when its batches are known to have been durable: they were counted, or a later append follows."""
    for gap in gaps:
        if gap.ordinal < expected or gap.next_at != survey.last_at:
            survey.damages.append(gap.damage)
        else:
            survey.segment.torn_from = min(survey.segment.torn_from, gap.damage.start)
            survey.torn.append(replace(gap.damage, reason=TORN))


def _judge_tail(survey: Survey, expected: int) -> None:
    """Judges the bytes behind the last intact batch; the preallocated rest of a segment is zeros."""
    name, end = survey.segment.file.path.name, survey.segment.end
    lost = expected - survey.batches_seen
    if lost > 0:
        survey.damages.append(Damage(name, end, survey.segment.size, f"{lost} batches are missing at the end"))
    elif survey.written_end > end:
        survey.torn.append(Damage(name, end, survey.written_end, TORN))


def open_segment(inventory: Inventory, file: SegmentFile, disk: Disk) -> SegmentReader:
    """Raises OSError."""
    return SegmentReader(file.path, _spool_id(inventory, file), file.sequence, disk)


def _count(survey: Survey, found: StoredBatch) -> None:
    segment = survey.segment
    segment.first_at = segment.first_at or found.appended_at
    survey.last_at = found.appended_at
    segment.batches += 1
    segment.records += found.records


def _spool_id(inventory: Inventory, file: SegmentFile) -> bytes:
    header = inventory.headers.get(file.sequence)
    return header.spool_id if header else inventory.spool_id


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEADER_BYTES)
    except OSError:
        return b""
