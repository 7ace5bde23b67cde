"""Turns suspects into failures and recovery outcomes: redacted, cut, with identity and attribution."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from failcat_catalog import attributes as own
from failcat_catalog.contract import code_text
from failcat_catalog.finish_reasons import finish_reason_words
from failcat_catalog.identity import ZERO_SPAN_ID, content_hash, content_id, failure_id, has_context, uuid_text
from failcat_catalog.sanitize import Alteration
from failcat_catalog.text import CUT_MARK, MAX_MESSAGE_BYTES, cleaned, was_replaced
from failcat_catalog.types import Observation
from failcat_core.records import LossRecord, RecoveryRecord
from failcat_core.report import RankedName
from failcat_sidecar.extract.answers import KEY as ANSWER_KEY
from failcat_sidecar.extract.answers import without_answer
from failcat_sidecar.extract.attribution import (
    Attribution,
    ResourceAttribution,
    attribution_of,
    class_of,
    name_of,
    resource_attribution_of,
)
from failcat_sidecar.extract.context import Cleaned, clean_attributes, context_of, fit, mark
from failcat_sidecar.extract.explicit import verdict_of
from failcat_sidecar.extract.failing import RawReport, failure_of_log, failures_of_span
from failcat_sidecar.extract.failure import Candidate, Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.extract.loss import loss_of
from failcat_sidecar.extract.marks import add_marks
from failcat_sidecar.extract.recovery import Invalid, recovery_of, uuid_of
from failcat_sidecar.extract.retry_after import retry_after_seconds
from failcat_sidecar.extract.times import ended_unix_nano, occurred_us
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import Attributes, Item, Resource, SpanItem


class Extractor:
    """Extracts failures. Keeps no state but caches."""

    GROUP_ITEMS = 16  # that each kind of work is done for before the next kind
    STEPS = 4  # of an item with one report

    def __init__(self, *, keep_contents: bool = False, has_tokens: bool = False) -> None:
        self._keep_contents = keep_contents
        self._has_tokens = has_tokens  # senders prove themselves

    def extract(
        self,
        suspects: Iterable[Item],
        tenant_id: str | None,
        invalid: InvalidRecoveries,
        now_unix_nano: int | None = None,
    ) -> list[Candidate]:
        """The failures and recovery outcomes among them; outcomes that are not valid are added to `invalid`.
        `tenant_id` is the connection's; `now_unix_nano` bounds times of occurrence, and is the clock's unless given."""
        return [each for found in self.candidates(suspects, tenant_id, invalid, now_unix_nano) for each in found]

    def candidates(
        self,
        suspects: Iterable[Item],
        tenant_id: str | None,
        invalid: InvalidRecoveries,
        now_unix_nano: int | None = None,
    ) -> Iterator[list[Candidate]]:
        """The same in steps, each done when it is asked for. Only the last step of a failure finds something."""
        token_tenant = (tenant_id or "") if self._has_tokens else None
        batch = _Batch(self._keep_contents, tenant_id, token_tenant, invalid, now_unix_nano or time.time_ns())
        items = iter(suspects)
        while group := list(islice(items, self.GROUP_ITEMS)):
            yield from batch.candidates(group)


_Observed = tuple[Observation, Cleaned, Attributes]
"""With the attributes that are stored, and those that only tell a server's answer."""


class _Batch:
    """The state that the items of one request share."""

    def __init__(
        self,
        keep_contents: bool,
        tenant_id: str | None,
        token_tenant: str | None,
        invalid: InvalidRecoveries,
        now_unix_nano: int,
    ) -> None:
        self._keep_contents = keep_contents
        self._tenant_id = tenant_id
        self._token_tenant = token_tenant
        self._invalid = invalid
        self._now_unix_nano = now_unix_nano
        self._origins: dict[Resource, ResourceAttribution] = {}  # nearly always one

    def candidates(self, items: Iterable[Item]) -> Iterator[list[Candidate]]:
        """In four passes: item by item, their code evicts itself from the CPU caches, see docs/decisions.md."""
        read: list[tuple[Item, list[RawReport]]] = []
        for item in items:
            reports = _reports(item)
            if reports or _is_telling(item):
                read.append((item, reports))
            yield []
        attributed: list[tuple[Attribution, Cleaned]] = []
        for item, reports in read:
            attribution = attribution_of(item, self._origin(item.resource), self._tenant_id)
            stored = item.attributes if reports else {}
            attributed.append((attribution, clean_attributes(stored, keep_contents=self._keep_contents)))
            yield []
        observed: list[_Observed] = []
        for (item, reports), (_, attributes) in zip(read, attributed, strict=True):
            for report in reports:
                observed.append(self._observed(item, report, attributes))
                yield []
        following = iter(observed)
        for (item, reports), (attribution, _) in zip(read, attributed, strict=True):
            if _is_telling(item):
                yield self._told(item, attribution, is_failing=bool(reports))
            for report in reports:
                yield [self._failure(item, report, attribution, next(following))]

    def _told(self, item: Item, attribution: Attribution, *, is_failing: bool) -> list[Candidate]:
        """The valid ones of a recovery outcome and a report of losses."""
        told: list[RecoveryRecord | LossRecord | Invalid] = []
        if own.RECOVERY_FAILURE_ID in item.attributes:
            told.append(recovery_of(item, attribution.tenant_id, self._token_tenant, self._now_unix_nano))
        if own.LOSS_REPORT_ID in item.attributes:
            told.append(loss_of(item, attribution, self._now_unix_nano))
        for record in told:
            if isinstance(record, Invalid):
                self._invalid.add(record, is_item_lost=not is_failing and len(told) == 1)
        return [record for record in told if not isinstance(record, Invalid)]

    def _observed(self, item: Item, report: RawReport, attributes: Cleaned) -> _Observed:
        if report.finish_reason:
            attributes = _with_finish_reason(attributes, report.finish_reason)
        attributes, answer = without_answer(item, report, attributes)
        observation = _observation(item, report, attributes[0], answer, keep_contents=self._keep_contents)
        return observation, attributes, answer

    def _failure(self, item: Item, report: RawReport, attribution: Attribution, observed: _Observed) -> Failure:
        observation, attributes, answer = observed
        located = has_context(item.trace_id, item.span_id)
        own_id = _own_id(item, report, located=located)
        reported = uuid_of(item.attributes.get(own.REPORTED_ID)) if report.is_final else None
        occurred_at_us = occurred_us(item, report.time_unix_nano, self._now_unix_nano)
        stored = context_of(item, attributes, report.stacktrace, keep_contents=self._keep_contents)
        context = _context(
            stored, item, report, self._origin(item.resource), observation, occurred_at_us=occurred_at_us
        )
        if answer:
            context[ANSWER_KEY] = answer
        if located:
            add_marks(
                context,
                attribution,
                reported=reported is not None,
                final=report.is_final,
                lag_ns=ended_unix_nano(item) - report.time_unix_nano if report.is_final else 0,
            )
        context, context_json = fit(context, observation)
        return Failure(
            id=reported or own_id,
            own_id=own_id,
            trace_id=item.trace_id if located else b"",
            span_id=item.span_id if located else b"",
            parent_span_id=_parent(item) if located else b"",
            occurred_at_us=occurred_at_us,
            observation=observation,
            verdict=verdict_of(item.attributes.get(own.MATCH_RESULT)) if report.is_final else None,
            run=attribution.run if attribution.run.value else RankedName(attribution.run.rank, uuid_text(own_id)),
            skill=attribution.skill,
            agent=attribution.agent,
            model=attribution.model,
            step_index=attribution.step_index,
            tenant_id=attribution.tenant_id,
            token_tenant=self._token_tenant,
            service_name=attribution.service_name,
            service_version=attribution.service_version,
            context=context,
            context_json=context_json,
        )

    def _origin(self, resource: Resource) -> ResourceAttribution:
        origin = self._origins.get(resource)
        if origin is None:
            origin = self._origins[resource] = resource_attribution_of(resource)
        return origin


def _context(
    context: dict[str, Any],
    item: Item,
    report: RawReport,
    origin: ResourceAttribution,
    observation: Observation,
    *,
    occurred_at_us: int,
) -> dict[str, Any]:
    """`context` with what is known of the failure beside its own parts."""
    if origin.context:
        context["resource"] = origin.context
    if observation.message.endswith(CUT_MARK):
        mark(context, Alteration.TRUNCATED, "message")
    if was_replaced(report.message, observation.message):
        mark(context, Alteration.CHANGED, "message")
    if occurred_at_us != report.time_unix_nano // 1_000:
        context["occurred_at_clamped"] = True
    if (seconds := retry_after_seconds(item.attributes, observation.message)) is not None:
        context["retry_after_seconds"] = seconds
    return context


def _reports(item: Item) -> list[RawReport]:
    if isinstance(item, SpanItem):
        return failures_of_span(item)
    report = failure_of_log(item)
    return [report] if report else []


def _is_telling(item: Item) -> bool:
    """Whether this may be a recovery outcome or a report of losses."""
    return own.RECOVERY_FAILURE_ID in item.attributes or own.LOSS_REPORT_ID in item.attributes


def _with_finish_reason(attributes: Cleaned, reason: str) -> Cleaned:
    """The attributes with a finish reason that was told elsewhere, where the catalog reads it."""
    values, changes = attributes
    known = finish_reason_words(values.get(names.FINISH_REASONS))
    return attributes if reason in known else ({**values, names.FINISH_REASONS: [*known, reason]}, changes)


def _observation(
    item: Item, report: RawReport, attributes: dict[str, Any], answer: Attributes, *, keep_contents: bool
) -> Observation:
    return Observation(
        error_code=name_of(item.attributes.get(own.FAILURE_CODE)),
        error_type="" if names.ERROR_TYPE in answer else class_of(report.error_type),
        exception_type=class_of(report.exception_type),
        message=cleaned(report.message, MAX_MESSAGE_BYTES, keep_contents=keep_contents),
        attributes=attributes,
    )


def _own_id(item: Item, report: RawReport, *, located: bool) -> bytes:
    if located:
        return failure_id(report.time_unix_nano, item.trace_id, item.span_id, report.ordinal)
    resource = item.resource.attributes
    times = (item.start_unix_nano, item.end_unix_nano) if isinstance(item, SpanItem) else (item.time_unix_nano,)
    content = content_hash(
        code_text(resource.get(names.SERVICE_NAME)),
        code_text(resource.get("service.instance.id")),
        item.name if isinstance(item, SpanItem) else item.event_name,
        *map(str, times),
        item.trace_id,
        item.span_id,
        report.exception_type or report.error_type,
        report.message,
        str(report.ordinal),
    )
    return content_id(report.time_unix_nano, content)


def _parent(item: Item) -> bytes:
    parent = item.parent_span_id if isinstance(item, SpanItem) else b""
    return parent if len(parent) == len(ZERO_SPAN_ID) and parent != ZERO_SPAN_ID else b""
