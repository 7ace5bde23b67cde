"""The catalog's judgement for those who retry with stamina or tenacity.

@stamina.retry(on=failcat.backoff)
@tenacity.retry(retry=tenacity.retry_if_exception(failcat.is_retryable), wait=failcat.wait, …)
"""

from __future__ import annotations

from typing import Protocol

from failcat._guard import harmless
from failcat._recovery.advice import wait_before_retry
from failcat._recovery.retry_after import retry_after_seconds
from failcat._reporting.control_flow import is_failure
from failcat._reporting.matching import match


class _Outcome(Protocol):
    def exception(self) -> BaseException | None: ...


class RetryState(Protocol):
    """What is read of tenacity's RetryCallState."""

    attempt_number: int
    outcome: _Outcome | None


@harmless(False)
def is_retryable(exception: BaseException) -> bool:
    """Whether the catalog knows the failure and says that trying again can help."""
    return is_failure(exception) and match(exception).is_retryable


@harmless(False)
def backoff(exception: Exception) -> bool | float:
    """For stamina's `on`: False for what is not retryable, the seconds that the service asks for, else True."""
    if not is_retryable(exception):
        return False
    asked = retry_after_seconds(exception)
    return True if asked is None else asked


@harmless(0.0)
def wait(state: RetryState) -> float:
    """For tenacity's `wait`: seconds by the catalog's delays, and never less than the service asks for."""
    exception = state.outcome.exception() if state.outcome else None
    return wait_before_retry(match(exception), state.attempt_number) if exception else 0.0
