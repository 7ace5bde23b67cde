"""A setting is the same in every command: its flag, variable, default, help and what is refused."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import failcat as agent
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.cli.main import failcat
from failcat_sidecar.settings import AgentSettings, options

SETTINGS = {option.flag: option for option in options() + options(AgentSettings)}
SHIM = [file.read_text() for file in Path(agent.__file__).parent.rglob("*.py")]
WRONG = {
    "otlp_http": "4318",
    "otlp_grpc": "4317",
    "admin": "8000",
    "data_dir": " ",
    "database_url": "mysql://db/x",
    "database_max_bytes": "much",
    "migrate": "perhaps",
    "catalog": "/nowhere/at/all",
    "spool_max_bytes": "2 pounds",
    "spool_reserve_bytes": "none",
    "retention_days": "-1",
    "max_request_bytes": "1",
    "keep_contents": "perhaps",
    "drain_seconds": "soon",
    "log_level": "loud",
    "endpoint": "localhost:4318",
}
ARGUMENTS = {
    "catalog show": ["RATE_LIMITED"],
    "catalog preview": ["x.yaml"],
    "spool export": ["x"],
    "spool replay": ["--since", "1m"],
}


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


COMMANDS = dict(commands(failcat))
TAKEN = [
    (path, parameter)
    for path, command in COMMANDS.items()
    for parameter in command.params
    if isinstance(parameter, click.Option) and parameter.opts[0] in SETTINGS
]


@pytest.mark.parametrize(("path", "parameter"), TAKEN, ids=lambda each: getattr(each, "name", None))
def test_each_flag_of_a_setting_is_the_tables(path: tuple[str, ...], parameter: click.Option) -> None:
    option = SETTINGS[parameter.opts[0]]
    assert parameter.name == option.name
    assert parameter.help is not None
    assert parameter.help.startswith(f"{option.help}  [{option.variable}; default: {option.default or 'empty'}")
    assert (parameter.default, parameter.envvar) == (None, None)  # the table's own, so that none can differ


def test_every_command_that_needs_a_database_can_be_told_where_it_is() -> None:
    takers = {" ".join(path) for path, parameter in TAKEN if parameter.name == "database_url"}
    assert takers >= {"serve", "doctor", "psql", "database-url", "migrate", "maintain", "spool replay"}
    assert takers >= {"quarantine ls", "quarantine replay", "catalog preview", "catalog explain"}


@pytest.mark.parametrize(
    ("path", "name"),
    [(path, str(parameter.name)) for path, parameter in TAKEN if parameter.name in WRONG and path[0] != "doctor"],
)
def test_a_value_that_cannot_be_used_ends_every_command_alike(path: tuple[str, ...], name: str) -> None:
    flag = f"--{name.replace('_', '-')}"
    arguments = [*path, *ARGUMENTS.get(" ".join(path), []), f"{flag}={WRONG[name]}"]
    result = CliRunner().invoke(failcat, arguments)
    assert (result.exit_code, result.stdout) == (3, "")
    assert re.fullmatch(rf"failcat: FAILCAT_{name.upper()}: .+\n", result.stderr)


def test_files_may_be_named_together_or_one_by_one(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.touch()
    second.touch()
    seen = []

    @click.command()
    @with_settings("catalog")
    def command(catalog: tuple[Path, ...]) -> None:
        seen.append(catalog)

    together = os.pathsep.join(map(str, (first, second)))
    assert CliRunner().invoke(command, ["--catalog", str(first), "--catalog", str(second)]).exit_code == 0
    assert CliRunner().invoke(command, ["--catalog", together]).exit_code == 0
    assert CliRunner().invoke(command, [], env={"FAILCAT_CATALOG": together}).exit_code == 0
    assert seen == [(first, second)] * 3


def test_the_agents_package_reads_what_the_table_says() -> None:
    read = {name for text in SHIM for name in re.findall(r"\"(FAILCAT_\w+)\"", text)}
    shared = {"FAILCAT_CATALOG", "FAILCAT_KEEP_CONTENTS"}  # with the sidecar
    assert read == {option.variable for option in options(AgentSettings)} | shared
    defaults = {url for text in SHIM for url in re.findall(r'^DEFAULT_ENDPOINT = "(.+)"', text, re.MULTILINE)}
    assert defaults == {options(AgentSettings)[0].default}


def test_a_demo_that_may_send_nowhere_says_so() -> None:
    result = CliRunner().invoke(failcat, ["demo"], env={"FAILCAT_ENDPOINT": "off"})
    assert (result.exit_code, "FAILCAT_ENDPOINT" in result.stderr) == (3, True)
