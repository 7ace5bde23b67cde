"""The queue between the agent and the sidecar: bounded, emptied by one background thread, never waited for.

While the sidecar is away the oldest failures wait, because they tell the cause; what finds the queue full is dropped
and counted.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from threading import Condition, Lock, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from opentelemetry.sdk.trace import ReadableSpan

from failcat.failing import plain
from failcat.guard import logger, swallow
from failcat.settings import Settings

if TYPE_CHECKING:
    from failcat.exporter import Exporter

MAX_QUEUED_SPANS = 2_048
MAX_QUEUED_BYTES = 16 << 20  # of text in them
MAX_BATCH_SPANS = 256
QUIET_SECONDS = 0.3
"""A failing span is soon followed by failing parents, which know the agent; in one request they become one row with the
best of all. So a request waits until nothing has come for so long."""

MAX_LINGER_SECONDS = 1.5  # at most; also what a killed process loses

FIRST_BACKOFF_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 30.0
TRIES_AT_FLUSH = 2  # one may have begun before the flush

importing = Lock()
"""Held while the worker imports: a fork at that moment would leave the child with half a module for ever."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


class _Queued(NamedTuple):
    span: ReadableSpan
    extra: Mapping[str, str]  # attributes that were known only after its end
    size_bytes: int


class Sender:
    """Takes spans from any thread. Safe to make before a fork: a child makes its own."""

    def __init__(self, settings: Settings) -> None:
        self.dropped = 0
        self._settings = settings
        self._waiting: deque[_Queued] = deque()
        self._in_hand: list[_Queued] = []  # by the worker, until they are delivered or dropped
        self._bytes = 0
        self._changed = Condition()
        self._worker: Thread | None = None
        self._failed_tries = 0
        self._expected = 0  # spans that are about to be put
        self._last_put_at = 0.0  # monotonic seconds
        self._in_a_hurry = False
        self._is_closed = False
        self._has_warned = False

    def put(self, span: ReadableSpan, extra: Mapping[str, str] = _NOTHING) -> None:
        """Queues an ended span; drops it when the queue is full."""
        size_bytes = text_size(span)
        with self._changed:
            is_full = self._pending >= MAX_QUEUED_SPANS or self._bytes + size_bytes > MAX_QUEUED_BYTES
            if is_full or self._is_closed:
                self.dropped += 1
                return
            self._waiting.append(_Queued(span, extra, size_bytes))
            self._bytes += size_bytes
            self._last_put_at = time.monotonic()
            self._start_worker()
            if len(self._waiting) in (1, MAX_BATCH_SPANS):
                self._changed.notify_all()

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """Announces a `put`: what is sent next waits for it, for the catalog may have to be loaded before."""
        with self._changed:
            self._expected += 1
        try:
            yield
        finally:
            with self._changed:
                self._expected -= 1

    def flush(self, timeout_seconds: float) -> bool:
        """Waits until all is delivered, as long as tries succeed and at most `timeout_seconds`."""
        deadline = time.monotonic() + timeout_seconds
        with self._changed:
            self._in_a_hurry = True
            self._changed.notify_all()
            last_try = self._failed_tries + TRIES_AT_FLUSH
            while self._pending and self._worker is not None and self._failed_tries < last_try:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(remaining)
            self._in_a_hurry = False
            return not self._pending

    @property
    def _pending(self) -> int:
        return len(self._waiting) + len(self._in_hand)

    def _start_worker(self) -> None:
        if self._worker is None:
            self._worker = Thread(target=self._work, name="failcat", daemon=True)
            try:
                Context().run(self._worker.start)  # it belongs to no run and to no trace
            except RuntimeError:  # the interpreter is ending and starts no more threads
                self._worker = None

    def _work(self) -> None:
        try:
            made = self._new_exporter()
        except Exception:  # a protobuf that does not fit, …
            swallow("preparing to send")
            self._close()
            return
        with made as exporter:
            while True:
                self._take()
                try:
                    self._deliver(exporter)
                except Exception:
                    swallow("sending")
                    self._done(dropped=len(self._in_hand))

    def _new_exporter(self) -> Exporter:
        with importing:
            from failcat.exporter import Exporter  # noqa: PLC0415 - an agent without failures never needs what it loads
        return Exporter(self._settings)

    def _close(self) -> None:
        """Takes nothing more: nothing can be sent."""
        with self._changed:
            self._is_closed = True
            self.dropped += len(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()

    def _take(self) -> None:
        """Fills the worker's hand once there is something and nothing more comes, unless someone waits for it."""
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            deadline = time.monotonic() + MAX_LINGER_SECONDS
            while not self._in_a_hurry and len(self._waiting) < MAX_BATCH_SPANS:
                remaining = self._linger_until(deadline) - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(min(remaining, QUIET_SECONDS))  # looks again, so that no `put` has to wake it
            count = min(len(self._waiting), MAX_BATCH_SPANS)
            self._in_hand = [self._waiting.popleft() for _ in range(count)]

    def _linger_until(self, deadline: float) -> float:
        return deadline if self._expected else min(deadline, self._last_put_at + QUIET_SECONDS)

    def _deliver(self, exporter: Exporter) -> None:
        """Tries until the sidecar has taken or refused what is in hand."""
        body = exporter.encode([(queued.span, queued.extra) for queued in self._in_hand])
        backoff_seconds = FIRST_BACKOFF_SECONDS
        while True:
            outcome = exporter.post(body)
            if outcome.is_final:
                if not outcome.is_taken:
                    self.warn(outcome.reason)
                self._done(dropped=0 if outcome.is_taken else len(self._in_hand))
                return
            self.warn(outcome.reason)
            self._back_off(max(backoff_seconds, outcome.retry_after_seconds))
            backoff_seconds = min(backoff_seconds * 2, MAX_BACKOFF_SECONDS)

    def _back_off(self, seconds: float) -> None:
        """Counts a failed try and waits, less when someone waits for us."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._failed_tries += 1
            self._changed.notify_all()
            while not self._in_a_hurry and (remaining := deadline - time.monotonic()) > 0:
                self._changed.wait(remaining)

    def _done(self, dropped: int) -> None:
        with self._changed:
            self.dropped += dropped
            self._bytes -= sum(queued.size_bytes for queued in self._in_hand)
            self._in_hand = []
            self._changed.notify_all()

    def warn(self, reason: str) -> None:
        """Says once in the life of this sender that failures do not arrive."""
        if not self._has_warned:
            self._has_warned = True
            logger.warning(
                "no failure reaches the sidecar at %s: %s. Up to %d wait for it; this is said once.",
                self._settings.url,
                reason,
                MAX_QUEUED_SPANS,
            )


def text_size(span: ReadableSpan) -> int:
    """Roughly the bytes of the texts in a span: what makes one large."""
    size = len(span.status.description or "")
    for attributes in (span.attributes, *(event.attributes for event in span.events)):
        if attributes:
            size += sum(map(_size_of, plain(attributes).values()))
    return size


def _size_of(value: object) -> int:
    if isinstance(value, str | bytes):
        return len(value) + 64
    if isinstance(value, tuple | list):
        return sum(map(_size_of, value))
    return 64
