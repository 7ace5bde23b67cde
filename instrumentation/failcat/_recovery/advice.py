"""From the catalog's verdict to the next step of a recovery. Decides; waits and calls nothing."""

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
"""Where the catalog says that nothing may take the place of what failed."""

_DEFAULT_RETRIES = {RecoveryMode.CIRCUIT_BREAKER: breaker.OPENS_AFTER - 1}


class Step(Enum):
    RETRY = auto()
    FALL_BACK = auto()
    GIVE_UP = auto()


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about one failed try."""

    step: Step
    mode: RecoveryMode | None
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the caller allows."""

    max_retries: int | None = None  # None: as many as the catalog advises
    max_wait_seconds: float = MAX_WAIT_SECONDS  # a service that asks for more is not waited for
    can_restore: bool = False
    can_fall_back: bool = False
    budget: RetryBudget = field(default_factory=lambda: budget.shared)


def advise(failure: MatchResult, tries: int, limits: Limits) -> Advice:
    """The next step after the failed try number `tries`, from 1. A retry is paid from the budget."""
    mode = failure.recovery_mode
    wait_seconds = wait_before_retry(failure, tries)
    if _may_retry(failure, tries, limits) and wait_seconds <= limits.max_wait_seconds and limits.budget.take():
        return Advice(Step.RETRY, mode, wait_seconds)
    if limits.can_fall_back and failure.matched and mode not in _ENDING:
        return Advice(Step.FALL_BACK, RecoveryMode.FALLBACK)
    return Advice(Step.GIVE_UP, mode)


def wait_before_retry(failure: MatchResult, tries: int) -> float:
    """Seconds, by the catalog's delays and jitter, never less than the service asks for."""
    recovery = recovery_of(failure)
    if recovery is None:
        return 0.0
    wait_seconds = _backoff_seconds(recovery, tries)
    asked = retry_after_seconds(failure.exception) if failure.exception and recovery.honour_retry_after else None
    if asked is None:
        return wait_seconds
    # All clients that were refused at one moment would come back at one moment.
    return asked * (1.0 + random.random() * recovery.jitter)  # noqa: S311 - spreads load


def recovery_of(failure: MatchResult) -> Recovery | None:
    return failure.recovery or (failure.entry.recovery if failure.entry else None)


def _may_retry(failure: MatchResult, tries: int, limits: Limits) -> bool:
    recovery = recovery_of(failure)
    if recovery is None or not failure.is_retryable or recovery.mode not in _RETRYING:
        return False
    if recovery.mode is RecoveryMode.CHECKPOINT_RESTORE and not limits.can_restore:
        return False
    if recovery.mode is RecoveryMode.CIRCUIT_BREAKER and not breaker.shared.failed(failure.error_code):
        return False
    advised = recovery.max_attempts or _DEFAULT_RETRIES.get(recovery.mode, 0)
    return tries <= (advised if limits.max_retries is None else limits.max_retries)


def _backoff_seconds(recovery: Recovery, tries: int) -> float:
    if recovery.mode is RecoveryMode.RETRY_IMMEDIATE:
        return 0.0
    doubled_ms = recovery.base_delay_ms * 2.0 ** min(tries - 1, 32)
    capped_ms = min(doubled_ms, recovery.max_delay_ms) if recovery.max_delay_ms else doubled_ms
    random_share = random.random() * recovery.jitter  # noqa: S311 - spreads load
    return capped_ms / 1_000 * (1.0 - recovery.jitter + random_share)
