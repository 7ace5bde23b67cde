"""Which segments there must be: 64 bytes beside the segments, so that a missing file is noticed.

    magic 8 · version 2 · zero 6 · spool id 16 · oldest 8 · newest 8 · batches 8 · zero 4 · crc 4

It is overwritten in place, because a full disk has no room for a second file. It lies within one disk sector, and
losing it costs nothing but this check: the segments' headers carry the spool id too.
"""

from __future__ import annotations

import os
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import FORMAT_VERSION, checked_fields, with_crc

NAME = "manifest"
_MAGIC = b"FAILSPOO"
_LAYOUT = Struct("<8sH6x16sQQQ4x")


class Manifest(NamedTuple):
    """What the folder must hold."""

    spool_id: bytes
    oldest: int  # no older segment is needed any more
    newest: int  # the newest segment that holds a durable batch; 0 before the first
    batches: int  # how many batches `newest` held at least when this was written

    def write(self, disk: Disk, folder: Path) -> None:
        """Durable when it returns. Raises OSError."""
        descriptor = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            disk.write(descriptor, [with_crc(_LAYOUT.pack(_MAGIC, FORMAT_VERSION, *self))], 0)
            disk.sync(descriptor)
        finally:
            os.close(descriptor)

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """None when it is missing or damaged. Raises NewerFormat."""
        try:
            raw = (folder / NAME).read_bytes()
        except OSError:
            return None
        fields = checked_fields(_LAYOUT, _MAGIC, raw)
        return None if fields is None else cls(*fields)
