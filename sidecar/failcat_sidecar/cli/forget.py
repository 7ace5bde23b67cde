"""`failcat forget`: erases all that is stored of a run, a tenant or one failure."""

from __future__ import annotations

import asyncio
import getpass
import json
import socket
from pathlib import Path
from uuid import UUID

import click

from failcat_core.subject import Subject
from failcat_sidecar.cli.database import find_database
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.cli.forget_files import LocalFiles
from failcat_sidecar.settings import Address

SPOOLED, DEAD = "spool_records", "dead_letter_records"

EPILOG = """\b
Examples:
  failcat forget --run 4f1c9e2ab0d34c07
  failcat forget --run 4f1c9e2ab0d34c07 --yes
  failcat forget --tenant acme --yes --json

Without --yes nothing is erased: what would be is counted. Erased are rows, their recovery attempts, samples of groups,
quarantined records, loss reports, and on this host dead letters and the records that the spool retains. Counts of
groups follow. The spools of other hosts: run it there, too. Running it again erases what a crash has left. Exits with 1
when something is left that cannot be erased."""


@click.command(epilog=EPILOG, short_help="Erase all that is stored of a run, a tenant or a failure.")
@with_settings("database_url", "data_dir", "admin")
@click.option("--run", metavar="ID", help="Erase this run.")
@click.option("--tenant", metavar="ID", help="Erase this tenant.")
@click.option("--failure", metavar="ID", help="Erase this one failure.")
@click.option("--yes", is_flag=True, help="Erase; without it, count.")
@click.option("--json", "as_json", is_flag=True, help="The counts as a JSON object.")
def forget(
    *,
    database_url: str | None,
    data_dir: Path,
    admin: Address | None,
    run: str | None,
    tenant: str | None,
    failure: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase all that is stored of a run, a tenant or one failure, for example when a person asks for it."""
    subject = _subject(run, tenant, failure)
    files = LocalFiles(data_dir, subject, set())
    url = find_database(database_url, data_dir)
    counts = asyncio.run(erase(url, files, admin) if yes else _count(url, files))
    if as_json:
        click.echo(json.dumps({"erased": yes, **counts, "left": files.left}))
    else:
        click.echo(f"{subject.kind} {subject.value}: " + ("erased" if yes else "nothing is erased without --yes"))
        for name, count in counts.items():
            click.echo(f"  {name.replace('_', ' '):<22} {count:>10,}")
        for text in files.left:
            click.echo(f"  left: {text}", err=True)
    if files.left:
        raise SystemExit(1)


def _subject(run: str | None, tenant: str | None, failure: str | None) -> Subject:
    if sum(bool(each) for each in (run, tenant, failure)) != 1:
        raise click.UsageError("say what to forget: --run ID, --tenant ID or --failure ID")
    try:
        return Subject(run or None, tenant or None, UUID(failure) if failure else None)
    except ValueError:
        text = f"{failure!r} is not the id of a failure, which is a UUID"
        raise click.BadParameter(text, param_hint="--failure") from None


async def _count(url: str, files: LocalFiles) -> dict[str, int]:
    from failcat_storage.database import Database
    from failcat_storage.forget import count, failure_ids

    async with Database.once(url) as database:
        files.failures |= await failure_ids(database, files.subject)
        files.find()
        counts = await count(database, files.subject, files.failures)
    return {**counts, SPOOLED: files.spooled, DEAD: files.dead}


async def erase(url: str, files: LocalFiles, admin: Address | None) -> dict[str, int]:
    """Counts of what was erased. Files first: what they hold could come back into the database. Raises FailcatError."""
    from failcat_storage.database import Database
    from failcat_storage.forget import audit, failure_ids, forget

    async with Database.once(url) as database:
        files.failures |= await failure_ids(database, files.subject)
        files.find()
        files.erase(admin)
        erased = await forget(database, files.subject, files.failures)
        erased |= {SPOOLED: files.spooled, DEAD: files.dead}
        await audit(database, files.subject, f"{getpass.getuser()}@{socket.gethostname()}", erased)
    return erased
