"""`failcat migrate` and `failcat maintain`: the schema and what keeps its tables in shape."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
from pathlib import Path

import click

from failcat_sidecar.cli.database import find_database, with_database
from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.settings import parse_days

MIGRATE_EPILOG = """\b
Examples:
  failcat migrate
  FAILCAT_DATABASE_URL=postgresql://owner@db/failcat failcat migrate
  failcat migrate --down --to base      drops every table of Failcat, with its rows"""

MAINTAIN_EPILOG = """\b
Examples:
  failcat maintain
  failcat maintain --retention-days 30 --json

A running sidecar does this once a day. Exits 1 when a table stayed locked; the next run tries again."""


@click.command(epilog=MIGRATE_EPILOG)
@with_database
@click.option("--to", "revision", help="The revision to go to.  [default: the newest]")
@click.option("--down", is_flag=True, help="Go back to the revision --to, and drop what later ones made.")
def migrate(database_url: str, data_dir: Path, revision: str | None, down: bool) -> None:
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
@with_database
@click.option("--retention-days", metavar="DAYS", help="Days that failures are kept; 0 keeps them.  [default: 90]")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def maintain(database_url: str, data_dir: Path, retention_days: str | None, as_json: bool) -> None:
    """Make the partitions of the coming weeks and drop what has expired, now."""
    from failcat_storage.maintenance import MaintenanceReport, maintain

    days = _retention_days(retention_days)
    report: MaintenanceReport = asyncio.run(maintain(find_database(database_url, data_dir), days))
    click.echo(json.dumps(dataclasses.asdict(report)) if as_json else _text(dataclasses.asdict(report)))
    if not report.complete:
        raise SystemExit(1)


def _retention_days(flag: str | None) -> int:
    try:
        return parse_days(flag or os.environ.get("FAILCAT_RETENTION_DAYS") or "90")
    except ValueError as error:
        raise ConfigurationError("FAILCAT_RETENTION_DAYS", str(error)) from None


def _text(report: dict[str, object]) -> str:
    """One line for each thing that was done."""
    lines = []
    for name, value in report.items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(value, dict):
            words = ", ".join(f"{count} of {table}" for table, count in value.items() if count)
        if words:
            lines.append(f"{name.replace('_', ' ')}: {words}")
    return "\n".join(lines) or "nothing to do"
