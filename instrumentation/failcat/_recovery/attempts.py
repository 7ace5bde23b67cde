"""Recovers the way the catalog advises, and tells the sidecar whether it worked.

    for attempt in failcat.attempts(fallback=ask_another_model):
        with attempt:
            answer = ask(model)

What the catalog calls retryable is tried again, in its mode; anything else leaves the `with` at once. Every failed try
is a failure of its own, and what is tried next is the attempt to recover from it.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from failcat._guard import contain, swallow
from failcat._recovery import breaker
from failcat._recovery.advice import MAX_WAIT_SECONDS, Advice, Limits, Step, advise
from failcat._recovery.budget import RetryBudget, shared
from failcat._reporting.control_flow import is_failure
from failcat._reporting.matching import NOT_MATCHED, MatchResult, record_recovery, remember, result_of
from failcat._reporting.reporting import report
from failcat_catalog.vocabulary import RecoveryMode

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
Hook = Callable[[MatchResult], object]

_ESCALATING = frozenset({RecoveryMode.ESCALATE, RecoveryMode.MANUAL_INTERVENTION})
_GIVE_UP = Advice(Step.GIVE_UP, None)


class Attempt:
    """One try. Its `with` body is what is tried; a failure that is recovered from does not leave it."""

    def __init__(self, course: _Course, *, keep_for_hook: bool) -> None:
        self._course = course
        self._keep_for_hook = keep_for_hook  # an asynchronous hook has to be awaited before the exception goes on
        self.number = course.tries + 1  # from 1
        self.failure: MatchResult | None = None
        self.exception: BaseException | None = None
        self.advice = _GIVE_UP

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if exception is None:
            self._course.succeeded()
            return False
        if not is_failure(exception):
            return False
        self.exception = exception
        self.failure, self.advice = self._course.failed(exception)
        if self.advice.step is not Step.GIVE_UP:
            return True
        return self._keep_for_hook and self.escalates

    @property
    def escalates(self) -> bool:
        return self.failure is not None and self.failure.recovery_mode in _ESCALATING


class _Course:
    """What happened so far, reported as it happens. Nothing in it raises."""

    def __init__(self, limits: Limits) -> None:
        self.tries = 0
        self._limits = limits
        self._failure: MatchResult | None = None  # the last one, until it is known whether what was tried worked
        self._mode: RecoveryMode | None = None  # what is tried

    def failed(self, exception: BaseException) -> tuple[MatchResult, Advice]:
        try:
            self.told(succeeded=False)
            self.tries += 1
            failure = result_of(exception, report(exception))
            if failure.failure_match_id:
                remember(failure.failure_match_id, failure)
            advice = advise(failure, self.tries, self._limits)
            self._failure, self._mode = failure, advice.mode
        except BaseException as error:
            contain(error)
            swallow("recovery")
            return NOT_MATCHED, _GIVE_UP
        return failure, advice

    def succeeded(self) -> None:
        self._limits.budget.deposit()
        if self._failure is not None:
            breaker.shared.succeeded(self._failure.error_code)
        self.told(succeeded=True)

    def told(self, *, succeeded: bool) -> None:
        """Tells whether what was tried about the last failure worked."""
        failure, self._failure = self._failure, None
        if failure and failure.failure_match_id and self._mode is not None:
            record_recovery(failure.failure_match_id, self._mode, succeeded=succeeded, attempt=self.tries)


class Attempts(Generic[T]):
    """Iterate with `for` or `async for`; each iteration is one try. `result` is what the fallback returned."""

    def __init__(self, limits: Limits, fallback: Hook | None, restore: Hook | None, escalate: Hook | None) -> None:
        self.result: T | None = None
        self._limits = limits
        self._fallback = fallback
        self._restore = restore
        self._escalate = escalate

    def __iter__(self) -> Iterator[Attempt]:
        course = _Course(self._limits)
        while True:
            attempt = Attempt(course, keep_for_hook=self._escalate is not None)
            yield attempt
            if attempt.failure is None:
                return
            for hook in self._hooks_before(attempt):
                hook(attempt.failure)
            if attempt.advice.step is not Step.RETRY:
                break
            time.sleep(attempt.advice.wait_seconds)
        self._end(attempt)
        with _Fallback(course):
            self.result = cast("T", cast("Hook", self._fallback)(attempt.failure))

    async def __aiter__(self) -> AsyncIterator[Attempt]:
        course = _Course(self._limits)
        while True:
            attempt = Attempt(course, keep_for_hook=self._escalate is not None)
            yield attempt
            if attempt.failure is None:
                return
            for hook in self._hooks_before(attempt):
                await _awaited(hook(attempt.failure))
            if attempt.advice.step is not Step.RETRY:
                break
            await asyncio.sleep(attempt.advice.wait_seconds)
        self._end(attempt)
        with _Fallback(course):
            self.result = cast("T", await _awaited(cast("Hook", self._fallback)(attempt.failure)))

    def _hooks_before(self, attempt: Attempt) -> Iterator[Hook]:
        """What has to happen before the next step."""
        if self._escalate is not None and attempt.escalates:
            yield self._escalate
        is_retry = attempt.advice.step is Step.RETRY
        if self._restore is not None and is_retry and attempt.advice.mode is RecoveryMode.CHECKPOINT_RESTORE:
            yield self._restore

    def _end(self, attempt: Attempt) -> None:
        """Lets an exception go on that waited for its hook."""
        if attempt.advice.step is Step.GIVE_UP and attempt.exception is not None:
            raise attempt.exception


class _Fallback:
    """Tells whether a fallback worked."""

    def __init__(self, course: _Course) -> None:
        self._course = course

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if exception is None or is_failure(exception):
            self._course.told(succeeded=exception is None)


def attempts(
    *,
    max_retries: int | None = None,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fallback: Callable[[MatchResult], T | Awaitable[T]] | None = None,
    restore: Hook | None = None,
    escalate: Hook | None = None,
    budget: RetryBudget | None = None,
) -> Attempts[T]:
    """Tries of one operation, see the module. With `async for`, hooks may be coroutine functions.

    `max_retries` replaces the catalog's number of retries; a failure that is not retryable is never retried. A service
    that asks for more than `max_wait_seconds` is not waited for. `fallback` gets the failure when no retry is left,
    unless the catalog says ABORT or MANUAL_INTERVENTION or does not know it. `restore` is called before a retry of
    CHECKPOINT_RESTORE, which is not retried without it; `escalate` when the catalog says ESCALATE or
    MANUAL_INTERVENTION. All calls of a process share one `budget` unless another is given."""
    limits = Limits(max_retries, max_wait_seconds, restore is not None, fallback is not None, budget or shared)
    return Attempts(limits, fallback, restore, escalate)


def retry(
    *,
    max_retries: int | None = None,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fallback: Callable[..., Any] | None = None,
    restore: Hook | None = None,
    escalate: Hook | None = None,
    budget: RetryBudget | None = None,
) -> Callable[[F], F]:
    """`attempts` as a decorator of functions and coroutine functions. `fallback` gets the failure and the arguments of
    the call, and what it returns is returned."""

    def tries(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Attempts[Any]:
        bound = None if fallback is None else (lambda failure: fallback(failure, *args, **kwargs))
        return attempts(
            max_retries=max_retries,
            max_wait_seconds=max_wait_seconds,
            fallback=bound,
            restore=restore,
            escalate=escalate,
            budget=budget,
        )

    def decorate(function: F) -> F:
        wrapped = _async_retry(function, tries) if inspect.iscoroutinefunction(function) else _retry(function, tries)
        return cast("F", wrapped)

    return decorate


_Tries = Callable[[tuple[Any, ...], dict[str, Any]], Attempts[Any]]


def _retry(function: Callable[..., Any], tries: _Tries) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for attempt in (made := tries(args, kwargs)):
            with attempt:
                return function(*args, **kwargs)
        return made.result

    return call


def _async_retry(function: Callable[..., Awaitable[Any]], tries: _Tries) -> Callable[..., Awaitable[Any]]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        async for attempt in (made := tries(args, kwargs)):
            with attempt:
                return await function(*args, **kwargs)
        return made.result

    return call


async def _awaited(value: object) -> object:
    return await value if inspect.isawaitable(value) else value
