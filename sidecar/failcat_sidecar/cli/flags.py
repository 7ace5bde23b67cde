"""Flags for settings: the same flag, variable, default, validation and help in every command."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps

import click

from failcat_sidecar.settings import AgentSettings, Option, load_values, options

Command = Callable[..., None]


def with_all_settings(command: Command) -> Command:
    """Adds a flag for every setting of a sidecar. The command gets their texts, for `load_settings`."""
    for option in reversed(options()):
        command = _flag(option)(command)
    return command


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Adds flags for these settings. The command gets their values; a wrong one raises ConfigurationError."""
    table = {option.name: option for option in options() + options(AgentSettings)}
    chosen = [table[name] for name in names]

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(**arguments: object) -> None:
            flags = {name: _text(arguments.pop(name)) for name in names}
            command(**arguments, **load_values(chosen, flags, os.environ))

        decorated: Command = run
        for option in reversed(chosen):
            decorated = _flag(option)(decorated)
        return decorated

    return decorate


def is_given(name: str) -> bool:
    """Whether the flag was given to the command that runs now, not only its variable."""
    return click.get_current_context().params[name] is not None


def _flag(option: Option) -> Callable[[Command], Command]:
    repeated = "; may be repeated" if option.is_list else ""
    text = f"{option.help}  [{option.variable}; default: {option.default or 'empty'}{repeated}]"
    joined = _joined if option.is_list else None
    return click.option(
        option.flag, option.name, default=None, multiple=option.is_list, callback=joined, metavar="TEXT", help=text
    )


def _joined(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> str | None:
    return os.pathsep.join(texts) if texts else None


def _text(value: object) -> str | None:
    assert value is None or isinstance(value, str)
    return value
