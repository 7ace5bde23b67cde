"""Reads the batches of one segment in order and in bounded memory, and skips damage."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Self

from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import BATCH_HEADER_BYTES, HEADER_BYTES, BatchCodec, BatchHeader, decode_batch_header
from failcat_sidecar.spool.types import Damage, Position, StoredBatch

_CHUNK_BYTES = 256 * 1024
_PAGE_BYTES = 4096


class SegmentReader:
    """A position in one segment's file. Not thread-safe. Raises OSError only when the file cannot be opened."""

    def __init__(self, path: Path, spool_id: bytes, sequence: int, disk: Disk) -> None:
        self.offset = HEADER_BYTES  # where the next batch is expected
        self.batches_seen = 0  # in the segment up to `offset`, damaged ones included
        self.unreadable = False  # some bytes could not be read and count as zeros
        self._name = path.name
        self._sequence = sequence
        self.codec = BatchCodec(spool_id, sequence)
        self._disk = disk
        self._window = b""
        self._window_start = 0
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._descriptor)

    def batches(self, end: int) -> Iterator[StoredBatch]:
        """The intact batches up to `end`, in order."""
        while (found := self.next(end)) is not None:
            if not isinstance(found, Damage):
                yield found

    def next(self, end: int) -> StoredBatch | Damage | None:
        """The next intact batch before `end`, or the damage in front of it. None when no batch follows."""
        batch = self._accept(self.offset, end)
        if batch is not None:
            return batch
        found = self._search(self.offset + 1, end)
        if found is None:
            return None
        # A sidecar may have been writing here: bytes in front of an intact batch are complete by now.
        self._window = b""
        return self._accept(self.offset, end) or self.skip(found, "damaged")

    def written_end(self, end: int) -> int:
        """Behind the last byte before `end` that is not zero or cannot be read; `offset` when there is none."""
        written = self.offset
        for start in range(self.offset, end, _CHUNK_BYTES):
            try:
                raw = self._disk.read(self._descriptor, min(_CHUNK_BYTES, end - start), start).rstrip(b"\0")
            except OSError:
                raw = bytes(min(_CHUNK_BYTES, end - start))
            written = start + len(raw) if raw else written
        return written

    def skip(self, to: int, reason: str) -> Damage:
        """Skips everything before `to`."""
        damage = Damage(self._name, self.offset, to, reason)
        self.offset = to
        return damage

    def _accept(self, offset: int, end: int) -> StoredBatch | None:
        """The batch at `offset`, if there is one; moves behind it."""
        found = self._parse(offset, end)
        if found is None:
            return None
        header, payload = found
        self.offset = offset + BATCH_HEADER_BYTES + header.length
        self.batches_seen = header.ordinal + 1
        position = Position(self._sequence, self.offset)
        return StoredBatch(payload, header.records, header.appended_at_us / 1_000_000, position)

    def _parse(self, offset: int, end: int) -> tuple[BatchHeader, bytes] | None:
        index = self._load(offset, BATCH_HEADER_BYTES, end)
        raw = self._window[index : index + BATCH_HEADER_BYTES]
        if len(raw) < BATCH_HEADER_BYTES or not raw.startswith(self.codec.marker):
            return None
        header = decode_batch_header(raw)
        behind = BATCH_HEADER_BYTES + header.length
        if header.offset != offset or offset + behind > end:
            return None
        index = self._load(offset, behind, end)
        payload = self._window[index + BATCH_HEADER_BYTES : index + behind]
        return (header, payload) if self.codec.intact(raw, header, payload) else None

    def _search(self, offset: int, end: int) -> int | None:
        """Where the first intact batch at or behind `offset` starts."""
        marker = self.codec.marker
        while offset < end:
            hit = self._window.find(marker, self._load(offset, len(marker), end))
            loaded_end = self._window_start + len(self._window)
            if hit >= 0:
                offset = self._window_start + hit
                if self._parse(offset, end):
                    return offset
                offset += 1
            elif loaded_end >= end or not self._window:
                return None
            else:
                offset = max(offset + 1, loaded_end - len(marker) + 1)
        return None

    def _load(self, offset: int, size: int, end: int) -> int:
        """Loads `size` bytes from `offset` into the window, fewer at the end of the file; returns their index in it."""
        index = offset - self._window_start
        if index >= 0 and index + size <= len(self._window):
            return index
        wanted = max(0, min(max(size, _CHUNK_BYTES), end - offset))
        try:
            self._window = self._disk.read(self._descriptor, wanted, offset)
        except OSError:
            self.unreadable = True
            self._window = _read_around_bad_sectors(self._disk, self._descriptor, wanted, offset)
        self._window_start = offset
        return 0


def _read_around_bad_sectors(disk: Disk, descriptor: int, size: int, offset: int) -> bytes:
    """An unreadable page costs the batches on it, not the segment: it reads as zeros, which is damage."""
    end = offset + size
    inner = range(offset - offset % _PAGE_BYTES + _PAGE_BYTES, end, _PAGE_BYTES)
    edges = [offset, *inner, end]
    return b"".join(_read_page(disk, descriptor, to - start, start) for start, to in pairwise(edges))


def _read_page(disk: Disk, descriptor: int, size: int, offset: int) -> bytes:
    try:
        return disk.read(descriptor, size, offset)
    except OSError:
        return bytes(size)
