"""Counts of dropped failures by tenant, run and hour, kept until the sidecar has them, in bounded memory.

A report is sent again unchanged until it is accepted, and the sidecar counts its id once. A killed process loses the
counts that it has not reported.
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
"""The run of further losses once MAX_RUNS runs have unreported losses."""

REPORT_SECONDS = 10.0  # between two reports, and between two attempts to send one

SPAN_NAME = "failcat.loss"

_RUN_KEYS = (own.RUN_ID, "gen_ai.conversation.id", "session.id")
_NANOSECONDS_PER_HOUR = 3_600 * 1_000_000_000


class LossKey(NamedTuple):
    """Whose failures were dropped, and in which hour they happened."""

    tenant_id: str  # empty without one
    run_id: str
    service_name: str
    hour: int  # since the Unix epoch


class Losses:
    """Not thread-safe: the sender's lock guards it."""

    def __init__(self) -> None:
        self._unreported: dict[LossKey, int] = {}
        self._reports: list[ReadableSpan] = []  # may have arrived, so they do not change until they are accepted
        self._next_at = 0.0  # monotonic seconds

    def add(self, span: ReadableSpan) -> None:
        exact = _key_of(span)
        coarser = exact._replace(run_id=OTHER)
        for bound, key in ((MAX_RUNS, exact), (2 * MAX_RUNS, coarser)):
            if key in self._unreported or len(self._unreported) < bound:
                break
        else:
            key = coarser._replace(tenant_id="", service_name="")
        self._unreported[key] = self._unreported.get(key, 0) + 1

    def due_in(self) -> float | None:
        """Seconds until a report is due, 0 when it is due now; None when there is nothing to report."""
        return max(self._next_at - time.monotonic(), 0.0) if self._unreported or self._reports else None

    def take_reports(self) -> list[ReadableSpan]:
        """Reports to send now: those of the last attempt, or new ones. Call `acknowledge` when they are accepted."""
        self._next_at = time.monotonic() + REPORT_SECONDS
        if not self._reports:
            self._reports = [_report(key, dropped) for key, dropped in self._unreported.items()]
            self._unreported = {}
        return self._reports

    def acknowledge(self) -> None:
        self._reports = []


def _key_of(span: ReadableSpan) -> LossKey:
    attributes = plain(span.attributes or {})
    run_id = next((attributes[name] for name in _RUN_KEYS if attributes.get(name)), None)
    return LossKey(
        _bounded(attributes.get(own.TENANT_ID)),
        _bounded(run_id) or (f"{span.context.trace_id:032x}" if span.context else OTHER),
        _bounded(span.resource.attributes.get(SERVICE_NAME)),
        (span.end_time or time.time_ns()) // _NANOSECONDS_PER_HOUR,
    )


def _bounded(value: object) -> str:
    return cleaned(value, MAX_NAME_BYTES) if isinstance(value, str) else ""


def _report(key: LossKey, dropped: int) -> ReadableSpan:
    attributes: dict[str, str | int] = {
        own.LOSS_REPORT_ID: str(UUID(int=random_id(16), version=4)),
        own.LOSS_DROPPED: dropped,
        own.RUN_ID: key.run_id,
    }
    if key.tenant_id:
        attributes[own.TENANT_ID] = key.tenant_id
    return ReadableSpan(
        name=SPAN_NAME,
        context=SpanContext(random_id(16), random_id(8), is_remote=False),
        resource=Resource({SERVICE_NAME: key.service_name} if key.service_name else {}),
        attributes=attributes,
        start_time=key.hour * _NANOSECONDS_PER_HOUR,
        end_time=key.hour * _NANOSECONDS_PER_HOUR,
    )
