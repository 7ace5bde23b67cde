"""The catalog's verdict as predicates for stamina and tenacity.

@stamina.retry(on=failcat.backoff)
@tenacity.retry(retry=tenacity.retry_if_exception(failcat.is_retryable), wait=failcat.wait, …)
"""

from __future__ import annotations

from typing import Protocol

from failcat._guard import never_raises
from failcat._recovery.advice import wait_before_retry
from failcat._recovery.retry_after import retry_after_seconds
from failcat._reporting.control_flow import is_failure
from failcat._reporting.matching import match


class _TenacityOutcome(Protocol):
    def exception(self) -> BaseException | None: ...


class TenacityState(Protocol):
    """The attributes of tenacity's RetryCallState that `wait` reads."""

    attempt_number: int
    outcome: _TenacityOutcome | None


@never_raises(False)
def is_retryable(exception: BaseException) -> bool:
    """Whether the catalog knows the failure and calls it retryable. Never raises."""
    return is_failure(exception) and match(exception).is_retryable


@never_raises(False)
def backoff(exception: Exception) -> bool | float:
    """For stamina's `on`: False if not retryable, else the service's retry delay in seconds, or True without one. Never
    raises."""
    if not is_retryable(exception):
        return False
    retry_delay = retry_after_seconds(exception)
    return True if retry_delay is None else retry_delay


@never_raises(0.0)
def wait(state: TenacityState) -> float:
    """For tenacity's `wait`: seconds, by the catalog's delays, at least the service's retry delay. Never raises."""
    exception = state.outcome.exception() if state.outcome else None
    return wait_before_retry(match(exception), state.attempt_number) if exception else 0.0
