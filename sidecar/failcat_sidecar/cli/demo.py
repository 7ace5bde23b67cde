"""`failcat demo`: sends example failures, shows what became of them, and removes them again."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from failcat_catalog.text import printable
from failcat_core.subject import Subject
from failcat_sidecar.cli.database import find_database
from failcat_sidecar.cli.flags import is_given, with_settings
from failcat_sidecar.cli.forget import erase
from failcat_sidecar.cli.forget_files import LocalFiles
from failcat_sidecar.errors import ConfigurationError, FailcatError
from failcat_sidecar.settings import Address
from failcat_storage.errors import StorageError

if TYPE_CHECKING:
    from failcat_storage.demo_rows import DemoRow

WAIT_SECONDS, POLL_SECONDS = 15.0, 0.1

EPILOG = """\b
Examples:
  failcat demo
  failcat demo --runs 500 --seed 7
  failcat demo --remove
  FAILCAT_TOKEN=s3cr3t failcat demo --endpoint http://sidecar:4318"""

LOOK = """
Look at them:
  {failcat} psql -c "select run_id, step_index, error_code, catalog_entry_id from failure_matches limit 15"
  {failcat} psql -c "select tenant_id, title, occurrences from failure_group_totals order by occurrences desc limit 10"
  curl -s http://{admin}/metrics | grep ^failure_match
Remove them:
  {failcat} demo --remove"""

ROW = "{:<26} {:<22} {:>8}  {:<9} {:<19} {}"


@click.command(epilog=EPILOG)
@with_settings("endpoint", "token", "otlp_http", "admin", "database_url", "data_dir")
@click.option("--runs", type=click.IntRange(1, 100_000), default=40, show_default=True, help="Agent runs to send.")
@click.option("--seed", type=int, default=None, help="The same seed gives the same mix.")
@click.option("--remove", is_flag=True, help="Remove the rows of all demos instead, and what else is stored of them.")
def demo(
    *,
    endpoint: str | None,
    token: str,
    otlp_http: Address | None,
    admin: Address | None,
    database_url: str | None,
    data_dir: Path,
    runs: int,
    seed: int | None,
    remove: bool,
) -> None:
    """Send a realistic mix of failing agent runs, over the OpenTelemetry SDK, to a running sidecar, wait until they are
    stored, and show what became of them."""
    if remove:
        _remove(find_database(database_url, data_dir), data_dir, admin)
        return
    if otlp_http and not is_given("endpoint") and "FAILCAT_ENDPOINT" not in os.environ:
        endpoint = f"http://{otlp_http.local}"  # as `failcat serve` reads it
    if endpoint is None:
        raise ConfigurationError("FAILCAT_ENDPOINT", "is off: name the sidecar's OTLP/HTTP listener")
    run_ids, failures = _send(endpoint, token, runs, seed)
    _show(database_url, data_dir, run_ids, failures)
    click.echo(LOOK.format(failcat=program(), admin=admin.local if admin else "127.0.0.1:8000"))


def program() -> str:
    """This command as it can be pasted: with its path unless a shell finds it by its name."""
    path = Path(sys.argv[0])
    found = shutil.which(path.name)
    if found and Path(found).resolve() == path.resolve():
        return path.name
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


def _send(endpoint: str, token: str, runs: int, seed: int | None) -> tuple[list[str], int]:
    """The ids of the runs, and the number of failures in them."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    from failcat_sidecar.demo import require_sidecar, send_demo

    require_sidecar(endpoint)
    headers = {"Authorization": f"Bearer {token}"} if token else None
    tally = send_demo(OTLPSpanExporter(f"{endpoint}/v1/traces", headers=headers), runs, seed)
    if tally.refused:
        raise FailcatError(f"{endpoint} rejected {tally.refused} of {tally.spans} spans")
    click.echo(
        f"sent {tally.runs} agent runs: {tally.spans} spans, {tally.failures} failures, "
        f"{tally.recoveries} recovery attempts"
    )
    return tally.run_ids, tally.failures


def _show(database_url: str | None, data_dir: Path, run_ids: list[str], failures: int) -> None:
    try:
        rows = asyncio.run(_stored(find_database(database_url, data_dir), run_ids, failures))
    except (ConfigurationError, StorageError) as error:
        click.echo(f"its database cannot be asked from here: {error}", err=True)
        return
    stored = sum(row.failures for row in rows)
    click.echo(f"stored {stored} of {failures} failures\n")
    click.echo(ROW.format("CODE", "OBSERVED", "FAILURES", "RETRYABLE", "RECOVERY", "WORKED"))
    for row in rows:
        retryable = "" if row.is_retryable is None else "yes" if row.is_retryable else "no"
        worked = f"{row.recovered} of {row.attempted}" if row.attempted else ""
        observed = printable(row.error_code)[:22] if row.code else "several"
        click.echo(
            ROW.format(
                row.code or "unknown", observed, row.failures, retryable, row.recovery_mode or "", worked
            ).rstrip()
        )


async def _stored(url: str, run_ids: list[str], failures: int) -> list[DemoRow]:
    """Once all are there, or what is there in time."""
    from failcat_storage.database import Database
    from failcat_storage.demo_rows import demo_rows

    deadline = time.monotonic() + WAIT_SECONDS
    async with Database.once(url) as database:
        while True:
            rows = await demo_rows(database, run_ids)
            if sum(row.failures for row in rows) >= failures or time.monotonic() > deadline:
                return rows
            await asyncio.sleep(POLL_SECONDS)


def _remove(url: str, data_dir: Path, admin: Address | None) -> None:
    from failcat_sidecar.demo import SERVICE

    erased = asyncio.run(erase(url, LocalFiles(data_dir, Subject(service=SERVICE), set()), admin))
    click.echo(f"removed {erased['failures']} failures and {erased['recovery_attempts']} recovery attempts of demos")
