"""Reports out of records that 0.1.0 spooled: it kept in the context, as JSON, what a report says in fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from failcat_catalog.attributes import FAILURE_CODE
from failcat_core.records import EnrichmentRecord, FailureRecord
from failcat_core.report import Report, ReportKind

_KINDS = {"CLIENT": ReportKind.CLIENT, "SERVER": ReportKind.SERVER}


def reports_of_0_1_0(record: FailureRecord) -> list[Report]:
    """The row's own, then those of the members that it absorbed. Raises one of UNDECODABLE."""
    context = record.context_values()
    own = _report(record.id, context, record.span_id, record.parent_span_id)
    return [own, *(_absorbed(member) for member in context.get("propagated", ()))]


def report_of_0_1_0(record: EnrichmentRecord) -> Report:
    return _report(record.member_id, record.context, record.member_span_id, record.member_parent_span_id)


def _report(
    report_id: bytes, context: Mapping[str, Any], span_id: bytes | None, parent_span_id: bytes | None
) -> Report:
    return Report(
        id=report_id,
        kind=_KINDS.get(context["span_kind"], ReportKind.SPAN) if "span_kind" in context else ReportKind.LOG,
        span_id=span_id or b"",
        parent_span_id=parent_span_id or b"",
        code=str(context.get("attributes", {}).get(FAILURE_CODE, "")),
    )


def _absorbed(member: Mapping[str, str]) -> Report:
    """It does not say of what kind the member is."""
    return Report(
        id=UUID(member["id"]).bytes,
        kind=ReportKind.SPAN,
        span_id=bytes.fromhex(member.get("span_id", "")),
        parent_span_id=bytes.fromhex(member.get("parent_span_id", "")),
        exception_type=member.get("error_type", ""),
    )
