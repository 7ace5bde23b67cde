"""The neutral model of OTLP for later stages, the same for every encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from failcat_catalog.log_failures import LogFailure
from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.unrecognised import Unrecognised

Attributes = Mapping[str, AttributeValue]

STATUS_UNSET = 0
STATUS_OK = 1
STATUS_ERROR = 2

KIND_SERVER = 2
KIND_CLIENT = 3


class Resource(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """The sender of telemetry: one object for all its items, so that later stages can cache by its identity."""

    attributes: Attributes


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event of a span."""

    index: int  # among all events of the span as sent
    name: str
    time_unix_nano: int
    attributes: Attributes


class SpanItem(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A span that may be failing. Not redacted, truncated or made storable yet."""

    trace_id: bytes  # as sent: not necessarily 16 bytes
    span_id: bytes
    parent_span_id: bytes
    name: str
    kind: int
    start_unix_nano: int
    end_unix_nano: int
    attributes: Attributes
    events: tuple[Event, ...]  # those that may tell of a failure
    status_code: int
    status_message: str
    resource: Resource
    scope: str
    inherited: Attributes = {}  # identity attributes of healthy ancestors in the same request, the nearest wins


class LogItem(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A log record that reports a failure, a recovery outcome or losses."""

    trace_id: bytes
    span_id: bytes
    time_unix_nano: int  # of the event, else of its observation
    observed_unix_nano: int
    event_name: str
    attributes: Attributes  # with the conventions' names for what a known event names otherwise
    failure: LogFailure | None  # what it reports
    resource: Resource
    scope: str


Item = SpanItem | LogItem


class Decoded(NamedTuple):
    """The result of decoding an export request, or of one step."""

    spans: int = 0
    log_records: int = 0
    suspects: Sequence[Item] = ()  # items that may be a failure or a recovery outcome, with false positives
    rejected: int = 0  # invalid items, which are lost
    error: str = ""  # the first of their errors
    suspect_bytes: int = 0  # of the suspects as sent
    more: bool = False  # another step must follow
    unrecognised: Unrecognised | None = None  # what came instead of spans or log records


class Rejections:
    """The number of invalid items of a request, and the first error."""

    def __init__(self) -> None:
        self.count = 0
        self.error = ""

    def add(self, error: Exception) -> None:
        self.error = self.error or f"an item cannot be read: {error}"[:500]
        self.count += 1
