"""Erases a subject from this host's files: the spool and the dead letters."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec

from failcat_core.records import (
    UNDECODABLE,
    FailureRecord,
    LossRecord,
    Record,
    decode,
    encode,
    encode_filled,
)
from failcat_core.subject import Subject
from failcat_sidecar.cli.quarantine_replay import dies
from failcat_sidecar.errors import DataFolderError, FailcatError
from failcat_sidecar.settings import Address
from failcat_sidecar.spool import Disk, StoredBatch
from failcat_sidecar.spool.erase import erase
from failcat_sidecar.spool.lock import lock_folder
from failcat_sidecar.spool.recovery import Inventory, open_segment, take_inventory
from failcat_sidecar.spool.segment import SegmentFile, State
from failcat_sidecar.write.dead_letters import UNKNOWN, DeadLetter, DeadLetterFolder

WAIT_SECONDS, POLL_SECONDS = 60.0, 0.2


@dataclass(slots=True)
class LocalFiles:
    """The files of one data folder that tell of a subject."""

    data_dir: Path
    subject: Subject
    failures: set[bytes]  # ids of the subject's failures, as far as they are known; grows
    spooled: int = 0  # records in the spool
    dead: int = 0  # records in dead letters
    newest_at: float = 0.0  # when the newest of the spooled records was appended, seconds since the Unix epoch
    left: list[str] = field(default_factory=list)  # what cannot be erased here, and what to do

    def find(self) -> None:
        """Counts, and learns the ids of failures that are in no other place. Raises DataFolderError."""
        self.spooled, self.dead, self.newest_at, self.left = 0, 0, 0.0, []
        inventory = self._inventory()
        for file in inventory.files:
            with suppress(FileNotFoundError), open_segment(inventory, file, Disk()) as reader:
                for batch in reader.batches(file.path.stat().st_size):
                    self._find_in(batch)
        for letter in self._letters().batches():
            records = self._records(letter)
            self.failures.update(_failure_ids(records, self.subject))
            self.dead += sum(self.subject.covers(record, self.failures) for record in records)

    def erase(self, admin: Address | None) -> None:
        """Erases what `find` has counted; what a running sidecar has not delivered yet is waited for. Raises
        FailcatError."""
        with _exclusive(self.data_dir / "spool") as is_ours:
            if not is_ours and self.spooled:
                _wait_until_delivered(admin, self.newest_at)
            inventory = self._inventory()
            for file in inventory.files:
                with suppress(FileNotFoundError):
                    self._erase_segment(inventory, file)
        folder = self._letters()
        for letter in folder.batches():
            records = self._records(letter)
            kept = [record for record in records if not self.subject.covers(record, self.failures)]
            if records and not kept:
                folder.remove(letter)
            elif len(kept) < len(records):
                folder.keep_only(letter, encode(kept), len(kept))

    def _find_in(self, batch: StoredBatch) -> None:
        with suppress(*UNDECODABLE):
            records = decode(batch.payload)
            self.failures.update(_failure_ids(records, self.subject))
            count = sum(self.subject.covers(record, self.failures) for record in records)
            self.spooled += count
            self.newest_at = batch.appended_at if count else self.newest_at

    def _erase_segment(self, inventory: Inventory, file: SegmentFile) -> None:
        erase(inventory, file, self._replacement)
        if file.state is State.DAMAGED and self.subject.is_named_in(file.path.read_bytes()):
            self.left.append(f"{file.path} has damaged bytes that name it: delete the file when it was examined")

    def _replacement(self, batch: StoredBatch) -> bytes | None:
        try:
            records = decode(batch.payload)
        except UNDECODABLE:
            if self.subject.is_named_in(batch.payload):
                self.left.append(f"a batch of segment {batch.position.segment} that this release cannot read names it")
            return None
        kept = [left for record in records if (left := self._kept(record)) is not None]
        return None if kept == records else _encode(kept, len(batch.payload))

    def _kept(self, record: Record) -> Record | None:
        if not self.subject.covers(record, self.failures):
            return record
        return _without_names(record) if isinstance(record, LossRecord) else None

    def _records(self, letter: DeadLetter) -> list[Record]:
        """Empty when it cannot be read."""
        where = f"dead letter {letter.id}"
        if letter.cause.reason in ("crashes", UNKNOWN) and dies(lambda: decode(letter.payload())):
            self.left.append(f"{where} kills the process that reads it: `failcat quarantine drop {letter.id}`")
            return []
        try:
            payload = letter.payload()
        except FileNotFoundError:
            return []
        try:
            return decode(payload)
        except UNDECODABLE:
            if self.subject.is_named_in(payload):
                self.left.append(f"{where} cannot be read and names it: `failcat quarantine drop {letter.id}`")
            return []

    def _inventory(self) -> Inventory:
        folder = self.data_dir / "spool"
        try:
            return take_inventory(folder)
        except FileNotFoundError:
            return Inventory([], {}, None, b"")
        except OSError as error:
            raise DataFolderError(f"{folder} cannot be read: {error.strerror}") from error

    def _letters(self) -> DeadLetterFolder:
        return DeadLetterFolder(self.data_dir)


def _failure_ids(records: list[Record], subject: Subject) -> Iterator[bytes]:
    """Of the run or the service, which records of other kinds do not know."""
    for record in records:
        if isinstance(record, FailureRecord) and subject.tenant is None and subject.covers(record, ()):
            yield from (record.id, record.own_id)


def _encode(records: list[Record], size_bytes: int) -> bytes | None:
    """None when what is left out is too little to be replaced: then it holds nothing but ids."""
    encoded = encode(records)
    if len(encoded) == size_bytes:
        return encoded
    with suppress(ValueError):
        return encode_filled(records, size_bytes)
    return None


def _without_names(loss: LossRecord) -> LossRecord:
    """As long as before: a replay counts the loss again, but tells no longer whose it was."""
    masked = {
        name: "-" * len(value.encode())
        for name in ("run_id", "tenant_id", "service_name")
        if (value := getattr(loss, name)) is not None
    }
    return msgspec.structs.replace(loss, **masked)


@contextmanager
def _exclusive(folder: Path) -> Iterator[bool]:
    """Whether no sidecar uses the spool; then none can start in the block."""
    if not folder.exists():
        yield True
        return
    try:
        descriptor = lock_folder(folder)
    except DataFolderError:
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)


def _wait_until_delivered(admin: Address | None, appended_at: float) -> None:
    """Returns when the sidecar of this host has written what was appended until then. Raises FailcatError."""
    if admin is None:
        raise FailcatError("a sidecar runs on this data folder: stop it, or name its FAILCAT_ADMIN")
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        oldest_age = _oldest_age_seconds(admin)
        if oldest_age is not None and (oldest_age == 0 or time.time() - oldest_age > appended_at + 1):
            return
        time.sleep(POLL_SECONDS)
    raise FailcatError(
        f"the spool still holds records that are not in PostgreSQL after {WAIT_SECONDS:.0f} s, or the sidecar does not "
        f"answer on {admin}: nothing was erased; see `failcat doctor`"
    )


def _oldest_age_seconds(admin: Address) -> float | None:
    with closing(HTTPConnection(admin.local.host, admin.port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return float(json.loads(connection.getresponse().read(1 << 16))["spool_oldest_seconds"])
        except (OSError, HTTPException, ValueError, KeyError):
            return None
