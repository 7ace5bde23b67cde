"""`failcat spool replay`: writes retained batches again, after a failover or a restore that lost commits."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from failcat_core import records
from failcat_sidecar.cli.database import find_database
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.cli.replay_write import connected, write
from failcat_sidecar.errors import DataFolderError
from failcat_sidecar.spool import Disk, StoredBatch
from failcat_sidecar.spool.reader import SegmentReader
from failcat_sidecar.spool.recovery import open_segment, take_inventory

if TYPE_CHECKING:
    from failcat_storage.store import WriteResult

MAX_RECORDS, MAX_BYTES = 2_000, 4 << 20  # of a transaction
PROGRESS_SECONDS = 2.0
UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

EPILOG = """\b
Examples:
  failcat spool replay --since 10m
  failcat spool replay --since 2026-12-01T13:30:00Z --json

Drained segments are kept for ten minutes, damaged ones and those that are not full until their room is needed: run it
soon, beside the running sidecar or without one. What is in the database already is not stored twice. Exits with 1 when
a batch cannot be decoded."""


def parse_since(text: str) -> float:
    """A duration before now or a time in ISO 8601, as seconds since the Unix epoch. Raises click.BadParameter."""
    number, unit = text[:-1], text[-1:]
    try:
        if number.isdecimal() and unit in UNITS:
            return (datetime.now(UTC) - timedelta(seconds=int(number) * UNITS[unit])).timestamp()
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is neither a duration such as 90s, 10m or 2h nor a time such as 2026-12-01T13:30Z"
        ) from None


@dataclass(slots=True)
class ReplaySummary:
    """The results of a replay; `new` records were not in the database."""

    oldest: str | None = None  # when the first batch that was written was spooled
    batches: int = 0
    records: int = 0
    new_failures: int = 0
    new_recoveries: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    undecodable_batches: int = 0

    def add(self, written: WriteResult) -> None:
        self.new_failures += written.inserted
        self.new_recoveries += written.recoveries
        for reason, count in written.quarantined.items():
            self.quarantined[reason] = self.quarantined.get(reason, 0) + count

    def __str__(self) -> str:
        text = f"{self.records:,} records in {self.batches:,} batches"
        if self.oldest:
            text += f", the oldest of {self.oldest}"
        text += f": {self.new_failures:,} failures and {self.new_recoveries:,} recovery outcomes are new"
        for reason, count in self.quarantined.items():
            text += f", {count:,} quarantined ({reason})"
        return text


@click.command(epilog=EPILOG, short_help="Write batches to PostgreSQL again after a failover.")
@with_settings("database_url", "data_dir")
@click.option(
    "--since",
    metavar="DURATION|TIME",
    required=True,
    callback=lambda _context, _option, text: parse_since(text),
    help="From when on batches are written: how long ago, or a time.",
)
@click.option("--json", "as_json", is_flag=True, help="The summary as a JSON object.")
def replay(*, database_url: str | None, data_dir: Path, since: float, as_json: bool) -> None:
    """Write all batches that were spooled since then to PostgreSQL again, drained ones too, and print how many of their
    records were new. A time without an offset is UTC."""
    done = ReplaySummary()
    with ExitStack() as opened:
        readers = _open(data_dir / "spool", opened)
        asyncio.run(_replay(find_database(database_url, data_dir), _batches(readers, since), done))
    click.echo(json.dumps(asdict(done)) if as_json else str(done))
    if done.undecodable_batches:
        raise SystemExit(1)


def _open(folder: Path, opened: ExitStack) -> list[tuple[SegmentReader, int]]:
    """All segments and their sizes, oldest first, opened at once: a running sidecar may delete them meanwhile."""
    try:
        inventory = take_inventory(folder)
    except OSError as error:
        raise DataFolderError(f"{folder} cannot be read: {error.strerror}") from error
    readers = []
    for file in inventory.files:
        with suppress(FileNotFoundError):
            size = file.path.stat().st_size
            readers.append((opened.enter_context(open_segment(inventory, file, Disk())), size))
    return readers


def _batches(readers: Iterable[tuple[SegmentReader, int]], since: float) -> Iterator[StoredBatch]:
    for reader, end in readers:
        yield from (batch for batch in reader.batches(end) if batch.appended_at >= since)


async def _replay(url: str, batches: Iterable[StoredBatch], done: ReplaySummary) -> None:
    store = await connected(url, 0, "stopped after 0 records, ")
    shown_at = time.monotonic()
    try:
        for part in _parts(batches, done):
            done.add(await write(store, part, f"stopped after {done.records:,} records, "))
            done.records += len(part)
            if time.monotonic() > shown_at + PROGRESS_SECONDS:
                shown_at = time.monotonic()
                click.echo(str(done), err=True)
    finally:
        await store.close()


def _parts(batches: Iterable[StoredBatch], done: ReplaySummary) -> Iterator[list[records.Record]]:
    """The records of each transaction, in the order of the spool."""
    part: list[records.Record] = []
    size = 0
    for batch in batches:
        done.batches += 1
        done.oldest = done.oldest or datetime.fromtimestamp(batch.appended_at, UTC).isoformat(timespec="seconds")
        try:
            decoded = records.decode(batch.payload)
        except records.UNDECODABLE as error:
            done.undecodable_batches += 1
            click.echo(
                f"segment {batch.position.segment}, batch before byte {batch.position.offset}: {error}", err=True
            )
            continue
        if part and (len(part) + len(decoded) > MAX_RECORDS or size + len(batch.payload) > MAX_BYTES):
            yield part
            part, size = [], 0
        part += decoded
        size += len(batch.payload)
    if part:
        yield part
