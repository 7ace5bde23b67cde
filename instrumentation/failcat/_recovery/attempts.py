"""Retries and falls back as the catalog advises, and records the outcomes.

    for attempt in failcat.attempts(fallback=ask_another_model):
        with attempt:
            answer = ask(model)

A failure that the catalog calls retryable is retried in its recovery mode; any other leaves the `with` at once. Every
failed attempt is a failure of its own, and the next attempt is the recovery from it.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Generic, Never, Self, TypeVar, cast, overload

from failcat._guard import log_internal_error, reraise_if_signalled
from failcat._recovery import breaker
from failcat._recovery.advice import MAX_WAIT_SECONDS, Advice, NextAction, RetryLimits, advise
from failcat._recovery.budget import RetryBudget, shared
from failcat._reporting.control_flow import is_failure
from failcat._reporting.matching import NOT_MATCHED, MatchResult, record_recovery, remember_failure, result_of
from failcat._reporting.reporting import report
from failcat_catalog.vocabulary import RecoveryMode

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
Hook = Callable[[MatchResult], object]

_ESCALATING = frozenset({RecoveryMode.ESCALATE, RecoveryMode.MANUAL_INTERVENTION})
_GIVE_UP = Advice(NextAction.GIVE_UP, None)


class Attempt:
    """One attempt. Its `with` body is the operation; a failure that is retried or falls back does not leave it."""

    def __init__(self, state: RetryState, *, suppress_for_hook: bool) -> None:
        self._state = state
        self._suppress_for_hook = suppress_for_hook  # the loop awaits an asynchronous hook, then raises again
        self.number = state.failed_attempts + 1  # from 1
        self.failure: MatchResult | None = None
        self.exception: BaseException | None = None
        self.advice = _GIVE_UP

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:  # type checkers take plain `bool` for "the code after `with attempt: return x` is reached"
        if exception is None:
            self._state.record_success()
            return False
        if not isinstance(exception, Exception) or not is_failure(exception):
            return False  # also gevent.Timeout, which may be meant for code around the attempts
        self.exception = exception
        self.failure, self.advice = self._state.record_failure(exception)
        if self.advice.action is not NextAction.GIVE_UP:
            return True
        return self._suppress_for_hook and self.escalates

    @property
    def escalates(self) -> bool:
        return self.failure is not None and self.failure.recovery_mode in _ESCALATING


class RetryState:
    """The state of one retry loop. Reports each failure and outcome as it happens; never raises."""

    def __init__(self, limits: RetryLimits) -> None:
        self.failed_attempts = 0
        self._limits = limits
        self._failure: MatchResult | None = None  # the last one, until the outcome of its recovery is recorded
        self._mode: RecoveryMode | None = None  # of the recovery in progress

    def record_failure(self, exception: BaseException) -> tuple[MatchResult, Advice]:
        try:
            self.record_outcome(succeeded=False)
            self.failed_attempts += 1
            failure = result_of(exception, report(exception))
            if failure.failure_match_id:
                remember_failure(failure.failure_match_id, failure)
            advice = advise(failure, self.failed_attempts, self._limits)
            self._failure, self._mode = failure, advice.mode
        except BaseException as error:
            reraise_if_signalled(error)
            log_internal_error("recovery")
            return NOT_MATCHED, _GIVE_UP
        return failure, advice

    def record_success(self) -> None:
        self._limits.budget.deposit()
        if self._failure is not None:
            breaker.shared.record_success(self._failure.error_code)
        self.record_outcome(succeeded=True)

    def record_outcome(self, *, succeeded: bool) -> None:
        """Records whether the recovery from the last failure succeeded."""
        failure, self._failure = self._failure, None
        if failure and failure.failure_match_id and self._mode is not None:
            record_recovery(failure.failure_match_id, self._mode, succeeded=succeeded, attempt=self.failed_attempts)


class RetryLoop(Generic[T]):
    """Iterate with `for` or `async for`; each iteration is one attempt. `result` is the fallback's return value, for
    `return loop.result` behind the loop. Without a fallback the loop ends by `return` or by raising, and `result` has
    no value: None."""

    def __init__(self, limits: RetryLimits, fallback: Hook | None, restore: Hook | None, escalate: Hook | None) -> None:
        self.result: T = cast("T", None)
        self._limits = limits
        self._fallback = fallback
        self._restore = restore
        self._escalate = escalate

    def __iter__(self) -> Iterator[Attempt]:
        state = RetryState(self._limits)
        while True:
            attempt = Attempt(state, suppress_for_hook=self._escalate is not None)
            yield attempt
            if attempt.failure is None:
                return
            for hook in self._hooks_before(attempt):
                hook(attempt.failure)
            if attempt.advice.action is not NextAction.RETRY:
                break
            time.sleep(attempt.advice.wait_seconds)
        self._end(attempt)
        with _FallbackAttempt(state):
            self.result = cast("T", cast("Hook", self._fallback)(attempt.failure))

    async def __aiter__(self) -> AsyncIterator[Attempt]:
        state = RetryState(self._limits)
        while True:
            attempt = Attempt(state, suppress_for_hook=self._escalate is not None)
            yield attempt
            if attempt.failure is None:
                return
            for hook in self._hooks_before(attempt):
                await _awaited(hook(attempt.failure))
            if attempt.advice.action is not NextAction.RETRY:
                break
            await asyncio.sleep(attempt.advice.wait_seconds)
        self._end(attempt)
        with _FallbackAttempt(state):
            self.result = cast("T", await _awaited(cast("Hook", self._fallback)(attempt.failure)))

    def _hooks_before(self, attempt: Attempt) -> Iterator[Hook]:
        """The hooks to call before the next action."""
        if self._escalate is not None and attempt.escalates:
            yield self._escalate
        is_retry = attempt.advice.action is NextAction.RETRY
        if self._restore is not None and is_retry and attempt.advice.mode is RecoveryMode.CHECKPOINT_RESTORE:
            yield self._restore

    def _end(self, attempt: Attempt) -> None:
        """Raises an exception that was suppressed until its hook had run."""
        if attempt.advice.action is NextAction.GIVE_UP and attempt.exception is not None:
            raise attempt.exception


class _FallbackAttempt:
    """Records whether the fallback succeeded."""

    def __init__(self, state: RetryState) -> None:
        self._state = state

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if exception is None or is_failure(exception):
            self._state.record_outcome(succeeded=exception is None)


@overload
def attempts(
    *,
    max_retries: int | None = None,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fallback: None = None,
    restore: Hook | None = None,
    escalate: Hook | None = None,
    budget: RetryBudget | None = None,
) -> RetryLoop[Never]: ...


@overload
def attempts(
    *,
    max_retries: int | None = None,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fallback: Callable[[MatchResult], Awaitable[T]],
    restore: Hook | None = None,
    escalate: Hook | None = None,
    budget: RetryBudget | None = None,
) -> RetryLoop[T]: ...


@overload
def attempts(
    *,
    max_retries: int | None = None,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fallback: Callable[[MatchResult], T],
    restore: Hook | None = None,
    escalate: Hook | None = None,
    budget: RetryBudget | None = None,
) -> RetryLoop[T]: ...


def attempts(
    *,
    max_retries: int | None = None,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fallback: Callable[[MatchResult], object] | None = None,
    restore: Hook | None = None,
    escalate: Hook | None = None,
    budget: RetryBudget | None = None,
) -> RetryLoop[Any]:
    """Attempts at one operation: `for attempt in failcat.attempts(): with attempt: …`. With `async for`, hooks may be
    coroutine functions.

    `max_retries` overrides the catalog's number of retries; a failure that is not retryable is never retried. A retry
    delay above `max_wait_seconds` ends the retries. `fallback` is called with the failure when no retry is left, unless
    the catalog advises ABORT or MANUAL_INTERVENTION or does not know the failure. `restore` is called before a retry in
    mode CHECKPOINT_RESTORE, which needs it; `escalate` when the catalog advises ESCALATE or MANUAL_INTERVENTION. All
    calls of a process share one `budget` unless another is given."""
    limits = RetryLimits(max_retries, max_wait_seconds, restore is not None, fallback is not None, budget or shared)
    return RetryLoop(limits, fallback, restore, escalate)


def retry(
    *,
    max_retries: int | None = None,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fallback: Callable[..., Any] | None = None,
    restore: Hook | None = None,
    escalate: Hook | None = None,
    budget: RetryBudget | None = None,
) -> Callable[[F], F]:
    """`attempts` as a decorator of functions and coroutine functions. `fallback` is called with the failure and the
    arguments of the call; its return value becomes the result."""

    def new_loop(args: tuple[Any, ...], kwargs: dict[str, Any]) -> RetryLoop[Any]:
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
        wrapped = (
            _async_retry(function, new_loop) if inspect.iscoroutinefunction(function) else _retry(function, new_loop)
        )
        return cast("F", wrapped)

    return decorate


_NewLoop = Callable[[tuple[Any, ...], dict[str, Any]], RetryLoop[Any]]


def _retry(function: Callable[..., Any], new_loop: _NewLoop) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for attempt in (loop := new_loop(args, kwargs)):
            with attempt:
                return function(*args, **kwargs)
        return loop.result

    return call


def _async_retry(function: Callable[..., Awaitable[Any]], new_loop: _NewLoop) -> Callable[..., Awaitable[Any]]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        async for attempt in (loop := new_loop(args, kwargs)):
            with attempt:
                return await function(*args, **kwargs)
        return loop.result

    return call


async def _awaited(value: object) -> object:
    return await value if inspect.isawaitable(value) else value
