"""Records which batches the process was computing on when it died, so that one that kills it repeatedly is given up.

Only a death that a batch caused counts. The process sets a mark before each step of work on a batch and clears it when
the step waits, for PostgreSQL or anything else: a process that is killed while it waits blames no batch. The file must
outlive the process, not the machine, so it is not synced. A mark of an earlier boot is ignored: the machine went down,
not the process.

    boot id 16 · suspects: first, last, crashes · marked: first, last · batches given up: 64 · crc 4
    a batch: segment 8, offset 8; crashes 8
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from failcat_sidecar.spool.format import with_crc
from failcat_sidecar.spool.types import Position

NAME = "attempts"
MAX_CRASHES = 3  # in a row over one batch, until it is given up
MAX_GIVEN_UP = 64  # remembered; the oldest is tried again
_POSITION = Struct("<QQ")
_LAYOUT = Struct(f"<16s9Q{MAX_GIVEN_UP * _POSITION.size}s")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NOWHERE = Position(0, 0)


class _Suspects(NamedTuple):
    """The batches that caused the last death."""

    first: Position
    last: Position
    crashes: int  # in a row, while it computed on `first` alone; 0 for a range


_NOBODY = _Suspects(_NOWHERE, _NOWHERE, 0)


class AttemptsFile:
    """The mark of this process and the suspects of earlier ones. Methods block. Disk errors are ignored, because they
    lose nothing but the count of crashes."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._boot_id = _boot_id()
        self._suspects, self._given_up = _NOBODY, list[Position]()
        self._marked = _NOWHERE, _NOWHERE  # first and last batch
        self._is_tried = False  # the process survived a step of work on the suspect
        self._read()
        self.unmark()  # so that the next start does not count the same death again

    def mark(self, first: Position, last: Position) -> None:
        """Call before computing on these batches."""
        self._marked = first, last
        self._write(self._suspects)
        self._is_tried |= first == last == self._suspects.first

    def unmark(self) -> None:
        """Call before waiting, or before computing on something else."""
        suspects = self._suspects._replace(crashes=0) if self._is_tried else self._suspects
        self._marked = _NOWHERE, _NOWHERE
        self._write(suspects)

    def done(self, position: Position) -> None:
        """Call when all batches up to this one are stored or given up."""
        if position >= self._suspects.last:
            self._suspects = _NOBODY

    def give_up(self, position: Position) -> None:
        """Remembers it across restarts: the batch must not kill the process again when its segment is read."""
        self._given_up = [*self._given_up, position][-MAX_GIVEN_UP:]
        self._write(self._suspects)

    def close(self) -> None:
        os.close(self._descriptor)

    def suspects(self, position: Position) -> bool:
        """Whether the batch may have killed the process: such a batch is tried alone."""
        return self._suspects.first <= position <= self._suspects.last or position in self._given_up

    def crashes(self, position: Position) -> int:
        """Deaths in a row while the process computed on this batch alone."""
        return self._suspects.crashes if position == self._suspects.first else 0

    def is_given_up(self, position: Position) -> bool:
        return position in self._given_up

    def _read(self) -> None:
        raw = os.pread(self._descriptor, _LAYOUT.size + 4, 0)
        if len(raw) != _LAYOUT.size + 4 or with_crc(raw[: _LAYOUT.size]) != raw:
            return
        boot_id, *numbers, given_up = _LAYOUT.unpack(raw[: _LAYOUT.size])
        first, last, marked_first, marked_last = (Position(*numbers[at : at + 2]) for at in (0, 2, 5, 7))
        listed = (Position(*fields) for fields in _POSITION.iter_unpack(given_up))
        self._given_up = [position for position in listed if position != _NOWHERE]
        self._suspects = _Suspects(first, last, numbers[4])
        if marked_first != _NOWHERE and boot_id == self._boot_id:
            alone = marked_first == marked_last
            self._suspects = _Suspects(marked_first, marked_last, self.crashes(marked_first) + 1 if alone else 0)

    def _write(self, suspects: _Suspects) -> None:
        first, last, crashes = suspects
        marked_first, marked_last = self._marked
        given_up = b"".join(_POSITION.pack(*position) for position in self._given_up)
        raw = _LAYOUT.pack(self._boot_id, *first, *last, crashes, *marked_first, *marked_last, given_up)
        with suppress(OSError):
            os.pwrite(self._descriptor, with_crc(raw), 0)


def _boot_id() -> bytes:
    """Changes with every boot of the machine; zeros where the system has none."""
    try:
        return bytes.fromhex(_BOOT_ID.read_text().strip().replace("-", ""))
    except (OSError, ValueError):
        return bytes(16)
