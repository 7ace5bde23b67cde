"""`failcat spool`: reads the spool, also beside a running sidecar. No command changes it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from failcat_core import records
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.cli.record import as_json
from failcat_sidecar.cli.spool_replay import replay
from failcat_sidecar.errors import DataFolderError
from failcat_sidecar.spool import Disk, Spool, StoredBatch
from failcat_sidecar.spool.recovery import Inventory, Survey, open_segment, survey_segment, take_inventory
from failcat_sidecar.spool.segment import State

STATES = {State.WAITING: "waiting", State.DRAINED: "drained", State.DAMAGED: "damaged"}

NO_QUOTA = 1 << 62  # the disk is the limit
TORN_CHECKS, SECONDS_BETWEEN_CHECKS = 5, 0.1
BATCHES_A_SYNC, BYTES_A_SYNC = 1000, 8 << 20  # bound the memory of an export, with one batch more

EPILOG = """\b
Examples:
  failcat spool ls
  failcat spool cat | jq -r .error_message
  failcat spool verify || echo damaged
  failcat spool export /mnt/rescue && failcat serve --data-dir /mnt/rescue
  failcat spool replay --since 10m

\b
States:
  waiting  may hold batches that are not in PostgreSQL (the newest one is being written)
  drained  is in PostgreSQL, and is deleted after ten minutes
  damaged  has damage, or a last append that is not intact; its intact batches are in PostgreSQL"""


@dataclass(frozen=True, slots=True)
class SpoolView:
    """A spool as a command reads it."""

    folder: Path
    inventory: Inventory

    def surveys(self) -> Iterator[Survey]:
        """Every segment, oldest first. Skips one that a running sidecar deletes meanwhile."""
        for file in self.inventory.files:
            with suppress(FileNotFoundError):
                yield self._without_unfinished(survey_segment(self.inventory, file, Disk()))

    def _without_unfinished(self, survey: Survey) -> Survey:
        """Removes torn appends that a sidecar is still writing: they are complete a moment later."""
        for _ in range(TORN_CHECKS):
            if not survey.torn:
                break
            time.sleep(SECONDS_BETWEEN_CHECKS)
            starts = {torn.start for torn in survey_segment(self.inventory, survey.segment.file, Disk()).torn}
            survey.torn = [torn for torn in survey.torn if torn.start in starts]
        return survey

    def batches(self, states: frozenset[State]) -> Iterator[StoredBatch]:
        for file in self.inventory.files:
            if file.state not in states:
                continue
            with suppress(FileNotFoundError), open_segment(self.inventory, file, Disk()) as reader:
                end = file.path.stat().st_size
                yield from reader.batches(end)


def with_all(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--all", "everything", is_flag=True, help="Drained and damaged segments too.")(command)


@click.group(epilog=EPILOG)
def spool() -> None:
    """Read the spool: the failures that are queued for PostgreSQL."""


spool.add_command(replay)


@spool.command(
    "ls",
    short_help="List the segments.",
    epilog="\b\nExamples:\n  failcat spool ls\n  failcat spool ls --json | jq .records",
)
@with_settings("data_dir")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_segments(data_dir: Path, as_json: bool) -> None:
    """List the segments: name, state, batches, records, bytes, and the age of the oldest batch in seconds."""
    view = _view(data_dir)
    row = "{:<22} {:<10} {:>9} {:>9} {:>12} {:>9}"
    if not as_json:
        click.echo(row.format("NAME", "STATE", "BATCHES", "RECORDS", "BYTES", "AGE"))
    for survey in view.surveys():
        line = _describe(survey)
        click.echo(json.dumps(line) if as_json else row.format(*("-" if v is None else v for v in line.values())))


CAT_EPILOG = """\b
Examples:
  failcat spool cat | head -n 1 | jq .
  failcat spool cat --all | wc -l
  failcat spool cat /var/lib/failcat/set-aside/*.msgpack"""


@spool.command("cat", short_help="Print the queued records.", epilog=CAT_EPILOG)
@with_settings("data_dir")
@with_all
@click.option("--json", is_flag=True, expose_value=False, help="JSON lines, as always.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def print_records(data_dir: Path, everything: bool, files: tuple[Path, ...]) -> None:
    """Print the queued records, or those of dead letters in FILES, as JSON lines: ids as UUIDs, other bytes in
    hexadecimal. Exits with 1 when a batch cannot be decoded."""
    undecodable = False
    for name, payload in _payloads(data_dir, everything, files):
        try:
            decoded = records.decode(payload)
        except records.UNDECODABLE as error:
            undecodable = True
            click.echo(f"{name}: {error}", err=True)
            continue
        for record in decoded:
            click.echo(as_json(record))
    if undecodable:
        raise SystemExit(1)


def _payloads(data_dir: Path, everything: bool, files: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """The name and the payload of each batch."""
    if files:
        yield from ((str(path), path.read_bytes()) for path in files)
        return
    for batch in _view(data_dir).batches(_states(everything)):
        yield f"segment {batch.position.segment}, batch before byte {batch.position.offset}", batch.payload


@spool.command(
    short_help="Check for damage.",
    epilog="\b\nExamples:\n  failcat spool verify\n  failcat spool verify --json | jq .reason",
)
@with_settings("data_dir")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each damage.")
def verify(data_dir: Path, as_json: bool) -> None:
    """Check every batch; print each damage and exit with 1 when there is any. An append that is not intact at the end
    of a segment is reported, too: a crash may have cut it short before it was acknowledged, or it may have rotted."""
    view = _view(data_dir)
    batches, found = 0, []
    for survey in view.surveys():
        batches += survey.segment.batches
        found += survey.damages + survey.torn
    # Checked twice: a sidecar may change the folder between reading its files and reading the manifest.
    missing, damage = view.inventory.missing, view.inventory.manifest_damage
    if missing or damage:
        again = take_inventory(view.folder)
        missing, damage = again.missing, again.manifest_damage
    found += [damage] if damage else []
    for damage in found:
        fields = {"segment": damage.segment, "start": damage.start, "end": damage.end, "reason": damage.reason}
        click.echo(json.dumps(fields) if as_json else str(damage))
    if missing:
        reason = f"{missing} segments are missing"
        click.echo(json.dumps({"segment": None, "start": None, "end": None, "reason": reason}) if as_json else reason)
    if found or missing:
        raise SystemExit(1)
    if not as_json:
        click.echo(f"{batches} batches in {len(view.inventory.files)} segments are intact")


@spool.command(
    short_help="Copy the queued batches to a new data folder.",
    epilog="\b\nExamples:\n  failcat spool export /mnt/rescue\n  failcat serve --data-dir /mnt/rescue",
)
@with_settings("data_dir")
@with_all
@click.option("--json", "as_json", is_flag=True, help="The summary as a JSON object.")
@click.argument("target", type=click.Path(path_type=Path))
def export(data_dir: Path, everything: bool, as_json: bool, target: Path) -> None:
    """Copy the intact queued batches into TARGET, a new data folder that a sidecar can be started on. A batch that
    reaches PostgreSQL twice is stored once."""
    folder = target / "spool"
    if folder.exists():
        raise click.UsageError(f"{folder} exists already: name a new folder")
    batches, stored = asyncio.run(_copy(_view(data_dir).batches(_states(everything)), folder))
    summary = {"batches": batches, "records": stored, "folder": str(target)}
    click.echo(json.dumps(summary) if as_json else f"{batches} batches with {stored} records are in {target}")


async def _copy(batches: Iterator[StoredBatch], folder: Path) -> tuple[int, int]:
    copied = stored = queued_bytes = 0
    queued: list[asyncio.Future[None]] = []
    copy = await Spool.open(folder, max_bytes=NO_QUOTA, reserve_free_bytes=0)
    try:
        for batch in batches:
            queued.append(copy.enqueue(batch.payload, batch.records))
            queued_bytes += len(batch.payload)
            copied += 1
            stored += batch.records
            if len(queued) == BATCHES_A_SYNC or queued_bytes > BYTES_A_SYNC:
                await asyncio.gather(*queued)
                queued, queued_bytes = [], 0
        await asyncio.gather(*queued)
    finally:
        await copy.close()
    return copied, stored


def _view(data_dir: Path) -> SpoolView:
    folder = data_dir / "spool"
    try:
        return SpoolView(folder, take_inventory(folder))
    except (FileNotFoundError, NotADirectoryError):
        raise DataFolderError(f"there is no spool in {data_dir}") from None
    except OSError as error:
        raise DataFolderError(f"{folder} cannot be read: {error.strerror}") from error


def _states(everything: bool) -> frozenset[State]:
    return frozenset(State) if everything else frozenset({State.WAITING})


def _describe(survey: Survey) -> dict[str, str | int | float | None]:
    segment = survey.segment
    return {
        "name": segment.file.path.name,
        "state": STATES[segment.file.state],
        "batches": segment.batches,
        "records": segment.records,
        "bytes": segment.size,
        "age_seconds": round(max(0.0, time.time() - segment.first_at), 1) if segment.batches else None,
    }
