"""What `--help` promises: examples, whatever the command."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from failcat_sidecar.cli.main import failcat


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.parametrize("path", [*commands(failcat)], ids=" ".join)
def test_every_command_shows_examples(path: tuple[str, ...]) -> None:
    text = CliRunner().invoke(failcat, [*path, "--help"]).stdout
    assert "\n  Example" in text
    assert f"failcat {' '.join(path)}" in text.partition("\n  Example")[2]


@pytest.mark.parametrize("path", [(), ("catalog",), ("spool",)], ids=" ".join)
def test_a_list_of_commands_cuts_no_sentence(path: tuple[str, ...]) -> None:
    commands_listed = CliRunner().invoke(failcat, [*path, "--help"]).stdout.partition("Commands:")[2]
    assert commands_listed and "..." not in commands_listed
