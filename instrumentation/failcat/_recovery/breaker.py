"""Circuit breakers by error code: after five consecutive failures a code is not retried for a minute.

The numbers are the defaults of the recovery mode CIRCUIT_BREAKER.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

OPENS_AFTER = 5
RESETS_AFTER_SECONDS = 60.0
MAX_CODES = 256


class Breakers:
    """Counts consecutive failures by code. Safe to share between threads and event loops."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, tuple[int, float]] = {}  # their number, and when the last one was
        self._lock = Lock()

    def record_failure(self, code: str) -> bool:
        """Counts a failure. Returns whether it may be retried."""
        with self._lock:
            count, last = self._failures.pop(code, (0, 0.0))
            now = self._clock()
            if now - last > RESETS_AFTER_SECONDS:
                count = 0
            self._failures[code] = (count + 1, now)
            while len(self._failures) > MAX_CODES:
                del self._failures[next(iter(self._failures))]
            return count + 1 < OPENS_AFTER

    def record_success(self, code: str) -> None:
        with self._lock:
            self._failures.pop(code, None)


shared = Breakers()
