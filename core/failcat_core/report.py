"""One report of a failure: the information of a single span or log record, in fields."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ReportKind(StrEnum):
    """The source of a report."""

    SPAN = "span"
    CLIENT = "client"  # a CLIENT span: its view of a call to someone else
    SERVER = "server"  # a SERVER span
    LOG = "log"


class RankedName(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A name and the rank of the place where it was found; of several, the smallest rank is the best."""

    rank: int
    value: str


class Report(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True, omit_defaults=True):
    """Texts are redacted, cut and storable; empty is absent. Encoded as an array: only append fields, with defaults."""

    id: bytes  # 16 bytes: the identity that follows from this span or log record alone
    kind: ReportKind
    span_id: bytes = b""  # 8 bytes, or empty without a valid context; the trace is the record's
    parent_span_id: bytes = b""  # 8 bytes, or empty for a root
    time_unix_nano: int = 0  # the exception event's, else the log record's, else the span's end; raw
    ended_unix_nano: int = 0  # the span's end; of an earlier exception of a span, and of a log record, its time
    code: str = ""  # an explicit `failure.code`; without one the row's error_code is inferred
    error_type: str = ""  # `error.type` as sent, or the finish reason
    exception_type: str = ""  # the exception's class
    text: str | None = None  # the message; None when it is the record's own error_message
    run: RankedName | None = None
    skill: RankedName | None = None
    agent: RankedName | None = None
    step_index: int | None = None
    service_name: str | None = None
    is_reported: bool = False  # by the shim, which gives one exception one id on whatever span it shows
    model: RankedName | None = None
    service_version: str | None = None

    @property
    def is_explicit(self) -> bool:
        return bool(self.code)
