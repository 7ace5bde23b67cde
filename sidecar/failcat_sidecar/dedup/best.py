"""The row of a chain: the identity of the deepest member, and the best value that any member has for each column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from failcat_catalog.identity import uuid_text
from failcat_catalog.observe import observed_code
from failcat_catalog.types import AttributeValue, Match, Observation
from failcat_catalog.vocabulary import MatchType
from failcat_core.grouping import signature_of_failure
from failcat_core.records import EnrichmentRecord, FailureRecord
from failcat_core.report import RankedName, Report
from failcat_sidecar.dedup.member import Chain, Matcher, Member
from failcat_sidecar.extract import ExplicitVerdict, Failure
from failcat_sidecar.extract.context import fit
from failcat_sidecar.extract.observed import KEY, is_class_name

MAX_PROPAGATED = 16
"""Absorbed members that a row lists; agents nest fewer than ten spans."""

_ENRICHING_KEYS = ("stacktrace", "retry_after_seconds", "span_kind", "event_name")


def failure_record(chain: Chain, best: Failure, match: Match, catalog_version: str) -> FailureRecord:
    """The row of a new chain; `best` is its `best_of`, `match` its `verdict_on`."""
    observation = best.observation
    error_code = observed_code(observation)
    return FailureRecord(
        id=best.id,
        run_id=best.run.value,
        error_code=error_code,
        signature=signature_of_failure(error_code, observation.message, best.service_name, best.context),
        occurred_at_us=best.occurred_at_us,
        catalog_version=catalog_version,
        tenant_id=best.tenant_id,
        token_tenant=best.token_tenant,
        error_message=observation.message or None,
        error_type=observation.exception_type or observation.error_type or None,
        catalog_entry_id=match.code or None,
        match_type=match.match_type,
        match_rule=match.rule or None,
        confidence_score=match.confidence,
        category=match.category,
        severity=match.severity,
        is_retryable=match.retryable,
        recovery_mode=match.recovery.mode if match.recovery else None,
        recovery_suggestion=" ".join(match.suggestions) or None,
        skill_id=best.skill.value if best.skill else None,
        step_index=best.step_index,
        agent_name=best.agent.value if best.agent else None,
        model=best.model.value if best.model else None,
        service_name=best.service_name,
        service_version=best.service_version,
        trace_id=best.trace_id or None,
        span_id=best.span_id or None,
        parent_span_id=best.parent_span_id or None,
        caused_by=chain.cause.id if chain.cause and not chain.cause.ignored_by else None,
        context=best.context_json,
        reports=[report_of(member.failure, observation.message) for member in chain.members[: MAX_PROPAGATED + 1]],
    )


def enrichment_record(chain: Chain, member: Member) -> EnrichmentRecord:
    """The enrichment that a late member adds to its chain's row."""
    failure = member.failure
    observation = failure.observation
    return EnrichmentRecord(
        id=chain.id,
        member_id=failure.own_id,
        member_span_id=failure.span_id or None,
        member_parent_span_id=failure.parent_span_id or None,
        trace_id=failure.trace_id or None,
        error_message=observation.message or None,
        error_type=observation.exception_type or observation.error_type or None,
        skill_id=failure.skill.value if failure.skill else None,
        step_index=failure.step_index,
        agent_name=failure.agent.value if failure.agent else None,
        model=failure.model.value if failure.model else None,
        service_name=failure.service_name,
        tenant_id=failure.tenant_id,
        token_tenant=failure.token_tenant,
        context={key: failure.context[key] for key in _ENRICHING_KEYS if key in failure.context},
        report=report_of(failure, observation.message),
    )


def report_of(failure: Failure, message: str) -> Report:
    """The report of the failure's own span or log record; `message` is that of the record."""
    observation = failure.observation
    return Report(
        id=failure.own_id,
        kind=failure.kind,
        span_id=failure.span_id,
        parent_span_id=failure.parent_span_id,
        time_unix_nano=failure.time_unix_nano,
        ended_unix_nano=failure.ended_unix_nano,
        code=observation.error_code,
        error_type=observation.error_type,
        exception_type=observation.exception_type,
        text=None if observation.message == message else observation.message,
        run=failure.run,
        skill=failure.skill,
        agent=failure.agent,
        step_index=failure.step_index,
        service_name=failure.service_name,
        is_reported=failure.is_reported,
        model=failure.model,
        service_version=failure.service_version,
    )


def best_of(members: list[Member]) -> Failure:
    """The deepest failure, with the best values of the chain."""
    deepest = members[0].failure
    if len(members) == 1:
        return deepest
    failures = [member.failure for member in members]
    observation = _merged(failures)
    context, context_json = _context(failures, observation)
    service = next((f for f in failures if f.service_name), deepest)
    return msgspec.structs.replace(
        deepest,
        observation=observation,
        run=_nearest(f.run for f in failures) or deepest.run,
        skill=_nearest(f.skill for f in failures),
        agent=_nearest(f.agent for f in failures),
        model=_nearest(f.model for f in failures),
        step_index=next((f.step_index for f in failures if f.step_index is not None), None),
        tenant_id=_first(f.tenant_id for f in failures),
        service_name=service.service_name,
        service_version=service.service_version,
        context=context,
        context_json=context_json,
    )


def _merged(failures: list[Failure]) -> Observation:
    """The observation of the whole chain: the most precise code, the first message, the class."""
    observations = [failure.observation for failure in failures]
    error_types = [o.error_type for o in observations if o.error_type]
    classes = [o.exception_type for o in observations] + list(filter(is_class_name, error_types))
    attributes: dict[str, AttributeValue] = {}
    for observation in reversed(observations):
        attributes.update(observation.attributes)
    return Observation(
        error_code=_first(o.error_code for o in observations) or "",
        error_type=_most_precise(error_types),
        exception_type=_first(classes) or "",
        message=_first(o.message for o in observations) or "",
        attributes=attributes,
    )


def _most_precise(error_types: list[str]) -> str:
    """`rate_limit_error` is more precise than `anthropic.RateLimitError`."""
    machine = next((name for name in error_types if not is_class_name(name)), "")
    return machine or next(iter(error_types), "")


def verdict_on(members: list[Member], best: Failure, matcher: Matcher) -> Match:
    """The agent's own, else that of the merged observation, else the most confident of a single member.

    It is ignored when its cause is, so that no wrapper takes the cause's place, or when all of it together is, which is
    what its row would say. A wrapper alone does not make its cause ignored."""
    cause = members[0]
    explicit = next((member.failure.verdict for member in members if member.failure.verdict), None)
    if len(members) == 1 and not explicit:
        return cause.match
    merged = matcher(best.observation) if len(members) > 1 else cause.match
    match = _explicit(explicit, matcher) if explicit else _most_confident(merged, members)
    ignored_by = cause.match.ignored_by or merged.ignored_by
    return match if match.ignored_by == ignored_by else replace(match, ignored_by=ignored_by)


def _most_confident(merged: Match, members: list[Member]) -> Match:
    if merged.known and merged.match_type is not MatchType.FALLBACK:
        return merged
    alone = [member.match for member in members[:MAX_PROPAGATED]]
    return max([merged, *alone], key=lambda found: found.confidence)


def _explicit(verdict: ExplicitVerdict, matcher: Matcher) -> Match:
    """The agent's verdict with the advice of the catalog's entry, if there is one with that code."""
    entry = matcher(Observation(error_code=verdict.code))
    known = entry if entry.code == verdict.code else Match(MatchType.EXPLICIT, verdict.confidence)
    return replace(
        known,
        match_type=MatchType.EXPLICIT,
        confidence=verdict.confidence,
        code=verdict.code,
        rule=verdict.rule,
    )


def _context(failures: list[Failure], merged: Observation) -> tuple[dict[str, Any], str]:
    context: dict[str, Any] = {}
    for failure in reversed(failures):
        context.update(failure.context)
    if merged.attributes:
        context["attributes"] = merged.attributes
    context.pop(KEY, None)  # a member's own
    context["propagated"] = [_propagated(failure) for failure in failures[1 : MAX_PROPAGATED + 1]]
    return fit(context, merged)


def _propagated(failure: Failure) -> dict[str, str]:
    """Read by people."""
    member = {"id": uuid_text(failure.own_id)}
    if failure.span_id:
        member["span_id"] = failure.span_id.hex()
    if failure.parent_span_id:
        member["parent_span_id"] = failure.parent_span_id.hex()
    if error_type := failure.observation.exception_type or failure.observation.error_type:
        member["error_type"] = error_type
    return member


def _nearest(names: Iterable[RankedName | None]) -> RankedName | None:
    return min((name for name in names if name), key=lambda name: name.rank, default=None)


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
