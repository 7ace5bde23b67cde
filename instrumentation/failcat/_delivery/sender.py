"""The queue between the agent and the sidecar: bounded, emptied by one background thread, never waited for.

While the sidecar is unreachable the oldest failures wait, because they tell the cause; what finds the queue full is
dropped and counted, with a warning, and the sidecar is told how many once it answers again.
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

from failcat._attributes import plain
from failcat._delivery.losses import Losses
from failcat._delivery.settings import Settings
from failcat._guard import logger, swallow

if TYPE_CHECKING:
    from failcat._delivery.exporter import Exporter

MAX_QUEUED_BYTES = 32 << 20  # of memory, as `span_size` estimates it
MAX_BATCH_SPANS = 2_048  # the longer the queue, the larger a request: an answer takes about as long whatever it is for
MAX_BATCH_BYTES = 8 << 20  # of the same estimate; what is sent is smaller
ENOUGH_SPANS = 256  # not to wait for more
QUIET_SECONDS = 0.3
"""A failing span is soon followed by failing parents, which know the agent; in one request they become one row with the
best of all. So a request waits until nothing has come for so long."""

MAX_LINGER_SECONDS = 1.5  # at most; also what a killed process loses at least, untold

FIRST_BACKOFF_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 30.0
TRIES_AT_FLUSH = 2  # one may have begun before the flush
WARNING_SECONDS = 60.0  # between two warnings of what was dropped

importing = Lock()
"""Held while the worker imports: a fork at that moment would leave the child with half a module for ever."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


_SPAN_BYTES = 3_400  # of a failing span without any text; measured
_VALUE_BYTES = 64  # of an attribute without its text

_text_bytes = str.__sizeof__  # of a subclass too, whatever it says itself


class _Queued(NamedTuple):
    span: ReadableSpan
    extra: Mapping[str, str]  # attributes that were known only after its end
    size_bytes: int


class Sender:
    """Takes spans from any thread. Safe to make before a fork: a child makes its own."""

    def __init__(self, settings: Settings) -> None:
        self.dropped = 0
        self._settings = settings
        self._losses = Losses()
        self._warned_of = 0  # dropped spans
        self._warn_from = 0.0  # monotonic seconds
        self._batch_spans = MAX_BATCH_SPANS  # less while the sidecar finds requests too large
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
        size_bytes = span_size(span)
        with self._changed:
            if self._is_closed or self._bytes + size_bytes > MAX_QUEUED_BYTES:
                self._drop(span)
                return
            self._waiting.append(_Queued(span, extra, size_bytes))
            self._bytes += size_bytes
            self._last_put_at = time.monotonic()
            self._start_worker()
            if len(self._waiting) in (1, ENOUGH_SPANS):
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

    def _drop(self, span: ReadableSpan) -> None:
        self.dropped += 1
        self._losses.add(span)

    def flush(self, timeout_seconds: float) -> bool:
        """Waits until all is delivered and what was dropped is told, as long as tries succeed and at most
        `timeout_seconds`. Whether nothing waits to be delivered."""
        deadline = time.monotonic() + timeout_seconds
        with self._changed:
            self._in_a_hurry = True
            self._changed.notify_all()
            last_try = self._failed_tries + TRIES_AT_FLUSH
            while self._has_work and self._worker is not None and self._failed_tries < last_try:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(remaining)
            self._in_a_hurry = False
            return not self.pending

    @property
    def pending(self) -> int:
        """Spans that are neither delivered nor dropped yet."""
        return len(self._waiting) + len(self._in_hand)

    @property
    def _has_work(self) -> bool:
        return bool(self.pending) or (self._losses.due_in() is not None and not self._is_closed)

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
        except BaseException:  # a protobuf that does not fit, …
            swallow("preparing to send")
            self._close()
            return
        with made as exporter:
            while True:
                self._take()
                try:
                    if self._in_hand:
                        self._deliver(exporter)
                    self._tell_losses(exporter)
                except BaseException:  # SystemExit of an object among the attributes would end this thread for good
                    swallow("sending")
                    self._give_up()
                self.warn_of_losses()

    def _new_exporter(self) -> Exporter:
        with importing:
            from failcat._delivery.exporter import Exporter  # noqa: PLC0415 - an agent without failures never needs what it loads
        return Exporter(self._settings)

    def _close(self) -> None:
        """Takes nothing more: nothing can be sent."""
        with self._changed:
            self._is_closed = True
            for queued in self._waiting:
                self._drop(queued.span)
            self._waiting.clear()
            self._changed.notify_all()

    def _take(self) -> None:
        """Fills the worker's hand once there is something and nothing more comes, unless someone waits for it. Leaves
        it empty when only losses are to be told."""
        with self._changed:
            while not self._waiting:
                if self._is_report_due():
                    return
                self._changed.wait(self._losses.due_in())
            deadline = time.monotonic() + MAX_LINGER_SECONDS
            while not self._in_a_hurry and len(self._waiting) < ENOUGH_SPANS:
                remaining = self._linger_until(deadline) - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(min(remaining, QUIET_SECONDS))  # looks again, so that no `put` has to wake it
            size_bytes = 0
            while self._waiting and len(self._in_hand) < self._batch_spans:
                size_bytes += self._waiting[0].size_bytes
                if self._in_hand and size_bytes > MAX_BATCH_BYTES:
                    break
                self._in_hand.append(self._waiting.popleft())

    def _linger_until(self, deadline: float) -> float:
        return deadline if self._expected else min(deadline, self._last_put_at + QUIET_SECONDS)

    def _deliver(self, exporter: Exporter) -> None:
        """Tries until the sidecar has taken or refused what is in hand. What is too large is put
        back, to go in halves."""
        body = exporter.encode([(queued.span, queued.extra) for queued in self._in_hand])
        backoff_seconds = FIRST_BACKOFF_SECONDS
        while True:
            outcome = exporter.post(body)
            if outcome.is_too_large and len(self._in_hand) > 1:
                self._put_back()
                return
            if not outcome.is_taken:
                self.warn(outcome.reason)
            if outcome.is_final:
                self._done(is_taken=outcome.is_taken)
                return
            self.warn_of_losses()
            self._back_off(max(backoff_seconds, outcome.retry_after_seconds))
            backoff_seconds = min(backoff_seconds * 2, MAX_BACKOFF_SECONDS)

    def _back_off(self, seconds: float) -> None:
        """Counts a failed try and waits, less when someone waits for us."""
        deadline = time.monotonic() + seconds
        self._count_failed_try()
        with self._changed:
            while not self._in_a_hurry and (remaining := deadline - time.monotonic()) > 0:
                self._changed.wait(remaining)

    def _count_failed_try(self) -> None:
        with self._changed:
            self._failed_tries += 1
            self._changed.notify_all()

    def _give_up(self) -> None:
        """After an error of ours or of an object in a span: that span alone is dropped, the others are tried without
        it."""
        if len(self._in_hand) > 1:
            self._put_back()
            return
        self._count_failed_try()
        self._done(is_taken=False)

    def _put_back(self) -> None:
        """So that half as many are sent next."""
        with self._changed:
            self._batch_spans = len(self._in_hand) // 2
            self._waiting.extendleft(reversed(self._in_hand))
            self._in_hand = []

    def _done(self, *, is_taken: bool) -> None:
        with self._changed:
            if is_taken:
                self._batch_spans = min(self._batch_spans * 2, MAX_BATCH_SPANS)
            else:
                for queued in self._in_hand:
                    self._drop(queued.span)
            self._bytes -= sum(queued.size_bytes for queued in self._in_hand)
            self._in_hand = []
            self._changed.notify_all()

    def _is_report_due(self) -> bool:
        """Before the end, what can still be delivered goes first."""
        due_in = self._losses.due_in()
        return due_in == 0 or (due_in is not None and self._in_a_hurry and not self._waiting)

    def _tell_losses(self, exporter: Exporter) -> None:
        """One try, when one is due; nothing waits for its answer but who flushes."""
        with self._changed:
            if not self._is_report_due():
                return
            reports = self._losses.take()
        outcome = exporter.post(exporter.encode([(report, _NOTHING) for report in reports]))
        if not outcome.is_taken:
            self._count_failed_try()
            return
        with self._changed:
            self._losses.told()
            self._changed.notify_all()

    def warn(self, reason: str) -> None:
        """Says once in the life of this sender that failures do not arrive."""
        if not self._has_warned:
            self._has_warned = True
            logger.warning(
                "no failure reaches the sidecar at %s: %s. Up to %d MiB of them are queued (logged once).",
                self._settings.url,
                reason,
                MAX_QUEUED_BYTES >> 20,
            )

    def warn_of_losses(self, *, at_end: bool = False) -> None:
        """Says how many were dropped since it was last said: once a minute at most, and when the process ends."""
        with self._changed:
            count, now = self.dropped - self._warned_of, time.monotonic()
            if not count or (now < self._warn_from and not at_end):
                return
            self._warned_of, self._warn_from = self.dropped, now + WARNING_SECONDS
        logger.warning(
            "%d failures were dropped before they reached the sidecar at %s: it refused them, or more than %d MiB were "
            "queued. It is told how many, for its table failure_losses (logged once a minute).",
            count,
            self._settings.url,
            MAX_QUEUED_BYTES >> 20,
        )


def span_size(span: ReadableSpan) -> int:
    """Roughly the bytes of memory that a span holds. Runs for every failing span, so it is measured."""
    size = _SPAN_BYTES + len(span.name) + len(span.status.description or "")
    events, links = span.events, span.links
    for found in (span.attributes, *(event.attributes for event in events), *(link.attributes for link in links)):
        if found:
            attributes = plain(found)
            size += sum(map(len, attributes)) + sum(map(_size_of, attributes.values()))
        size += _VALUE_BYTES
    return size


def _size_of(value: object) -> int:
    if isinstance(value, str):
        return _text_bytes(value) + _VALUE_BYTES
    if isinstance(value, bytes):
        return len(value) + _VALUE_BYTES
    if isinstance(value, tuple | list):
        return sum(map(_size_of, value)) + _VALUE_BYTES
    return _VALUE_BYTES
