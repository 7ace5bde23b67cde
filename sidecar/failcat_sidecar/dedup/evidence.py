"""The properties by which reports are compared, read from the row that a report alone would be: exactly what is stored,
so that the same report gives the same evidence before it is stored, in the spool, and read back from PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from failcat_catalog.finish_reasons import FAILING_FINISH_REASONS
from failcat_catalog.types import Observation
from failcat_core.records import FailureRecord
from failcat_sidecar.dedup.similarity import Fingerprint, fingerprint_of
from failcat_sidecar.extract.marks import origin_of
from failcat_sidecar.extract.observed import KEY as NAMES_KEY
from failcat_sidecar.extract.observed import names_of
from failcat_sidecar.otlp.names import HTTP_STATUS, HTTP_STATUS_OLD

_ASGI_EVENT = "asgi.event.type"
_SEND_SUFFIXES = (" http send", " websocket send")
_CLIENT, _SERVER = "CLIENT", "SERVER"


class Told(NamedTuple):
    """The properties that a fingerprint is made of."""

    error_code: str
    error_type: str
    exception_type: str
    message: str
    verdict: str
    kind: str  # of the span
    status: int
    is_send: bool  # the span of an ASGI message that a server sends


class ReportEvidence(msgspec.Struct, gc=False, eq=False, kw_only=True):
    """Of one report."""

    id: bytes  # of the report itself
    failure_id: bytes  # that the agent gave the failure; else the same
    trace_id: bytes  # empty without a valid span context
    span_id: bytes
    parent_span_id: bytes  # empty for a root
    tenant_id: str | None
    time_us: int  # the exception event's, else the log record's, else the span's end
    ended_us: int  # the span's end, when its status is about this failure
    is_log: bool
    is_final: bool  # the span's status is about it; not so for earlier exceptions of the span
    is_reported: bool  # by the shim, which gives one exception one id on whatever span it shows
    scope: str  # the instrumentation's
    told: Told
    _fingerprint: Fingerprint | None = None

    @property
    def fingerprint(self) -> Fingerprint:
        """Made on first use, because few reports are ever compared."""
        if self._fingerprint is None:
            self._fingerprint = _fingerprint(self.told)
        return self._fingerprint


def evidence_of(record: FailureRecord) -> ReportEvidence:
    """Raises one of UNDECODABLE."""
    context = record.context_values()
    return evidence_of_observed(record, context, observation_of(record, context))


def evidence_of_observed(record: FailureRecord, context: Mapping[str, Any], observation: Observation) -> ReportEvidence:
    """For a record whose context and observation are known."""
    origin = origin_of(context)
    time_us = record.occurred_at_us
    if "occurred_at_clamped" in context:
        time_us = int.from_bytes(record.own_id[:6], "big") * 1_000
    return ReportEvidence(
        id=record.own_id,
        failure_id=record.id,
        trace_id=record.trace_id or b"",
        span_id=record.span_id or b"",
        parent_span_id=record.parent_span_id or b"",
        tenant_id=record.tenant_id,
        time_us=time_us,
        ended_us=time_us + origin.lag_ms * 1_000,
        is_log="span_kind" not in context,
        is_final=origin.final,
        is_reported=record.report_id is not None or origin.reported,
        scope=context.get("scope", ""),
        told=Told(
            *observation[:4],
            record.catalog_entry_id or "",
            context.get("span_kind", ""),
            status_of(observation.attributes),
            is_send=_is_send(context),
        ),
    )


def observation_of(record: FailureRecord, context: Mapping[str, Any]) -> Observation:
    attributes = context.get("attributes", {})
    names = names_of(record.error_type or "", attributes, context.get(NAMES_KEY, {}))
    return Observation(*names, message=record.error_message or "", attributes=attributes)


def status_of(attributes: Mapping[str, Any]) -> int:
    """Of HTTP; 0 without one."""
    status = attributes.get(HTTP_STATUS, attributes.get(HTTP_STATUS_OLD, 0))
    return status if isinstance(status, int) else 0


def _fingerprint(told: Told) -> Fingerprint:
    bare = not (told.error_code or told.exception_type or told.message)
    reason = told.error_type.lower() if bare else ""
    is_echo = bare and told.is_send
    return fingerprint_of(
        Observation(*told[:4]),
        is_client=told.kind == _CLIENT,
        verdict=told.verdict,
        status=told.status,
        is_answer=bare and told.status >= 500 and (told.kind == _SERVER or is_echo),
        is_echo=is_echo,
        finish_reason=reason if reason in FAILING_FINISH_REASONS else "",
    )


def _is_send(context: Mapping[str, Any]) -> bool:
    name = context.get("span_name", "")
    return _ASGI_EVENT in context.get("attributes", {}) or (isinstance(name, str) and name.endswith(_SEND_SUFFIXES))
