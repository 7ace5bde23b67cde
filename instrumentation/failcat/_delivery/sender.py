"""The queue between the agent and the sidecar: bounded, emptied by one background thread; the agent never waits for it.

While the sidecar is unreachable the oldest failures stay queued, because they show the cause. When the queue is full,
new failures are dropped, counted and warned of; the sidecar gets the counts when it answers again.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextvars import Context
from threading import Condition, Lock, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from opentelemetry.sdk.trace import ReadableSpan

from failcat._ancestors import HealthySpan
from failcat._attributes import attributes_of, events_of, plain
from failcat._delivery.losses import Losses
from failcat._delivery.settings import DeliverySettings
from failcat._guard import log_internal_error, logger

if TYPE_CHECKING:
    from failcat._delivery.exporter import Exporter

MAX_QUEUED_BYTES = 32 << 20  # of memory, estimated by `span_size`
MAX_BATCH_SPANS = 2_048  # per request; large, because a response takes about as long whatever the size
MAX_BATCH_BYTES = 8 << 20  # by the same estimate; the request body is smaller
FULL_BATCH_SPANS = 256  # so many are sent without waiting for more
QUIET_SECONDS = 0.3
"""Failing parents, which name the agent, follow a failing span soon; in one request they become one complete row. So a
batch is sent when no span was queued for this long."""

MAX_LINGER_SECONDS = 1.5  # limit of that wait; a killed process loses this much without a count

FIRST_BACKOFF_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 30.0
FLUSH_ATTEMPTS = 2  # one may have started before the flush
WARNING_SECONDS = 60.0  # between two warnings of dropped failures

import_lock = Lock()
"""Held while the worker imports: a fork during an import would leave a partial module in the child."""

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})

_SPAN_BYTES = 3_400  # of a failing span without any text; measured
_ANCESTOR_BYTES = 800
_VALUE_BYTES = 64  # of an attribute without its text

_text_bytes = str.__sizeof__  # also of a subclass, which may override __sizeof__


class _Queued(NamedTuple):
    span: ReadableSpan
    extra: Mapping[str, str]  # attributes that became known after its end
    size_bytes: int
    ancestors: Sequence[HealthySpan]


class Sender:
    """Accepts spans from any thread. Safe to create before a fork: a child creates its own."""

    def __init__(self, settings: DeliverySettings) -> None:
        self.dropped = 0
        self._settings = settings
        self._losses = Losses()
        self._warned_drops = 0  # dropped spans that a warning counted
        self._next_warning_at = 0.0  # monotonic seconds
        self._batch_spans = MAX_BATCH_SPANS  # smaller while the sidecar refuses requests as too large
        self._queue: deque[_Queued] = deque()
        self._in_flight: list[_Queued] = []  # the worker's batch, until it is delivered or dropped
        self._bytes = 0
        self._changed = Condition()
        self._worker: Thread | None = None
        self._failed_attempts = 0
        self._announced_puts = 0  # spans that are about to be queued
        self._last_put_at = 0.0  # monotonic seconds
        self._is_flushing = False
        self._is_closed = False
        self._has_warned = False

    def put(
        self, span: ReadableSpan, extra: Mapping[str, str] = _NO_ATTRIBUTES, ancestors: Sequence[HealthySpan] = ()
    ) -> None:
        """Queues an ended span, and what is sent of the healthy spans around it; drops it when the queue is full."""
        size_bytes = span_size(span) + len(ancestors) * _ANCESTOR_BYTES
        with self._changed:
            if self._is_closed or self._bytes + size_bytes > MAX_QUEUED_BYTES:
                self._drop(span)
                return
            self._queue.append(_Queued(span, extra, size_bytes, ancestors))
            self._bytes += size_bytes
            self._last_put_at = time.monotonic()
            self._start_worker()
            if len(self._queue) in (1, FULL_BATCH_SPANS):
                self._changed.notify_all()

    def announce_put(self, count: int) -> None:
        """Announces a `put`, for which the next batch waits: the catalog may have to be loaded before it. -1 ends
        it."""
        with self._changed:
            self._announced_puts += count

    def _drop(self, span: ReadableSpan) -> None:
        self.dropped += 1
        self._losses.add(span)

    def flush(self, timeout_seconds: float) -> bool:
        """Waits until all spans are delivered and all losses reported, until attempts fail, or at most
        `timeout_seconds`. Returns whether no span is pending."""
        deadline = time.monotonic() + timeout_seconds
        with self._changed:
            self._is_flushing = True
            self._changed.notify_all()
            last_attempt = self._failed_attempts + FLUSH_ATTEMPTS
            while self._has_work and self._worker is not None and self._failed_attempts < last_attempt:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(remaining)
            self._is_flushing = False
            return not self.pending

    @property
    def url(self) -> str:
        return self._settings.url

    def problem(self) -> str:
        """Why the sidecar does not accept an empty request; empty if it does. Waits for the answer."""
        with self._new_exporter() as exporter:
            result = exporter.post(b"")
        return "" if result.is_accepted else f"{self._settings.url}: {result.reason}"

    @property
    def pending(self) -> int:
        """Number of spans that are neither delivered nor dropped yet."""
        return len(self._queue) + len(self._in_flight)

    @property
    def _has_work(self) -> bool:
        return bool(self.pending) or (self._losses.due_in() is not None and not self._is_closed)

    def _start_worker(self) -> None:
        if self._worker is None:
            self._worker = Thread(target=self._run, name="failcat", daemon=True)
            try:
                Context().run(self._worker.start)  # outside every run and trace
            except RuntimeError:  # the interpreter is shutting down
                self._worker = None

    def _run(self) -> None:
        try:
            exporter = self._new_exporter()
        except BaseException:  # for example an incompatible protobuf
            log_internal_error("preparing to send")
            self._close()
            return
        with exporter:
            while True:
                self._collect_batch()
                try:
                    if self._in_flight:
                        self._deliver(exporter)
                    self._report_losses(exporter)
                except BaseException:  # SystemExit of an object among the attributes would end this thread
                    log_internal_error("sending")
                    self._drop_or_split()
                self.warn_of_losses()

    def _new_exporter(self) -> Exporter:
        with import_lock:
            from failcat._delivery.exporter import Exporter  # noqa: PLC0415 - an agent without failures never loads it
        return Exporter(self._settings)

    def _close(self) -> None:
        """Drops the queue and accepts no more spans: nothing can be sent."""
        with self._changed:
            self._is_closed = True
            for queued in self._queue:
                self._drop(queued.span)
            self._queue.clear()
            self._changed.notify_all()

    def _collect_batch(self) -> None:
        """Waits for spans and moves them into the batch once no more arrive; a flush ends the wait. Leaves the batch
        empty when only losses are to be reported."""
        with self._changed:
            while not self._queue:
                if self._is_report_due():
                    return
                self._changed.wait(self._losses.due_in())
            deadline = time.monotonic() + MAX_LINGER_SECONDS
            while not self._is_flushing and len(self._queue) < FULL_BATCH_SPANS:
                remaining = self._linger_until(deadline) - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(min(remaining, QUIET_SECONDS))  # polls, so that `put` need not notify
            size_bytes = 0
            while self._queue and len(self._in_flight) < self._batch_spans:
                size_bytes += self._queue[0].size_bytes
                if self._in_flight and size_bytes > MAX_BATCH_BYTES:
                    break
                self._in_flight.append(self._queue.popleft())

    def _linger_until(self, deadline: float) -> float:
        return deadline if self._announced_puts else min(deadline, self._last_put_at + QUIET_SECONDS)

    def _deliver(self, exporter: Exporter) -> None:
        """Sends the batch until the sidecar accepts or refuses it. Splits a batch that is too large."""
        spans = [(queued.span, queued.extra) for queued in self._in_flight]
        body = exporter.encode(spans, (each for queued in self._in_flight for each in queued.ancestors))
        backoff_seconds = FIRST_BACKOFF_SECONDS
        while True:
            result = exporter.post(body)
            if result.is_too_large and len(self._in_flight) > 1:
                self._split_batch()
                return
            if not result.is_accepted:
                self.warn(result.reason)
            if result.is_final:
                self._complete_batch(is_accepted=result.is_accepted)
                return
            self.warn_of_losses()
            self._back_off(max(backoff_seconds, result.retry_after_seconds))
            backoff_seconds = min(backoff_seconds * 2, MAX_BACKOFF_SECONDS)

    def _back_off(self, seconds: float) -> None:
        """Counts a failed attempt and waits `seconds`, or until a flush."""
        deadline = time.monotonic() + seconds
        self._count_failed_attempt()
        with self._changed:
            while not self._is_flushing and (remaining := deadline - time.monotonic()) > 0:
                self._changed.wait(remaining)

    def _count_failed_attempt(self) -> None:
        with self._changed:
            self._failed_attempts += 1
            self._changed.notify_all()

    def _drop_or_split(self) -> None:
        """After an unexpected error: splits the batch, and drops it when one span is left, so that only the span that
        causes the error is lost."""
        if len(self._in_flight) > 1:
            self._split_batch()
            return
        self._count_failed_attempt()
        self._complete_batch(is_accepted=False)

    def _split_batch(self) -> None:
        """Returns the batch to the queue; the next one is half as large."""
        with self._changed:
            self._batch_spans = len(self._in_flight) // 2
            self._queue.extendleft(reversed(self._in_flight))
            self._in_flight = []

    def _complete_batch(self, *, is_accepted: bool) -> None:
        with self._changed:
            if is_accepted:
                self._batch_spans = min(self._batch_spans * 2, MAX_BATCH_SPANS)
            else:
                for queued in self._in_flight:
                    self._drop(queued.span)
            self._bytes -= sum(queued.size_bytes for queued in self._in_flight)
            self._in_flight = []
            self._changed.notify_all()

    def _is_report_due(self) -> bool:
        """Losses are due at their time, or during a flush after the queue is empty."""
        due_in = self._losses.due_in()
        return due_in == 0 or (due_in is not None and self._is_flushing and not self._queue)

    def _report_losses(self, exporter: Exporter) -> None:
        """Sends a due report, once; only `flush` waits for it."""
        with self._changed:
            if not self._is_report_due():
                return
            reports = self._losses.take_reports()
        result = exporter.post(exporter.encode([(report, _NO_ATTRIBUTES) for report in reports]))
        if not result.is_accepted:
            self._count_failed_attempt()
            return
        with self._changed:
            self._losses.acknowledge()
            self._changed.notify_all()

    def warn(self, reason: str) -> None:
        """Logs once per sender that failures do not reach the sidecar."""
        if not self._has_warned:
            self._has_warned = True
            logger.warning(
                "no failure reaches the sidecar at %s: %s. Up to %d MiB of them are queued (logged once).",
                self._settings.url,
                reason,
                MAX_QUEUED_BYTES >> 20,
            )

    def warn_of_losses(self, *, at_end: bool = False) -> None:
        """Logs how many failures were dropped since the last warning: once a minute at most, and when the process
        ends."""
        with self._changed:
            count, now = self.dropped - self._warned_drops, time.monotonic()
            if not count or (now < self._next_warning_at and not at_end):
                return
            self._warned_drops, self._next_warning_at = self.dropped, now + WARNING_SECONDS
        logger.warning(
            "%d failures were dropped before they reached the sidecar at %s: it refused them, or more than %d MiB were "
            "queued. Their number is reported to its table failure_losses (logged once a minute).",
            count,
            self._settings.url,
            MAX_QUEUED_BYTES >> 20,
        )


def span_size(span: ReadableSpan) -> int:
    """Estimates the bytes of memory that a span holds. Runs for every failing span: its cost is measured."""
    size = _SPAN_BYTES + len(span.name) + len(span.status.description or "") + _size_of_attributes(attributes_of(span))
    links = span.links if getattr(span, "_links", True) else ()
    for told in (*(event.attributes for event in events_of(span)), *(link.attributes for link in links)):
        size += _size_of_attributes(plain(told or {})) + _VALUE_BYTES
    return size


def _size_of_attributes(attributes: Mapping[str, object]) -> int:
    size = (len(attributes) + 1) * _VALUE_BYTES
    for name, value in attributes.items():
        size += len(name) + (_text_bytes(value) if type(value) is str else _size_of(value) - _VALUE_BYTES)
    return size


def _size_of(value: object) -> int:
    if isinstance(value, str):
        return _text_bytes(value) + _VALUE_BYTES
    if isinstance(value, bytes):
        return len(value) + _VALUE_BYTES
    if isinstance(value, tuple | list):
        return sum(map(_size_of, value)) + _VALUE_BYTES
    return _VALUE_BYTES
