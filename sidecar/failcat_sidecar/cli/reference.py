"""Renews the generated parts of docs/reference.md: python -m failcat_sidecar.cli.reference docs/reference.md"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from failcat_sidecar.cli.main import COMMANDS, failcat
from failcat_sidecar.settings import AgentSettings, Option, options


def render(page: str) -> str:
    """The page with its parts between `<!-- begin NAME -->` and `<!-- end NAME -->` written anew."""
    for name, lines in (
        ("commands", _commands(failcat)),
        ("settings", map(_setting, options())),
        ("agent settings", map(_setting, options(AgentSettings))),
    ):
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        head, _, rest = page.partition(begin)
        _, found, tail = rest.partition(end)
        if not found:
            raise ValueError(f"the page has no part {name!r}")
        header = rest.split("\n", 2)[:2]
        page = "\n".join([head + begin + header[0], header[1], *lines, end + tail])
    return page


def _commands(group: click.Group, *path: str) -> Iterator[str]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, *path, name)
            continue
        what = COMMANDS[name][2] if not path else command.get_short_help_str(limit=200)
        yield f"| `failcat {' '.join((*path, name))}` | {what} | {_flags(command)} |"


def _flags(command: click.Command) -> str:
    taken = [parameter.opts[0] for parameter in command.params if isinstance(parameter, click.Option)]
    if taken[-len(options()) :] == [option.flag for option in options()]:
        taken = [*taken[: -len(options())], "all settings of the sidecar"]
    return ", ".join(f"`{each}`" if each.startswith("-") else each for each in taken)


def _setting(option: Option) -> str:
    default = option.default
    if option.name == "data_dir":  # of who runs it
        default = "/var/lib/failcat` as root, else `~/.local/share/failcat"
    return f"| `{option.variable}` | {f'`{default}`' if default else ''} | {option.help} |"


def main() -> None:
    """Rewrites the file that the first argument names."""
    file = Path(sys.argv[1])
    file.write_text(render(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
