"""Failures that this process reported recently: ids attached to exceptions, failures of spans, and their recoveries.

The locks are reentrant: garbage collection can end a span or report a task's exception anywhere, also while one is
held.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from threading import RLock
from typing import NamedTuple

from failcat._reporting.span_failures import SpanFailure, describes
from failcat._scope import current
from failcat_catalog.vocabulary import RecoveryMode

MAX_REPORTED_FAILURES = 10_000
MAX_UNCLAIMED = 256
MAX_UNCLAIMED_AGE_SECONDS = 10.0

_ID_ATTRIBUTE = "_failcat_failure_id"
_ORIGIN_ATTRIBUTE = "_failcat_origin"


class ReportOrigin(NamedTuple):
    """Which process reported an exception, and in which run and step. It survives pickling to another process."""

    pid: int
    attributes: Mapping[str, str | int]


def attach_id(exception: BaseException, failure_id: str) -> None:
    """Attaches the id of its failure to an exception; it survives pickling to another process."""
    scope = current.get()
    attributes = exception.__dict__  # not setattr: some classes forbid it
    attributes[_ID_ATTRIBUTE] = failure_id
    attributes[_ORIGIN_ATTRIBUTE] = (os.getpid(), scope.attributes if scope else {})


def attached_id(exception: BaseException) -> str | None:
    found = exception.__dict__.get(_ID_ATTRIBUTE)
    return found if isinstance(found, str) else None


def foreign_origin(exception: BaseException) -> ReportOrigin | None:
    """The origin of an exception that another process reported. That does not prove its delivery: a worker of a pool
    is killed once its result arrived."""
    found = exception.__dict__.get(_ORIGIN_ATTRIBUTE)
    if not isinstance(found, tuple) or len(found) != 2 or found[0] == os.getpid() or not isinstance(found[1], dict):
        return None
    return ReportOrigin(*found)


class _Unclaimed(NamedTuple):
    failure: SpanFailure
    run_id: object
    ended_at: float  # monotonic seconds


class UnclaimedFailures:
    """Failures of spans that ended while their exception was not being handled, so that the exception counts as
    reported when it appears later. Each is claimed once: equal texts of several attempts are several failures."""

    def __init__(self) -> None:
        self._recent: deque[_Unclaimed] = deque(maxlen=MAX_UNCLAIMED)
        self._lock = RLock()

    def add(self, failure: SpanFailure, run_id: object) -> None:
        with self._lock:
            self._recent.append(_Unclaimed(failure, run_id, time.monotonic()))

    def claim(self, exception: BaseException, run_id: object) -> str | None:
        """The id of a recent failure of a span in the same run that describes `exception`; None without one."""
        oldest = time.monotonic() - MAX_UNCLAIMED_AGE_SECONDS
        with self._lock:
            for candidate in reversed(self._recent):
                if candidate.ended_at < oldest:
                    return None
                if candidate.run_id == run_id and describes(candidate.failure, exception):
                    self._recent.remove(candidate)
                    return candidate.failure.failure_id
        return None


class ReportsBySpan:
    """The last failure reported inside each open span: a span that then fails without a message is about it."""

    def __init__(self) -> None:
        self._by_span: OrderedDict[int, str] = OrderedDict()
        self._lock = RLock()

    def add(self, span_id: int, failure_id: str) -> None:
        with self._lock:
            self._by_span[span_id] = failure_id
            self._by_span.move_to_end(span_id)
            while len(self._by_span) > MAX_UNCLAIMED:
                self._by_span.popitem(last=False)

    def take(self, span_id: int) -> str | None:
        with self._lock:
            return self._by_span.pop(span_id, None)


@dataclass(slots=True)
class RecoveryProgress:
    """The recovery of one failure: its mode, attempts and last outcome."""

    error_code: str
    mode: RecoveryMode
    attempts: int = 0
    succeeded: bool | None = None


class ReportedFailures:
    """The most recently reported failures by id, at most `max_ids`."""

    def __init__(self, max_ids: int = MAX_REPORTED_FAILURES) -> None:
        self._max_ids = max_ids
        self._by_id: OrderedDict[str, RecoveryProgress] = OrderedDict()
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, failure_id: str, error_code: str, mode: RecoveryMode) -> None:
        with self._lock:
            if failure_id in self._by_id:
                self._by_id.move_to_end(failure_id)
                return
            self._by_id[failure_id] = RecoveryProgress(error_code, mode)
            while len(self._by_id) > self._max_ids:
                self._by_id.popitem(last=False)

    def find(self, failure_id: str) -> RecoveryProgress | None:
        with self._lock:
            return self._by_id.get(failure_id)


unclaimed_failures = UnclaimedFailures()
reports_by_span = ReportsBySpan()
reported_failures = ReportedFailures()


def _renew_locks() -> None:
    """Replaces the locks in a forked child, where a lock that another thread held is never released."""
    unclaimed_failures._lock = RLock()
    reports_by_span._lock = RLock()
    reported_failures._lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
