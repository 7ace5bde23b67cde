"""Keeps errors of Failcat away from the agent."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from functools import wraps
from types import CodeType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D")

logger = logging.getLogger("failcat")

WARNING_SECONDS = 60.0  # between two warnings of errors


def never_raises(default: D, *, loses_failure: bool = False) -> Callable[[Callable[P, R]], Callable[P, R | D]]:
    """Decorates a function that the agent calls: instead of raising, it logs the error and returns `default`.
    `loses_failure` says that the call would have reported something; it is counted in `internal_errors.lost`."""

    def decorate(function: Callable[P, R]) -> Callable[P, R | D]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                reraise_if_signalled(error)
                log_internal_error(function.__qualname__, loses_failure=loses_failure)
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


class InternalErrors:
    """Counts errors of Failcat that were kept from the agent."""

    def __init__(self) -> None:
        self.lost = 0  # reports that an error prevented
        self._unlogged = 0
        self._next_warning_at = -math.inf  # monotonic seconds

    def due_warning(self) -> str | None:
        """What a warning adds to the message: the number of errors since the last one; None before the next is due."""
        now = time.monotonic()
        if now < self._next_warning_at:
            self._unlogged += 1
            return None
        since = f", {self._unlogged} more since the last warning" if self._unlogged else ""
        self._unlogged, self._next_warning_at = 0, now + WARNING_SECONDS
        return since


internal_errors = InternalErrors()


def log_internal_error(operation: str, *, loses_failure: bool = False) -> None:
    """Logs the exception being handled: one a minute as a warning with the number of those since, others at DEBUG."""
    internal_errors.lost += loses_failure
    since = internal_errors.due_warning()
    level = logging.DEBUG if since is None else logging.WARNING
    logger.log(level, "failcat failed in %s%s; the agent is not affected", operation, since or "", exc_info=True)
