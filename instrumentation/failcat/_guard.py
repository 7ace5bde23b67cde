"""What Failcat does inside an agent must never become the agent's problem."""

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


def harmless(default: D) -> Callable[[Callable[P, R]], Callable[P, R | D]]:
    """Decorates a function of ours that runs in the agent's code: instead of raising it logs and returns `default`."""

    def decorate(function: Callable[P, R]) -> Callable[P, R | D]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                contain(error)
                swallow(function.__qualname__)
                return default

        return guarded

    return decorate


def contain(error: BaseException) -> None:
    """To be called first where anything is caught that was raised while we looked at the agent's objects. A method of
    theirs may raise what it likes, SystemExit too: that stays with us. What a signal raises just then is the agent's,
    and is raised again: Ctrl-C, or a handler that ends the process. SystemExit or KeyboardInterrupt that one thread
    injects into another cannot be told from a method's."""
    if _came_by_signal(error):
        raise error


def _came_by_signal(error: BaseException) -> bool:
    codes, traceback = [], error.__traceback__
    while traceback is not None:
        codes.append(traceback.tb_frame.f_code)
        if traceback.tb_next is None and isinstance(error, KeyboardInterrupt):
            # Python's own handler has no frame: the exception appears where no `raise` stands.
            from opcode import opmap  # noqa: PLC0415 - hardly ever needed

            if codes[-1].co_code[traceback.tb_lasti] != opmap["RAISE_VARARGS"]:
                return True
        traceback = traceback.tb_next
    return not set(_handlers()).isdisjoint(codes)


def _handlers() -> Iterator[CodeType]:
    """The code of the functions that handle this process's signals."""
    import signal  # noqa: PLC0415 - hardly ever needed

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


def swallow(place: str) -> None:
    """Logs the exception that is being handled: the first of a process as a warning, the rest for those who debug."""
    level = logging.DEBUG if _said else logging.WARNING
    _said.append(place)
    del _said[1:]
    logger.log(level, "failcat failed in %s; the agent is not affected", place, exc_info=True)


_said: list[str] = []
