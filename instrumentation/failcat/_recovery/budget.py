"""One retry budget for all calls of a process, which prevents retry storms during an outage.

A token bucket, as in gRPC's retry throttling and the AWS SDKs: a retry takes a token; successes and time refill it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class RetryBudget:
    """A token bucket of retries. Safe to share between threads and event loops."""

    def __init__(
        self,
        capacity: float = 50.0,
        *,
        refill_per_second: float = 0.5,
        deposit_per_success: float = 0.2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Starts full. Allows `capacity` retries at once, then one per 1 / `deposit_per_success` successful calls and
        `refill_per_second` more."""
        self._capacity = capacity
        self._refill_per_second = refill_per_second
        self._deposit_per_success = deposit_per_success
        self._clock = clock
        self._tokens = capacity
        self._refilled_at = clock()
        self._lock = Lock()

    def take(self) -> bool:
        """Takes a token for one retry. Returns whether there was one."""
        with self._lock:
            self._refill()
            if self._tokens < 1.0:
                return False
            self._tokens -= 1.0
            return True

    def deposit(self) -> None:
        """Adds the deposit for one successful call."""
        with self._lock:
            self._tokens = min(self._tokens + self._deposit_per_success, self._capacity)

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._tokens + (now - self._refilled_at) * self._refill_per_second, self._capacity)
        self._refilled_at = now


shared = RetryBudget()
