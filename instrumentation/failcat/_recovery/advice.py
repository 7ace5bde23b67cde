"""Decides the next action after a failed attempt, by the catalog's verdict. Has no side effects but on budget and
breaker."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import Enum, auto

from failcat._recovery import breaker, budget
from failcat._recovery.budget import RetryBudget
from failcat._recovery.retry_after import retry_after_seconds
from failcat._reporting.matching import MatchResult
from failcat_catalog.types import Recovery
from failcat_catalog.vocabulary import RecoveryMode

MAX_WAIT_SECONDS = 60.0

_RETRYING = frozenset(
    {
        RecoveryMode.RETRY_IMMEDIATE,
        RecoveryMode.RETRY_EXPONENTIAL,
        RecoveryMode.RETRY_WITH_JITTER,
        RecoveryMode.CIRCUIT_BREAKER,
        RecoveryMode.CHECKPOINT_RESTORE,
    }
)
_ENDING = frozenset({RecoveryMode.ABORT, RecoveryMode.MANUAL_INTERVENTION})
"""The modes in which no fallback is allowed."""

_DEFAULT_RETRIES = {RecoveryMode.CIRCUIT_BREAKER: breaker.OPENS_AFTER - 1}


class NextAction(Enum):
    """What follows a failed attempt."""

    RETRY = auto()
    FALL_BACK = auto()
    GIVE_UP = auto()


@dataclass(frozen=True, slots=True)
class Advice:
    """The next action after one failed attempt."""

    action: NextAction
    mode: RecoveryMode | None
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """The limits that the caller sets."""

    max_retries: int | None = None  # None: the catalog's number
    max_wait_seconds: float = MAX_WAIT_SECONDS  # a longer retry delay ends the retries
    can_restore: bool = False
    can_fall_back: bool = False
    budget: RetryBudget = field(default_factory=lambda: budget.shared)


def advise(failure: MatchResult, attempt: int, limits: RetryLimits) -> Advice:
    """The next action after failed attempt number `attempt`, from 1. A retry takes a token from the budget."""
    mode = failure.recovery_mode
    wait_seconds = wait_before_retry(failure, attempt)
    if _may_retry(failure, attempt, limits) and wait_seconds <= limits.max_wait_seconds and limits.budget.take():
        return Advice(NextAction.RETRY, mode, wait_seconds)
    if limits.can_fall_back and failure.matched and mode not in _ENDING:
        return Advice(NextAction.FALL_BACK, RecoveryMode.FALLBACK)
    return Advice(NextAction.GIVE_UP, mode)


def wait_before_retry(failure: MatchResult, attempt: int) -> float:
    """Seconds before the next attempt: the catalog's delay with jitter, or the service's retry delay if it has one."""
    recovery = recovery_of(failure)
    if recovery is None:
        return 0.0
    wait_seconds = _backoff_seconds(recovery, attempt)
    retry_delay = retry_after_seconds(failure.exception) if failure.exception and recovery.honour_retry_after else None
    if retry_delay is None:
        return wait_seconds
    # Without jitter, all clients that were refused at one moment would retry at one moment.
    return retry_delay * (1.0 + random.random() * recovery.jitter)  # noqa: S311 - jitter


def recovery_of(failure: MatchResult) -> Recovery | None:
    return failure.recovery or (failure.entry.recovery if failure.entry else None)


def _may_retry(failure: MatchResult, attempt: int, limits: RetryLimits) -> bool:
    recovery = recovery_of(failure)
    if recovery is None or not failure.is_retryable or recovery.mode not in _RETRYING:
        return False
    if recovery.mode is RecoveryMode.CHECKPOINT_RESTORE and not limits.can_restore:
        return False
    if recovery.mode is RecoveryMode.CIRCUIT_BREAKER and not breaker.shared.record_failure(failure.error_code):
        return False
    advised = recovery.max_attempts or _DEFAULT_RETRIES.get(recovery.mode, 0)
    return attempt <= (advised if limits.max_retries is None else limits.max_retries)


def _backoff_seconds(recovery: Recovery, attempt: int) -> float:
    if recovery.mode is RecoveryMode.RETRY_IMMEDIATE:
        return 0.0
    doubled_ms = recovery.base_delay_ms * 2.0 ** min(attempt - 1, 32)
    capped_ms = min(doubled_ms, recovery.max_delay_ms) if recovery.max_delay_ms else doubled_ms
    random_share = random.random() * recovery.jitter  # noqa: S311 - jitter
    return capped_ms / 1_000 * (1.0 - recovery.jitter + random_share)
