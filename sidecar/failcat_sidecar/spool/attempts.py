"""Which batches the process was working on when it died, so that one that kills it again and again can be set aside.

The file is written before each attempt and emptied after it, without a sync: it must outlive the process, not the
machine.

    first batch: segment 8, offset 8 · last batch: segment 8, offset 8 · crashes 8 · zero 4 · crc 4
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from struct import Struct

from failcat_sidecar.spool.format import with_crc
from failcat_sidecar.spool.types import Position

NAME = "attempts"
_LAYOUT = Struct("<QQQQQ4x")
_NOWHERE = Position(0, 0)


class Attempts:
    """The attempt under way, and who is suspected since the last start. Methods block; the disk's errors are ignored,
    because then only the memory of crashes is lost."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._first, self._last, self._crashes = self._read()

    def begin(self, first: Position, last: Position) -> None:
        self._write(first, last, self.crashes(first) if first == last else 0)

    def finish(self) -> None:
        self._write(_NOWHERE, _NOWHERE, 0)

    def close(self) -> None:
        os.close(self._descriptor)

    def suspects(self, position: Position) -> bool:
        """Whether the process may have died of this batch: such a batch is to be tried alone."""
        return self._first <= position <= self._last

    def crashes(self, position: Position) -> int:
        """How often in a row the process died while it worked on this batch alone."""
        return self._crashes if position == self._first else 0

    def _read(self) -> tuple[Position, Position, int]:
        raw = os.pread(self._descriptor, _LAYOUT.size + 4, 0)
        if len(raw) != _LAYOUT.size + 4 or with_crc(raw[: _LAYOUT.size]) != raw:
            return _NOWHERE, _NOWHERE, 0
        first_segment, first_offset, last_segment, last_offset, crashes = _LAYOUT.unpack(raw[: _LAYOUT.size])
        first, last = Position(first_segment, first_offset), Position(last_segment, last_offset)
        return first, last, crashes + 1 if first == last != _NOWHERE else 0

    def _write(self, first: Position, last: Position, crashes: int) -> None:
        with suppress(OSError):
            os.pwrite(self._descriptor, with_crc(_LAYOUT.pack(*first, *last, crashes)), 0)
