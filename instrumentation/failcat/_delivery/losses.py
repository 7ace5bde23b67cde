"""What was dropped, by tenant, run and hour, until the sidecar knows: small, however long it is unreachable.

A report is sent again in the same words until it is taken, and the sidecar counts its id once. What a process has not
told when it is killed is lost without a count.
"""

from __future__ import annotations

import time
from typing import NamedTuple
from uuid import UUID

from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext

from failcat._attributes import plain
from failcat._scope import random_id
from failcat_catalog import attributes as own
from failcat_catalog.text import MAX_NAME_BYTES, cleaned

MAX_RUNS = 64
OTHER = "other"
"""The run of what is dropped when losses of so many runs are untold."""

REPORT_SECONDS = 10.0  # between two reports, and between two tries of one

SPAN_NAME = "failcat.loss"

_RUN_KEYS = (own.RUN_ID, "gen_ai.conversation.id", "session.id")
_NANOSECONDS_PER_HOUR = 3_600 * 1_000_000_000


class Loss(NamedTuple):
    """Whose failures, and when they happened."""

    tenant_id: str  # empty without one
    run_id: str
    service_name: str
    hour: int  # since the Unix epoch


class Losses:
    """Not thread-safe: its sender's lock guards it."""

    def __init__(self) -> None:
        self._untold: dict[Loss, int] = {}
        self._reports: list[ReadableSpan] = []  # may have arrived, so they stay as they are until they are taken
        self._next_at = 0.0  # monotonic seconds

    def add(self, span: ReadableSpan) -> None:
        loss = _loss_of(span)
        coarser = loss._replace(run_id=OTHER)
        for bound, kept in ((MAX_RUNS, loss), (2 * MAX_RUNS, coarser)):
            if kept in self._untold or len(self._untold) < bound:
                break
        else:
            kept = coarser._replace(tenant_id="", service_name="")
        self._untold[kept] = self._untold.get(kept, 0) + 1

    def due_in(self) -> float | None:
        """Seconds until a report is due, 0 when it is; None when there is nothing to tell."""
        return max(self._next_at - time.monotonic(), 0.0) if self._untold or self._reports else None

    def take(self) -> list[ReadableSpan]:
        """Reports to be sent now: those of the last try, or new ones. `told` must follow when they are taken."""
        self._next_at = time.monotonic() + REPORT_SECONDS
        if not self._reports:
            self._reports = [_report(loss, dropped) for loss, dropped in self._untold.items()]
            self._untold = {}
        return self._reports

    def told(self) -> None:
        self._reports = []


def _loss_of(span: ReadableSpan) -> Loss:
    attributes = plain(span.attributes or {})
    run_id = next((attributes[key] for key in _RUN_KEYS if attributes.get(key)), None)
    return Loss(
        _name(attributes.get(own.TENANT_ID)),
        _name(run_id) or (f"{span.context.trace_id:032x}" if span.context else OTHER),
        _name(span.resource.attributes.get(SERVICE_NAME)),
        (span.end_time or time.time_ns()) // _NANOSECONDS_PER_HOUR,
    )


def _name(value: object) -> str:
    return cleaned(value, MAX_NAME_BYTES) if isinstance(value, str) else ""


def _report(loss: Loss, dropped: int) -> ReadableSpan:
    attributes: dict[str, str | int] = {
        own.LOSS_REPORT_ID: str(UUID(int=random_id(16), version=4)),
        own.LOSS_DROPPED: dropped,
        own.RUN_ID: loss.run_id,
    }
    if loss.tenant_id:
        attributes[own.TENANT_ID] = loss.tenant_id
    return ReadableSpan(
        name=SPAN_NAME,
        context=SpanContext(random_id(16), random_id(8), is_remote=False),
        resource=Resource({SERVICE_NAME: loss.service_name} if loss.service_name else {}),
        attributes=attributes,
        start_time=loss.hour * _NANOSECONDS_PER_HOUR,
        end_time=loss.hour * _NANOSECONDS_PER_HOUR,
    )
