"""Telling the time in which a coroutine computes from the time in which it waits."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


@coroutine
def in_steps(
    work: Coroutine[Any, Any, T], before_step: Callable[[], None], after_step: Callable[[], None]
) -> Generator[Any, Any, T]:
    """Awaits `work`; calls `before_step` whenever it begins or goes on to compute, and `after_step` when it waits or
    ends. What `work` awaits in tasks of their own is not among its steps."""
    resume: Callable[[Any], Any] = work.send
    value: Any = None
    while True:
        before_step()
        try:
            awaited = resume(value)
        except StopIteration as ended:
            result: T = ended.value
            return result
        finally:
            after_step()
        try:
            value = yield awaited
            resume = work.send
        except BaseException as error:  # a cancellation, too, is for `work` to answer
            value, resume = error, work.throw
