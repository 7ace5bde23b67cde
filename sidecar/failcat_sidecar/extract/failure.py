"""The output of extraction: failures as single spans and log records report them, and recovery outcomes."""

from __future__ import annotations

from typing import Any

import msgspec

from failcat_catalog.types import Observation
from failcat_catalog.vocabulary import Category, RecoveryMode, Severity
from failcat_core.records import LossRecord, RecoveryRecord
from failcat_core.report import RankedName


class ExplicitVerdict(msgspec.Struct, frozen=True, gc=False):
    """A match that the agent passed explicitly; it is stored instead of the sidecar's own."""

    code: str  # empty: the agent says that nothing is known of it
    rule: str = ""
    confidence: float = 1.0
    category: Category | None = None  # None here and below: as the catalog's entry says
    severity: Severity | None = None
    recovery_mode: RecoveryMode | None = None
    retryable: bool | None = None
    suggestions: tuple[str, ...] | None = None


class Failure(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One failure as one span or log record reports it. Texts are redacted, cut and storable."""

    id: bytes  # 16 bytes: as the shim reported it, else own_id
    own_id: bytes  # 16 bytes: what follows from the span or log record alone
    trace_id: bytes = b""  # 16 bytes, or empty without a valid context
    span_id: bytes = b""  # 8 bytes, or empty
    parent_span_id: bytes = b""  # 8 bytes, or empty for a root
    occurred_at_us: int  # of the exception event, else the log record, else the span's end; clamped
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


Candidate = Failure | RecoveryRecord | LossRecord
