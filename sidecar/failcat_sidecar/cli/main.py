"""`failcat` and its commands. Each command is imported when it is called, so that light commands start fast."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version
from typing import NoReturn

import click

from failcat_sidecar.errors import ConfigurationError, FailcatError
from failcat_storage.errors import StorageConfigurationError, StorageError

EXIT_FAILED = 1
EXIT_CONFIGURATION = 3  # uvicorn and others use it for a start that cannot succeed

COMMANDS = {
    "serve": ("serve", "serve", "Run the sidecar."),
    "demo": ("demo", "demo", "Send a mix of failing agent runs to a running sidecar."),
    "doctor": ("doctor", "doctor", "Check the installation, and advise."),
    "classify": ("classify", "classify", "Classify failures: JSON lines in, JSON lines out."),
    "catalog": ("catalog", "catalog", "Show the catalog of known failures and check it."),
    "signature": ("signature", "signature", "Print the signature of each message."),
    "spool": ("spool", "spool", "Read the spool."),
    "quarantine": ("quarantine", "quarantine", "List, explain, replay and drop what could not be stored."),
    "forget": ("forget", "forget", "Erase all that is stored of a run, a tenant or a failure."),
    "migrate": ("migrate", "migrate", "Bring a database's schema up to date."),
    "maintain": ("migrate", "maintain", "Make partitions and drop expired ones now."),
    "psql": ("database", "psql", "Open psql on the sidecar's database."),
    "database-url": ("database", "database_url", "Print the URL of the sidecar's database."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported on use; their errors become one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"failcat_sidecar.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ConfigurationError, StorageConfigurationError) as error:
            _complain(error, EXIT_CONFIGURATION)
        except (FailcatError, StorageError) as error:
            _complain(error, EXIT_FAILED)


def _complain(error: Exception, exit_code: int) -> NoReturn:
    click.echo(f"failcat: {error}", err=True)
    sys.exit(exit_code)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("failcat"), prog_name="failcat")
def failcat() -> None:
    """Failcat makes every failure of an AI-agent run durable, queryable data.

    \b
    Start here:
      failcat serve          the sidecar, with its own PostgreSQL
      failcat demo           failing agent runs to look at
      failcat psql           look at them
    """
