"""The items of `failcat quarantine`, and their output."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import click

from failcat_catalog.text import printable
from failcat_core.records import UNDECODABLE, Record, decode
from failcat_sidecar.cli.database import find_database
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.cli.record import as_json
from failcat_sidecar.errors import ConfigurationError, FailcatError
from failcat_sidecar.write.dead_letters import UNKNOWN, DeadLetter, DeadLetterFolder

if TYPE_CHECKING:
    from failcat_storage.database import Database
    from failcat_storage.quarantined import QuarantinedRecord, Selection

T = TypeVar("T")

FILE_REASONS = frozenset({"crashes", "undecodable", UNKNOWN})
EXPLANATIONS = {
    "crashes": "the sidecar died three times in a row while it computed on this batch",
    "undecodable": "the batch is intact, but this release cannot read it: a newer one may",
    UNKNOWN: "an earlier release gave this batch up and did not note why",
    "foreign_id": "another tenant has a failure with this id",
    "unencodable": "a value cannot be encoded for its column",
    "refused_value": "PostgreSQL rejects a value",
    "refused_constraint": "a constraint rejects a value",
    "too_large": "a value is too large for PostgreSQL",
}
REPLAYABLE = "can be replayed"


@dataclass(frozen=True, slots=True)
class Item:
    """A quarantined record or a dead letter, for a list."""

    id: str
    reason: str
    tenant: str | None
    records: int
    bytes: int
    since: str
    shown: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The items that a command applies to."""

    folder: DeadLetterFolder
    batches: Sequence[DeadLetter]
    rows: Selection | None  # None when the database need not be asked
    connect: Callable[[], str]  # answers the database's URL, or raises

    async def with_database(self, work: Callable[[Database, Selection], Coroutine[None, None, T]]) -> T | None:
        from failcat_storage.database import Database

        if self.rows is None:
            return None
        async with Database.once(self.connect()) as database:
            return await work(database, self.rows)


def with_choice(command: Callable[..., None]) -> Callable[..., None]:
    """Adds options that select items and locate them."""
    for add in (
        click.argument("ids", nargs=-1, metavar="[ID]..."),
        click.option("--reason", help="All that are here for this reason."),
        click.option("--tenant", help="All of this tenant."),
        click.option("--all", "everything", is_flag=True, help="All."),
        click.option("--json", "as_lines", is_flag=True, help="JSON for programs."),
    ):
        command = add(command)
    return with_settings("database_url", "data_dir")(command)


def choose(choice: dict[str, object], *, default_all: bool = False) -> Chosen:
    """Raises click.UsageError, and ConfigurationError when the folder cannot be read."""
    ids, reason, tenant = choice["ids"], choice["reason"], choice["tenant"]
    assert isinstance(ids, tuple)
    assert reason is None or isinstance(reason, str)
    assert tenant is None or isinstance(tenant, str)
    if ids and (reason or tenant or choice["everything"]):
        raise click.UsageError("IDs and options that choose exclude each other")
    if not (ids or reason or tenant or choice["everything"] or default_all):
        raise click.UsageError("say which: IDs of `failcat quarantine ls`, --reason, --tenant or --all")
    data_dir, url = choice["data_dir"], choice["database_url"]
    assert isinstance(data_dir, Path)
    assert url is None or isinstance(url, str)
    folder = DeadLetterFolder(data_dir)
    return Chosen(
        folder,
        _batches(folder, ids, reason, tenant),
        _selection(ids, reason, tenant),
        partial(find_database, url, data_dir),
    )


def _batches(
    folder: DeadLetterFolder, ids: Sequence[str], reason: str | None, tenant: str | None
) -> Sequence[DeadLetter]:
    try:
        found = folder.batches()
    except OSError as error:
        raise ConfigurationError("FAILCAT_DATA_DIR", f"{folder.path} cannot be read: {error.strerror}") from error
    if ids:
        wanted = {each for each in ids if _uuid(each) is None}
        found = [batch for batch in found if batch.id in wanted]
        if unknown := wanted - {batch.id for batch in found}:
            raise FailcatError(f"no item is called {printable(min(unknown))}: see `failcat quarantine ls`")
    if reason:
        found = [batch for batch in found if batch.cause.reason == reason]
    if tenant:
        found = [batch for batch in found if any(record.tenant_id == tenant for record in records_of(batch)[0])]
    return found


def _selection(ids: Sequence[str], reason: str | None, tenant: str | None) -> Selection | None:
    from failcat_storage.quarantined import Selection

    uuids = [found for each in ids if (found := _uuid(each))]
    if (ids and not uuids) or reason in FILE_REASONS:
        return None
    return Selection(uuids or None, reason, tenant)


def require_found(found: int, chosen: Chosen) -> None:
    """An unknown ID is an error; options may select nothing."""
    if chosen.rows and chosen.rows.ids and not chosen.batches and not found:
        raise FailcatError("no item has this ID: see `failcat quarantine ls`")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def records_of(batch: DeadLetter) -> tuple[list[Record], str]:
    """And why they cannot be replayed; empty when they can."""
    try:
        return decode(batch.payload()), ""
    except UNDECODABLE as error:
        return [], f"this release cannot read it: {error}"
    except OSError as error:
        raise FailcatError(f"{batch.path}: {error.strerror}") from error


def item_of_row(row: QuarantinedRecord) -> Item:
    since = row.quarantined_at.isoformat(timespec="seconds")
    return Item(str(row.id), row.reason, row.tenant, 1, row.bytes, since, row.shown_at is not None, row.detail)


def item_of_file(batch: DeadLetter) -> Item:
    why = batch.cause
    since = datetime.fromtimestamp(why.set_aside_at, UTC).isoformat(timespec="seconds")
    return Item(batch.id, why.reason, None, why.records, batch.size, since, batch.shown, why.detail)


def cells(item: Item) -> tuple[object, ...]:
    tenant, detail = printable(item.tenant or "-"), printable(item.detail)
    since = item.since.replace("+00:00", "Z")
    return item.id, item.reason, tenant, item.records, item.bytes, since, "yes" if item.shown else "no", detail[:80]


def print_item(item: Item, obstacle: str, records: Sequence[Record], as_lines: bool) -> None:
    lines = [as_json(record) for record in records]
    why = EXPLANATIONS.get(item.reason, "PostgreSQL refused it")
    if as_lines:
        fields = {**asdict(item), "explanation": why, "replay": str(obstacle), "content": list(map(json.loads, lines))}
        click.echo(json.dumps(fields))
        return
    where = f", tenant {printable(item.tenant)}" if item.tenant else ""
    click.echo(f"{item.id}: {item.reason}{where}, {item.records} records, {item.bytes:,} bytes, since {item.since}")
    click.echo(f"  {why}: {printable(item.detail)}")
    click.echo(f"  {obstacle}")
    for line in lines:
        click.echo(f"  {line}")
