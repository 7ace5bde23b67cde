"""A flag for every setting, for the commands that need all of them."""

from __future__ import annotations

from collections.abc import Callable

import click

from failcat_sidecar.settings import options


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Adds a flag for every setting; values stay text, settings.py validates them."""
    for option in reversed(options()):
        default = f"{option.help}  [{option.variable}; default: {option.default or 'empty'}]"
        command = click.option(option.flag, option.name, default=None, help=default)(command)
    return command
