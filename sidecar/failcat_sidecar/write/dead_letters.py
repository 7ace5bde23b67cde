"""Dead letters: whole batches that the writer gave up, as files. DATA_DIR/set-aside/ID.msgpack is the batch as it was
spooled, ID.json holds the cause, and ID.shown exists once somebody has listed it.

The folder is bounded. Acknowledged failures are never dropped for the bound: when it is reached, the batch stays in the
spool and blocks it until the operator replays or drops dead letters.
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

from failcat_sidecar.spool import Disk, StoredBatch

FOLDER = "set-aside"
MAX_BYTES = 256 << 20  # of all batches together; a single one may be larger
MAX_FILES = 1_000  # batches
MAX_DETAIL_CHARACTERS = 1024
UNKNOWN = "unknown"  # the reason of a batch that an earlier release wrote
_BATCH, _REASON, _SHOWN = ".msgpack", ".json", ".shown"


@dataclass(frozen=True, slots=True)
class Cause:
    """The content of ID.json."""

    reason: str  # from a closed set
    detail: str
    records: int
    set_aside_at: float  # seconds since the Unix epoch


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One batch in the folder."""

    id: str
    path: Path
    size: int  # bytes
    cause: Cause
    shown: bool

    def payload(self) -> bytes:
        """As it was spooled. Raises OSError."""
        return self.path.read_bytes()


class DeadLettersFull(OSError):
    """The folder's bound is reached."""


class DeadLetterFolder:
    """Methods block and raise OSError. A command may use it beside the sidecar: files appear and disappear whole."""

    def __init__(self, data_dir: Path, max_bytes: int = MAX_BYTES, max_files: int = MAX_FILES) -> None:
        self.path = data_dir / FOLDER
        self._max_bytes = max_bytes
        self._max_files = max_files

    def keep(self, batch: StoredBatch, reason: str, detail: str) -> Path:
        """Returns when the batch would survive a power cut. The same batch is kept once."""
        name = f"{batch.position.segment}-{batch.position.offset}-{_digest(batch.payload)}"
        path = self.path / f"{name}{_BATCH}"
        if not path.exists():
            self.path.mkdir(mode=0o700, exist_ok=True)
            self._check_room(len(batch.payload))
            cause = Cause(reason, detail[:MAX_DETAIL_CHARACTERS], batch.records, time.time())
            _write(path.with_suffix(_REASON), json.dumps(asdict(cause)).encode())
            _write(path, batch.payload)
        Disk().sync_folder(self.path)
        return path

    def batches(self) -> list[DeadLetter]:
        """The oldest first."""
        found = []
        for path in self._files():
            with suppress(FileNotFoundError):  # replayed or dropped a moment ago
                status = path.stat()
                cause = _cause(path, status.st_mtime)
                shown = path.with_suffix(_SHOWN).exists()
                found.append(DeadLetter(path.stem, path, status.st_size, cause, shown))
        return sorted(found, key=lambda batch: (batch.cause.set_aside_at, batch.id))

    def note_shown(self, batch: DeadLetter) -> None:
        _write(batch.path.with_suffix(_SHOWN), b"")
        Disk().sync_folder(self.path)

    def keep_only(self, batch: DeadLetter, payload: bytes, records: int) -> None:
        """Shrinks the batch to the records that are not stored yet."""
        _write(batch.path, payload)
        _write(batch.path.with_suffix(_REASON), json.dumps(asdict(replace(batch.cause, records=records))).encode())
        Disk().sync_folder(self.path)

    def remove(self, batch: DeadLetter) -> None:
        """Removes the batch first: the other files alone have no effect."""
        for suffix in (_BATCH, _REASON, _SHOWN):
            batch.path.with_suffix(suffix).unlink(missing_ok=True)
        Disk().sync_folder(self.path)

    def _files(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (path for path in self.path.iterdir() if path.suffix == _BATCH)

    def _check_room(self, incoming_bytes: int) -> None:
        sizes = [path.stat().st_size for path in self._files()]
        if sizes and (sum(sizes) + incoming_bytes > self._max_bytes or len(sizes) >= self._max_files):
            raise DeadLettersFull(f"{self.path} is full: replay or drop its batches, see `failcat quarantine ls`")


def _digest(payload: bytes) -> str:
    """Tells apart batches of two spools that used one data folder and numbered their segments alike."""
    return blake2b(payload, digest_size=4).hexdigest()


def _cause(path: Path, modified_at: float) -> Cause:
    try:
        fields: dict[str, Any] = json.loads(path.with_suffix(_REASON).read_bytes())
        return Cause(**fields)
    except (OSError, ValueError, TypeError):
        return Cause(UNKNOWN, "", 0, modified_at)


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
