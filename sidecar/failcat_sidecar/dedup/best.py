"""The row of a failure: the best value that any of its reports has for each column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from failcat_catalog.identity import uuid_text
from failcat_catalog.observe import observed_code
from failcat_catalog.types import AttributeValue, Match, Observation, Recovery
from failcat_catalog.vocabulary import MatchType
from failcat_core.grouping import signature_of_failure
from failcat_core.records import FailureRecord, ReportDetails
from failcat_core.report import RankedName
from failcat_sidecar.dedup.evidence import ReportEvidence, observation_of
from failcat_sidecar.extract import ExplicitVerdict, Failure
from failcat_sidecar.extract.context import fit
from failcat_sidecar.extract.marks import KEY as MARKS_KEY
from failcat_sidecar.extract.marks import Ranks, ranks_of
from failcat_sidecar.extract.observed import KEY as NAMES_KEY
from failcat_sidecar.extract.observed import is_class_name
from failcat_sidecar.otlp.names import HTTP_STATUS, HTTP_STATUS_OLD

MAX_PROPAGATED = 16
"""Members that a row lists; agents nest fewer than ten spans."""

Matcher = Callable[[Observation], Match]
Value = TypeVar("Value")

_RANKED = ("skill_id", "agent_name", "model")
_OBSERVED = ("error_message", "error_type")
_PLAIN = tuple(name for name in ReportDetails.__struct_fields__ if name not in (*_RANKED, *_OBSERVED))
"""Columns that take the first value of any report."""


class _Read(msgspec.Struct, gc=False):
    """One report, read."""

    record: FailureRecord
    evidence: ReportEvidence
    context: dict[str, Any]
    observation: Observation
    ranks: Ranks


def signature_of(failure: Failure) -> str:
    """While nothing else reports it."""
    observation = failure.observation
    return signature_of_failure(observed_code(observation), observation.message, failure.service_name, failure.context)


def report_record(
    failure: Failure, match: Match, signature: str, matcher: Matcher, catalog_version: str
) -> FailureRecord:
    """The row that a failure is while nothing else reports it."""
    observation = failure.observation
    if failure.verdict:
        match = _explicit(failure.verdict, matcher)
    return FailureRecord(
        id=failure.id,
        report_id=None if failure.own_id == failure.id else failure.own_id,
        run_id=failure.run.value,
        error_code=observed_code(observation),
        signature=signature,
        occurred_at_us=failure.occurred_at_us,
        catalog_version=catalog_version,
        tenant_id=failure.tenant_id,
        token_tenant=failure.token_tenant,
        error_message=observation.message or None,
        error_type=observation.exception_type or observation.error_type or None,
        skill_id=failure.skill.value if failure.skill else None,
        step_index=failure.step_index,
        agent_name=failure.agent.value if failure.agent else None,
        model=failure.model.value if failure.model else None,
        service_name=failure.service_name,
        service_version=failure.service_version,
        trace_id=failure.trace_id or None,
        span_id=failure.span_id or None,
        parent_span_id=failure.parent_span_id or None,
        context=failure.context_json,
        **_verdict_columns(match),
    )


def joined_record(
    reports: list[tuple[FailureRecord, ReportEvidence]],
    row_id: bytes,
    cause: bytes | None,
    matcher: Matcher,
    catalog_version: str,
) -> FailureRecord:
    """The row of several reports, the best evidence first."""
    read = [_read(record, evidence) for record, evidence in reports]
    first = reports[0][0]
    merged = _merged(read)
    context, context_json = _context(read, merged)
    error_code = observed_code(merged)
    run = _nearest(RankedName(each.ranks.run, each.record.run_id) for each in read)
    service = next((each.record for each in read if each.record.service_name), first)
    return msgspec.structs.replace(
        first,
        id=row_id,
        report_id=None,
        error_code=error_code,
        signature=signature_of_failure(error_code, merged.message, service.service_name, context),
        catalog_version=catalog_version,
        tenant_id=_first(each.record.tenant_id for each in read),
        error_message=merged.message or None,
        error_type=merged.exception_type or merged.error_type or None,
        caused_by=cause,
        context=context_json,
        **{
            **{name: _given(getattr(each.record, name) for each in read) for name in _PLAIN},
            "run_id": run.value if run else first.run_id,
            "skill_id": _name(RankedName(each.ranks.skill, each.record.skill_id or "") for each in read),
            "agent_name": _name(RankedName(each.ranks.agent, each.record.agent_name or "") for each in read),
            "model": _name(RankedName(each.ranks.model, each.record.model or "") for each in read),
            "service_name": service.service_name,
            "service_version": service.service_version,
        },
        **_verdict(read, merged, matcher),
    )


def merged_observation(reports: list[tuple[FailureRecord, ReportEvidence]]) -> Observation:
    """What the row of several reports says."""
    return _merged([_read(record, evidence) for record, evidence in reports])


def _read(record: FailureRecord, evidence: ReportEvidence) -> _Read:
    context = record.context_values()
    return _Read(record, evidence, context, observation_of(record, context), ranks_of(record, context))


def _merged(read: list[_Read]) -> Observation:
    """The observation of the whole failure: the most precise code, the first message, the class."""
    observations = [each.observation for each in read]
    error_types = [o.error_type for o in observations if o.error_type]
    classes = [o.exception_type for o in observations] + list(filter(is_class_name, error_types))
    attributes: dict[str, AttributeValue] = {}
    for each in reversed(read):
        attributes.update(_attributes(each, alone=len(read) == 1))
    return Observation(
        error_code=_first(o.error_code for o in observations) or "",
        error_type=_most_precise(error_types),
        exception_type=_first(classes) or "",
        message=_first(o.message for o in observations) or "",
        attributes=attributes,
    )


def _attributes(read: _Read, *, alone: bool) -> Mapping[str, AttributeValue]:
    """Without the status that a server answered with, if something else says what failed."""
    attributes = read.observation.attributes
    fingerprint = read.evidence.fingerprint
    if alone or not (fingerprint.is_answer or fingerprint.is_echo):
        return attributes
    return {key: value for key, value in attributes.items() if key not in (HTTP_STATUS, HTTP_STATUS_OLD)}


def _most_precise(error_types: list[str]) -> str:
    """`rate_limit_error` is more precise than `anthropic.RateLimitError`."""
    machine = next((name for name in error_types if not is_class_name(name)), "")
    return machine or next(iter(error_types), "")


def _verdict(read: list[_Read], merged: Observation, matcher: Matcher) -> dict[str, Any]:
    """The agent's own, else that of the merged observation, else the most confident of a single report."""
    alone = [_verdict_of(each.record) for each in read[: MAX_PROPAGATED + 1]]
    explicit = next((verdict for verdict in alone if verdict["match_type"] == MatchType.EXPLICIT), None)
    if explicit:
        return explicit
    match = matcher(merged)
    columns = _verdict_columns(match)
    if match.known and match.match_type is not MatchType.FALLBACK:
        return columns
    return max([columns, *alone], key=lambda verdict: float(verdict["confidence_score"]))


_VERDICT = (
    *("catalog_entry_id", "match_type", "match_rule", "confidence_score", "category", "severity", "is_retryable"),
    *("recovery_mode", "recovery_suggestion"),
)


def _verdict_of(record: FailureRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in _VERDICT}


def _verdict_columns(match: Match) -> dict[str, Any]:
    return {
        "catalog_entry_id": match.code or None,
        "match_type": match.match_type,
        "match_rule": match.rule or None,
        "confidence_score": match.confidence,
        "category": match.category,
        "severity": match.severity,
        "is_retryable": match.retryable,
        "recovery_mode": match.recovery.mode if match.recovery else None,
        "recovery_suggestion": " ".join(match.suggestions) or None,
    }


def _explicit(verdict: ExplicitVerdict, matcher: Matcher) -> Match:
    """The agent's verdict, with the advice of the catalog's entry of that code where the agent gives none."""
    if not verdict.code:
        return Match(MatchType.UNKNOWN, 0.0)
    entry = matcher(Observation(error_code=verdict.code))
    known = entry if entry.code == verdict.code else Match(MatchType.EXPLICIT, verdict.confidence)
    recovery = known.recovery
    if verdict.recovery_mode is not None and (recovery is None or recovery.mode is not verdict.recovery_mode):
        recovery = Recovery(verdict.recovery_mode)
    return replace(
        known,
        match_type=MatchType.EXPLICIT,
        confidence=verdict.confidence,
        code=verdict.code,
        rule=verdict.rule,
        category=verdict.category or known.category,
        severity=verdict.severity or known.severity,
        retryable=known.retryable if verdict.retryable is None else verdict.retryable,
        recovery=recovery,
        suggestions=known.suggestions if verdict.suggestions is None else verdict.suggestions,
    )


def _context(read: list[_Read], merged: Observation) -> tuple[dict[str, Any], str]:
    context: dict[str, Any] = {}
    for each in reversed(read):
        context.update(each.context)
    if merged.attributes:
        context["attributes"] = merged.attributes
    for own in (NAMES_KEY, MARKS_KEY):  # a report's own
        context.pop(own, None)
    context["propagated"] = [_propagated(each.record) for each in read[1 : MAX_PROPAGATED + 1]]
    return fit(context, merged)


def _propagated(record: FailureRecord) -> dict[str, str]:
    """Read by people."""
    member = {"id": uuid_text(record.own_id)}
    if record.span_id:
        member["span_id"] = record.span_id.hex()
    if record.parent_span_id:
        member["parent_span_id"] = record.parent_span_id.hex()
    if record.error_type:
        member["error_type"] = record.error_type
    return member


def _name(names: Iterable[RankedName]) -> str | None:
    nearest = _nearest(names)
    return nearest.value if nearest else None


def _nearest(names: Iterable[RankedName]) -> RankedName | None:
    return min((name for name in names if name.value), key=lambda name: name.rank, default=None)


def _given(values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value is not None), None)


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
