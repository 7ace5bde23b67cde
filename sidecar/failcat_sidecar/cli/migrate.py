"""`failcat migrate` and `failcat maintain`: the schema and what keeps its tables in shape."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path

import click

from failcat_sidecar.cli.database import find_database
from failcat_sidecar.cli.flags import is_given, with_settings

MIGRATE_EPILOG = """\b
Examples:
  failcat migrate
  FAILCAT_DATABASE_URL=postgresql://owner@db/failcat failcat migrate
  failcat migrate --down --to base      drops every table of Failcat, with its rows"""

MAINTAIN_EPILOG = """\b
Examples:
  failcat maintain
  failcat maintain --json
  failcat maintain --retention-days 30          what a shorter retention would drop; exits 1
  failcat maintain --retention-days 30 --yes    makes it the fleet's, and drops it

A running sidecar does this once a day. FAILCAT_RETENTION_DAYS may lengthen the fleet's retention, never shorten it.
Exits 1 when something was not done: a table stayed locked, or a clock is wrong; the next run tries again."""


@click.command(epilog=MIGRATE_EPILOG)
@with_settings("database_url", "data_dir")
@click.option("--to", "revision", help="The revision to go to.  [default: the newest]")
@click.option("--down", is_flag=True, help="Go back to the revision --to, and drop what later ones made.")
def migrate(database_url: str | None, data_dir: Path, revision: str | None, down: bool) -> None:
    """Bring the database's schema up to date. Sidecars of the previous release keep working on it."""
    if down and not revision:
        raise click.UsageError("--down needs --to REVISION; `--to base` drops every table of Failcat, with its rows")
    url = find_database(database_url, data_dir)
    before, after = asyncio.run(_migrate(url, revision, down))
    click.echo(f"schema {before or 'empty'} → {after or 'empty'}" if before != after else f"schema {after}: up to date")


async def _migrate(url: str, revision: str | None, down: bool) -> tuple[str | None, str | None]:
    from failcat_storage.migrate import EXPECTED_REVISION, current, downgrade, upgrade

    before = await current(url)
    await (downgrade if down else upgrade)(url, revision or EXPECTED_REVISION)
    return before, await current(url)


@click.command(epilog=MAINTAIN_EPILOG)
@with_settings("database_url", "data_dir", "retention_days")
@click.option(
    "--yes", is_flag=True, help="Drop what has expired by --retention-days, even if it was kept longer so far."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def maintain(database_url: str | None, data_dir: Path, retention_days: int | None, yes: bool, as_json: bool) -> None:
    """Make the partitions of the coming weeks and drop what has expired, now."""
    from failcat_storage.maintenance import maintain
    from failcat_storage.retention import is_shorter

    if yes and not is_given("retention_days"):
        raise click.UsageError("--yes needs --retention-days DAYS")
    url = find_database(database_url, data_dir)
    if is_given("retention_days") and retention_days is not None and not yes:
        _stop_shortening(url, retention_days)
    report = asyncio.run(maintain(url, retention_days, confirmed=yes))
    click.echo(json.dumps(dataclasses.asdict(report)) if as_json else _text(dataclasses.asdict(report)))
    if retention_days is not None and is_shorter(retention_days, report.retention_days):
        click.echo(
            f"the fleet keeps failures {_in_words(report.retention_days)}, not {_in_words(retention_days)}", err=True
        )
    if not report.complete:
        raise SystemExit(1)


def _stop_shortening(url: str, days: int) -> None:
    """Exits 1, and says what would go, when these days would drop what the fleet's retention does not."""
    from failcat_storage.maintenance import describe_counts, preview
    from failcat_storage.retention import is_shorter

    present, expired = asyncio.run(preview(url, days))
    if expired if present is None else is_shorter(days, present):
        kept = "not set yet" if present is None else _in_words(present)
        click.echo(
            f"the fleet's retention is {kept}; {_in_words(days)} would drop: {describe_counts(expired) or 'nothing'}"
        )
        click.echo(f"nothing was changed; to shorten it: failcat maintain --retention-days {days} --yes", err=True)
        raise SystemExit(1)


def _in_words(days: int) -> str:
    return f"{days} days" if days else "for ever"


def _text(report: dict[str, object]) -> str:
    """One line for each thing that was done."""
    lines = []
    for name, value in (report | {"retention_days": 0}).items():  # which is nothing that was done
        words = ", ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(value, dict):
            words = ", ".join(f"{count} of {table}" for table, count in value.items())
        if words:
            lines.append(f"{name.replace('_', ' ')}: {words}")
    return "\n".join(lines) or "nothing to do"
