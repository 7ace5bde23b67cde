"""The output of extraction: failures as single spans and log records report them, and recovery outcomes."""

from __future__ import annotations

from typing import Any

import msgspec

from failcat_catalog.types import Observation
from failcat_core.records import LossRecord, RecoveryRecord
from failcat_core.report import RankedName, ReportKind

_LOG, _CLIENT = ReportKind.LOG, ReportKind.CLIENT  # a member of an Enum takes longer to look up


class ExplicitVerdict(msgspec.Struct, frozen=True, gc=False):
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
    kind: ReportKind = ReportKind.SPAN
    is_final: bool = True  # the span's status is about it; not so for earlier exceptions of the span
    span_end_unix_nano: int  # of a log record: its time
    time_unix_nano: int  # the exception event's, else the log record's, else the span's end; raw
    occurred_at_us: int  # the same in microseconds, clamped to what is plausible
    observation: Observation
    verdict: ExplicitVerdict | None = None
    run: RankedName
    skill: RankedName | None = None
    agent: RankedName | None = None
    model: RankedName | None = None
    step_index: int | None = None
    tenant_id: str | None = None
    token_tenant: str | None = None  # see FailureRecord
    service_name: str | None = None
    service_version: str | None = None
    context: dict[str, Any]  # JSON values, at most 64 KiB
    context_json: str  # the same, encoded once: what is stored

    @property
    def is_log(self) -> bool:
        return self.kind is _LOG

    @property
    def is_client(self) -> bool:
        return self.kind is _CLIENT

    @property
    def ended_unix_nano(self) -> int:
        """Of the span when its status is about this failure, else of what reports it."""
        return self.span_end_unix_nano if self.is_final else self.time_unix_nano


Candidate = Failure | RecoveryRecord | LossRecord
