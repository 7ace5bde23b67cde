"""What this process has reported: ids on exceptions, failures seen on spans, and what was said about each id.

The locks are reentrant: a collection of garbage may end a span or report a task's exception anywhere, also in here.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from threading import RLock
from typing import NamedTuple

from failcat._reporting.failing import Failing, is_about
from failcat_catalog.vocabulary import RecoveryMode

MAX_REMEMBERED_IDS = 10_000
MAX_SIGHTINGS = 256
MAX_SIGHTING_AGE_SECONDS = 10.0

_MARK = "_failcat_failure_id"


def mark(exception: BaseException, failure_id: str) -> None:
    """Lets an exception carry the id of its failure, wherever it travels: also pickled to another process."""
    exception.__dict__[_MARK] = failure_id  # not setattr: some classes are frozen


def marked_id(exception: BaseException) -> str | None:
    found = exception.__dict__.get(_MARK)
    return found if isinstance(found, str) else None


class _Sighting(NamedTuple):
    failing: Failing
    run_id: object
    seen_at: float  # monotonic seconds


class Sightings:
    """Failing spans whose exception object was not at hand when they ended, so that the exception is known as reported
    when it shows up later. A sighting is claimed once: equal texts of several tries are several failures."""

    def __init__(self) -> None:
        self._recent: deque[_Sighting] = deque(maxlen=MAX_SIGHTINGS)
        self._lock = RLock()

    def add(self, failing: Failing, run_id: object) -> None:
        with self._lock:
            self._recent.append(_Sighting(failing, run_id, time.monotonic()))

    def claim(self, exception: BaseException, run_id: object) -> str | None:
        """The id of the failure that a span of the same run reported for this exception lately."""
        oldest = time.monotonic() - MAX_SIGHTING_AGE_SECONDS
        with self._lock:
            for sighting in reversed(self._recent):
                if sighting.seen_at < oldest:
                    return None
                if sighting.run_id == run_id and is_about(sighting.failing, exception):
                    self._recent.remove(sighting)
                    return sighting.failing.failure_id
        return None


class ReportsInside:
    """The last failure that was reported inside each open span. One that then fails without a word is about it."""

    def __init__(self) -> None:
        self._by_span: OrderedDict[int, str] = OrderedDict()
        self._lock = RLock()

    def add(self, span_id: int, failure_id: str) -> None:
        with self._lock:
            self._by_span[span_id] = failure_id
            self._by_span.move_to_end(span_id)
            while len(self._by_span) > MAX_SIGHTINGS:
                self._by_span.popitem(last=False)

    def take(self, span_id: int) -> str | None:
        with self._lock:
            return self._by_span.pop(span_id, None)


@dataclass(slots=True)
class Remembered:
    """What the catalog said of a failure, and what became of its recovery."""

    error_code: str
    mode: RecoveryMode
    attempts: int = 0
    succeeded: bool | None = None


class Ids:
    """The last reported failures by id."""

    def __init__(self, max_ids: int = MAX_REMEMBERED_IDS) -> None:
        self._max_ids = max_ids
        self._by_id: OrderedDict[str, Remembered] = OrderedDict()
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._by_id)

    def remember(self, failure_id: str, error_code: str, mode: RecoveryMode) -> None:
        with self._lock:
            if failure_id in self._by_id:
                self._by_id.move_to_end(failure_id)
                return
            self._by_id[failure_id] = Remembered(error_code, mode)
            while len(self._by_id) > self._max_ids:
                self._by_id.popitem(last=False)

    def find(self, failure_id: str) -> Remembered | None:
        with self._lock:
            return self._by_id.get(failure_id)


sightings = Sightings()
reports_inside = ReportsInside()
ids = Ids()


def _renew_locks() -> None:
    """A lock that another thread held at the fork is never released in the child."""
    sightings._lock = RLock()
    reports_inside._lock = RLock()
    ids._lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
