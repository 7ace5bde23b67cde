"""One budget of retries for all calls of a process, so that an outage does not become a storm.

A token bucket, as in gRPC's retry throttling and the AWS SDKs: a retry takes a token; successes and time give some
back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class RetryBudget:
    """Safe to share between threads and event loops."""

    def __init__(
        self,
        capacity: float = 50.0,
        *,
        refill_per_second: float = 0.5,
        deposit_per_success: float = 0.2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Full at first: `capacity` retries in a row, then one for each 1 / `deposit_per_success` calls that end well,
        and `refill_per_second`."""
        self._capacity = capacity
        self._refill_per_second = refill_per_second
        self._deposit_per_success = deposit_per_success
        self._clock = clock
        self._tokens = capacity
        self._refilled_at = clock()
        self._lock = Lock()

    def take(self) -> bool:
        """Whether one more retry may be made; if so, it is paid."""
        with self._lock:
            self._refill()
            if self._tokens < 1.0:
                return False
            self._tokens -= 1.0
            return True

    def deposit(self) -> None:
        """A call ended well."""
        with self._lock:
            self._tokens = min(self._tokens + self._deposit_per_success, self._capacity)

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._tokens + (now - self._refilled_at) * self._refill_per_second, self._capacity)
        self._refilled_at = now


shared = RetryBudget()
