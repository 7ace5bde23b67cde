"""`failcat quarantine`: records and batches that could not be stored. Records that PostgreSQL refused are rows of
failure_quarantine; dead letters are files in DATA_DIR/set-aside. All commands work beside a running sidecar."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from failcat_sidecar.cli.quarantine_items import (
    REPLAYABLE,
    Chosen,
    Item,
    cells,
    choose,
    item_of_file,
    item_of_row,
    print_item,
    records_of,
    require_found,
    with_choice,
)
from failcat_sidecar.cli.quarantine_replay import replay_chosen

if TYPE_CHECKING:
    from failcat_storage.database import Database
    from failcat_storage.quarantined import Selection

EPILOG = """\b
Examples:
  failcat quarantine ls
  failcat quarantine show --all
  failcat quarantine replay --reason refused_value
  failcat quarantine drop 12-345678-9f8e7d6c

A sidecar is `degraded` until everything here has been shown, replayed or dropped."""


@click.group(epilog=EPILOG)
def quarantine() -> None:
    """List, explain, replay and drop what could not be stored."""


@quarantine.command(
    "ls",
    short_help="List what is quarantined.",
    epilog="\b\nExamples:\n  failcat quarantine ls\n  failcat quarantine ls --tenant acme --json | jq -r .id",
)
@with_choice
def list_items(*, as_lines: bool, **choice: object) -> None:
    """List all, or what the options choose: one line an item, as JSON one object a line."""
    row = "{:<37} {:<18} {:<12} {:>7} {:>10} {:<20} {:<5} {}"
    count = 0

    def echo(item: Item) -> None:
        nonlocal count
        if not count and not as_lines:
            click.echo(row.format("ID", "REASON", "TENANT", "RECORDS", "BYTES", "SINCE", "SHOWN", "DETAIL"))
        count += 1
        click.echo(json.dumps(asdict(item)) if as_lines else row.format(*cells(item)))

    asyncio.run(_each(choose(choice, default_all=True), echo))
    if not count and not as_lines:
        chosen = choice["ids"] or choice["reason"] or choice["tenant"]
        click.echo("no quarantined item matches" if chosen else "nothing is quarantined")


async def _each(chosen: Chosen, echo: Callable[[Item], None]) -> None:
    async def rows(database: Database, selection: Selection) -> None:
        from failcat_storage.quarantined import quarantined_records

        async for page in quarantined_records(database, selection):
            for record in page:
                echo(item_of_row(record))

    for batch in chosen.batches:
        echo(item_of_file(batch))
    await chosen.with_database(rows)


@quarantine.command(
    short_help="Print items with their records and reasons.",
    epilog="\b\nExamples:\n  failcat quarantine show --all | less\n  failcat quarantine show 12-345678-9f8e7d6c --json",
)
@with_choice
def show(*, as_lines: bool, **choice: object) -> None:
    """Print items, why they are here, whether they can be replayed, and their records as JSON. What was shown makes no
    sidecar `degraded` any more."""
    asyncio.run(_show(choose(choice), as_lines))


async def _show(chosen: Chosen, as_lines: bool) -> None:
    async def rows(database: Database, selection: Selection) -> int:
        from failcat_storage.quarantined import Obstacle, note_shown, quarantined_records

        count = 0
        async for page in quarantined_records(database, selection):
            for each in page:
                record = each.record()
                obstacle, records = (record, []) if isinstance(record, Obstacle) else (REPLAYABLE, [record])
                print_item(item_of_row(each), obstacle, records, as_lines)
            await note_shown(database, [each.id for each in page])
            count += len(page)
        return count

    for batch in chosen.batches:
        records, obstacle = records_of(batch)
        print_item(item_of_file(batch), obstacle or REPLAYABLE, records, as_lines)
        chosen.folder.note_shown(batch)
    found = await chosen.with_database(rows) or 0
    require_found(found, chosen)


@quarantine.command(
    short_help="Write items to PostgreSQL again.",
    epilog="\b\nExamples:\n  failcat quarantine replay --all\n  failcat quarantine replay --tenant acme --json\n\n"
    "Exits with 1 when something stays.",
)
@with_choice
def replay(*, as_lines: bool, **choice: object) -> None:
    """Write records to PostgreSQL again, after the cause was corrected. Stored records leave quarantine; a record that
    is refused again stays, with the new reason. A second replay, or one beside a sidecar, stores and counts nothing
    twice. Records that were truncated at 128 KiB cannot be replayed."""
    done = asyncio.run(replay_chosen(choose(choice)))
    left = {str(obstacle): count for obstacle, count in done.left.items() if count}
    if as_lines:
        click.echo(json.dumps({"stored": done.stored, "refused_again": done.refused, "left": left}))
    else:
        click.echo(f"{done.stored} records are stored, {done.refused} were refused again")
        for obstacle, count in left.items():
            click.echo(f"{count} stay: {obstacle}")
    if done.refused or left:
        raise SystemExit(1)


@quarantine.command(
    short_help="Delete items for good.",
    epilog="\b\nExamples:\n  failcat quarantine drop 12-3456-9f8e7d6c\n  failcat quarantine drop --all --yes",
)
@with_choice
@click.option("--yes", is_flag=True, help="Needed with --reason, --tenant and --all.")
def drop(*, as_lines: bool, yes: bool, **choice: object) -> None:
    """Delete items and the failures in them for good."""
    if not choice["ids"] and not yes:
        raise click.UsageError("this deletes failures for good: say --yes, or name the IDs")
    dropped = asyncio.run(_drop(choose(choice)))
    click.echo(json.dumps({"dropped": dropped}) if as_lines else f"{dropped} records are dropped")


async def _drop(chosen: Chosen) -> int:
    async def rows(database: Database, selection: Selection) -> int:
        from failcat_storage.quarantined import drop, quarantined_records

        return sum([len(await drop(database, page)) async for page in quarantined_records(database, selection)])

    dropped = 0
    for batch in chosen.batches:
        chosen.folder.remove(batch)
        dropped += batch.cause.records
    in_rows = await chosen.with_database(rows) or 0
    require_found(in_rows, chosen)
    return dropped + in_rows
