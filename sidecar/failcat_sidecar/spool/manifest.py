"""Lists the segments that must exist: 64 bytes beside the segments, so that a missing file is noticed.

    magic 8 · version 2 · zero 6 · spool id 16 · oldest 8 · newest 8 · batches 8 · zero 4 · crc 4

It is overwritten in place, because a full disk has no room for a second file. It fits into one disk sector. Losing it
costs nothing but this check: the segments' headers have the spool id, too.

After each append the number of batches is noted without a sync. The note survives a kill of the process, so that then
every missing batch is noticed; after a power cut it may be some appends behind.
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
    """The segments and batches that the folder must hold."""

    spool_id: bytes
    oldest: int  # no older segment is needed any more
    newest: int  # the newest segment that holds a durable batch; 0 before the first
    batches: int  # how many batches `newest` held at least when this was written

    def encode(self) -> bytes:
        return with_crc(_LAYOUT.pack(_MAGIC, FORMAT_VERSION, *self))

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """None when it is missing or damaged. Raises NewerFormat."""
        try:
            raw = (folder / NAME).read_bytes()
        except OSError:
            return None
        fields = checked_fields(_LAYOUT, _MAGIC, raw)
        return None if fields is None else cls(*fields)


class ManifestFile:
    """Overwrites the manifest. Methods block and raise OSError."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self._disk = disk
        self._folder = folder
        self._descriptor: int | None = None

    def write(self, manifest: Manifest) -> None:
        """Durable when it returns. Opens the file again, because another disk may have been mounted since."""
        self.close()
        self._descriptor = os.open(self._folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.note(manifest)
        self._disk.sync(self._descriptor)

    def note(self, manifest: Manifest) -> None:
        """Survives the process, not the machine. Does nothing before the first write()."""
        if self._descriptor is not None:
            self._disk.write(self._descriptor, [manifest.encode()], 0)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
