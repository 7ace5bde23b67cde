"""Distinguishes the steps in which a coroutine computes from those in which it waits."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


@coroutine
def follow_steps(
    work: Coroutine[Any, Any, T], before_step: Callable[[], None], after_step: Callable[[], None]
) -> Generator[Any, Any, T]:
    """Awaits `work`. Calls `before_step` when it starts or resumes computing, and `after_step` when it waits or
    ends. Tasks that `work` awaits are not among its steps."""
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
        except BaseException as error:  # `work` handles cancellation, too
            value, resume = error, work.throw
