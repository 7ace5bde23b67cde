"""Whole batches that the writer gave up, as files: DATA_DIR/set-aside/ID.msgpack is the batch as it was spooled,
ID.json says why it is here, and ID.shown is there once somebody has looked at it.

The folder is bounded. Acknowledged failures are never thrown away for it: when it is full, the batch stays in the spool
and everything waits behind it until the operator replays or drops what is here.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from failcat_sidecar.spool import StoredBatch

FOLDER = "set-aside"
MAX_BYTES = 256 << 20  # of all batches together; a single one may be larger
MAX_FILES = 1_000  # batches
MAX_DETAIL_CHARACTERS = 1024
UNKNOWN = "unknown"  # the reason of a batch that an earlier release set aside
_BATCH, _REASON, _SHOWN = ".msgpack", ".json", ".shown"


@dataclass(frozen=True, slots=True)
class Why:
    """What ID.json holds."""

    reason: str  # from a closed set
    detail: str
    records: int
    set_aside_at: float  # seconds since the Unix epoch


@dataclass(frozen=True, slots=True)
class AsideBatch:
    """One batch in the folder."""

    id: str
    path: Path
    size: int  # bytes
    why: Why
    shown: bool

    def payload(self) -> bytes:
        """As it was spooled. Raises OSError."""
        return self.path.read_bytes()


class SetAsideFull(OSError):
    """The folder's bound is reached."""


class SetAsideFolder:
    """Methods block and raise OSError. A command may use it beside the sidecar: files come and go as a whole."""

    def __init__(self, data_dir: Path, max_bytes: int = MAX_BYTES, max_files: int = MAX_FILES) -> None:
        self.path = data_dir / FOLDER
        self._max_bytes = max_bytes
        self._max_files = max_files

    def keep(self, batch: StoredBatch, reason: str, detail: str) -> Path:
        """Returns when the batch would survive a power cut here. The same batch is kept once."""
        name = f"{batch.position.segment}-{batch.position.offset}-{_digest(batch.payload)}"
        path = self.path / f"{name}{_BATCH}"
        if not path.exists():
            self.path.mkdir(mode=0o700, exist_ok=True)
            self._check_room(len(batch.payload))
            why = Why(reason, detail[:MAX_DETAIL_CHARACTERS], batch.records, time.time())
            _write(path.with_suffix(_REASON), json.dumps(asdict(why)).encode())
            _write(path, batch.payload)
        _sync_folder(self.path)
        return path

    def batches(self) -> list[AsideBatch]:
        """The oldest first."""
        found = []
        for path in self._files():
            with suppress(FileNotFoundError):  # replayed or dropped a moment ago
                status = path.stat()
                why = _why(path, status.st_mtime)
                shown = path.with_suffix(_SHOWN).exists()
                found.append(AsideBatch(path.stem, path, status.st_size, why, shown))
        return sorted(found, key=lambda batch: (batch.why.set_aside_at, batch.id))

    def note_shown(self, batch: AsideBatch) -> None:
        _write(batch.path.with_suffix(_SHOWN), b"")
        _sync_folder(self.path)

    def keep_only(self, batch: AsideBatch, payload: bytes, records: int) -> None:
        """The rest of it is stored."""
        _write(batch.path, payload)
        _write(batch.path.with_suffix(_REASON), json.dumps(asdict(replace(batch.why, records=records))).encode())
        _sync_folder(self.path)

    def remove(self, batch: AsideBatch) -> None:
        """The batch first: what would be left over explains nothing."""
        for suffix in (_BATCH, _REASON, _SHOWN):
            batch.path.with_suffix(suffix).unlink(missing_ok=True)
        _sync_folder(self.path)

    def _files(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (path for path in self.path.iterdir() if path.suffix == _BATCH)

    def _check_room(self, incoming_bytes: int) -> None:
        sizes = [path.stat().st_size for path in self._files()]
        if sizes and (sum(sizes) + incoming_bytes > self._max_bytes or len(sizes) >= self._max_files):
            raise SetAsideFull(f"{self.path} is full: replay or drop what is there, see `failcat quarantine ls`")


def _digest(payload: bytes) -> str:
    """Two spools that lived in one data folder number their segments alike."""
    return blake2b(payload, digest_size=4).hexdigest()


def _why(path: Path, modified_at: float) -> Why:
    try:
        fields: dict[str, Any] = json.loads(path.with_suffix(_REASON).read_bytes())
        return Why(**fields)
    except (OSError, ValueError, TypeError):
        return Why(UNKNOWN, "", 0, modified_at)


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
