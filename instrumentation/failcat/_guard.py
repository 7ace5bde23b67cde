"""Keeps errors of Failcat away from the agent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from types import CodeType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D")

logger = logging.getLogger("failcat")


def never_raises(default: D) -> Callable[[Callable[P, R]], Callable[P, R | D]]:
    """Decorates a function that the agent calls: instead of raising, it logs the error and returns `default`."""

    def decorate(function: Callable[P, R]) -> Callable[P, R | D]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                reraise_if_signalled(error)
                log_internal_error(function.__qualname__)
                return default

        return guarded

    return decorate


def reraise_if_signalled(error: BaseException) -> None:
    """Raises `error` again if a signal handler raised it; Ctrl-C and handlers that end the process belong to the agent.
    Call it first in every `except BaseException` around reading the agent's objects, whose methods may raise anything,
    SystemExit included. A SystemExit or KeyboardInterrupt that another thread injects cannot be distinguished from one
    that a method raised, and is swallowed."""
    if _came_by_signal(error):
        raise error


def _came_by_signal(error: BaseException) -> bool:
    codes, traceback = [], error.__traceback__
    while traceback is not None:
        codes.append(traceback.tb_frame.f_code)
        if traceback.tb_next is None and isinstance(error, KeyboardInterrupt):
            # Python's own handler has no frame: the traceback ends at an instruction that is not `raise`.
            from opcode import opmap  # noqa: PLC0415 - rarely needed

            if codes[-1].co_code[traceback.tb_lasti] != opmap["RAISE_VARARGS"]:
                return True
        traceback = traceback.tb_next
    return not set(_handlers()).isdisjoint(codes)


def _handlers() -> Iterator[CodeType]:
    """Code objects of this process's signal handlers."""
    import signal  # noqa: PLC0415 - rarely needed

    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        if not callable(handler):  # the default, or ignored
            continue
        function = getattr(handler, "func", handler)  # of functools.partial
        method = getattr(type(function), "__call__", None)  # noqa: B004 - of an object that can be called
        for holder in (function, getattr(function, "__func__", None), method):
            code = getattr(holder, "__code__", None)
            if isinstance(code, CodeType):
                yield code


def log_internal_error(operation: str) -> None:
    """Logs the exception being handled: the first of a process as a warning, later ones at DEBUG."""
    level = logging.DEBUG if _logged else logging.WARNING
    _logged.append(operation)
    del _logged[1:]
    logger.log(level, "failcat failed in %s; the agent is not affected", operation, exc_info=True)


_logged: list[str] = []
