"""Blocking work that the event loop has done again and again by a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

log = logging.getLogger("failcat.spool")


class RepeatedJob:
    """One at a time, so that jobs do not queue before a disk that hangs: the next begins `pause_seconds` after the last
    one has ended."""

    def __init__(self, start: Callable[[], asyncio.Future[None]], pause_seconds: float, *, at_once: bool) -> None:
        self._start = start
        self._pause_seconds = pause_seconds
        self._loop = asyncio.get_running_loop()
        self._started_at: float | None = None  # of the loop's time; None between two jobs
        self._next: asyncio.Handle | None = self._loop.call_later(0 if at_once else pause_seconds, self._run)

    @property
    def running_seconds(self) -> float:
        """How long the present job has taken so far; 0 between two jobs."""
        return 0.0 if self._started_at is None else self._loop.time() - self._started_at

    def stop(self) -> None:
        """Starts no further job."""
        if self._next is not None:
            self._next.cancel()
        self._next = None

    def _run(self) -> None:
        self._started_at = self._loop.time()
        self._start().add_done_callback(self._ended)

    def _ended(self, job: asyncio.Future[None]) -> None:
        self._started_at = None
        log_failure(job)
        if self._next is not None:
            self._next = self._loop.call_later(self._pause_seconds, self._run)


def log_failure(job: asyncio.Future[None]) -> None:
    """A callback for a job that nobody awaits."""
    if not job.cancelled() and (error := job.exception()) is not None:
        log.error("maintenance of the spool failed", exc_info=error)
