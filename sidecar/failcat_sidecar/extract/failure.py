"""What extraction hands on: failures as seen on single spans and log records, and recovery outcomes."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from failcat_catalog.types import Observation
from failcat_core.records import LossRecord, RecoveryRecord


class Ranked(NamedTuple):
    """A name and how far it was fetched; of several, the smallest rank is the best."""

    rank: int
    value: str


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """A match that the agent passed explicitly; it is stored instead of the sidecar's own."""

    code: str
    rule: str = ""
    confidence: float = 1.0


class Failure(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One failure as one span or log record reports it. Texts are redacted, cut and storable."""

    id: bytes  # 16 bytes: as the shim reported it, else own_id
    own_id: bytes  # 16 bytes: what follows from the span or log record alone
    is_reported: bool = False  # by the shim, which gives one exception one id on whatever span it shows
    trace_id: bytes = b""  # 16 bytes, or empty without a valid context
    span_id: bytes = b""  # 8 bytes, or empty
    parent_span_id: bytes = b""  # 8 bytes, or empty for a root
    is_log: bool = False
    is_client: bool = False  # a CLIENT span: its view of a call to someone else
    is_final: bool = True  # what its span's status is about; earlier exceptions of the span are not
    span_end_unix_nano: int  # of a log record: its time
    time_unix_nano: int  # the exception event's, else the log record's, else the span's end; raw
    occurred_at_us: int  # the same in microseconds, clamped to what is plausible
    observation: Observation
    verdict: Verdict | None = None
    run: Ranked
    skill: Ranked | None = None
    agent: Ranked | None = None
    step_index: int | None = None
    tenant_id: str | None = None
    token_tenant: str | None = None  # see FailureRecord
    service_name: str | None = None
    context: dict[str, Any]  # JSON values, at most 64 KiB
    context_json: str  # the same, encoded once: what is stored


Candidate = Failure | RecoveryRecord | LossRecord
