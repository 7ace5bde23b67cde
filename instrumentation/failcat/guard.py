"""What Failcat does inside an agent must never become the agent's problem."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D")

logger = logging.getLogger("failcat")


def harmless(default: D) -> Callable[[Callable[P, R]], Callable[P, R | D]]:
    """Decorates a function of ours that runs in the agent's code: instead of raising it logs and returns `default`."""

    def decorate(function: Callable[P, R]) -> Callable[P, R | D]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return function(*args, **kwargs)
            except Exception:
                swallow(function.__qualname__)
                return default

        return guarded

    return decorate


def swallow(place: str) -> None:
    """Logs the exception that is being handled: the first of a process as a warning, the rest for those who debug."""
    level = logging.DEBUG if _said else logging.WARNING
    _said.append(place)
    del _said[1:]
    logger.log(level, "failcat failed in %s; the agent is not affected", place, exc_info=True)


_said: list[str] = []
