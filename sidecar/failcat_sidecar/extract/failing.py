"""Whether a span or log record reports failures, and which: the places where OpenTelemetry writes them.

Decisions: an explicit status OK is final unless `failure.code` says otherwise. A SERVER span that answered 4xx without
error is its caller's failure, not ours. Cancellations and control flow are no failures. The severity of a log record
says nothing.
Source: semantic conventions 1.44 (recording errors, exceptions, GenAI), and spans recorded from agent frameworks.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from failcat_catalog import attributes as own
from failcat_catalog.identity import content_hash
from failcat_catalog.types import AttributeValue
from failcat_sidecar.extract.descriptions import last_segment, split_description
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import KIND_SERVER, STATUS_ERROR, STATUS_OK, Attributes, LogItem, SpanItem

CONTROL_FLOW = frozenset(
    {
        *("CancelledError", "KeyboardInterrupt", "GeneratorExit", "SystemExit", "StopIteration", "StopAsyncIteration"),
        *("GraphInterrupt", "NodeInterrupt", "GraphBubbleUp", "GraphDrained", "ParentCommand"),  # LangGraph
        *("CallDeferred", "ApprovalRequired", "HumanFeedbackPending"),  # pydantic-ai, crewai: a person is asked
    }
)
"""Class names of exceptions that steer a program."""

BAD_FINISH_REASONS = frozenset(
    {
        *("content_filter", "content_filtered", "guardrail_intervened", "refusal", "safety", "error"),
        *("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded"),
        *("prohibited_content", "blocklist", "spii", "image_safety", "jailbreak", "model_armor"),
        *("recitation", "language", "malformed_function_call", "unexpected_tool_call", "too_many_tool_calls"),
        "missing_thought_signature",
    }
)
"""In lower case. Such a response ended, but not with what was asked for, and often on a span without ERROR."""

NO_EVENT = 0xFFFFFFFF
"""The ordinal of a failure that no exception event reports."""


class Report(msgspec.Struct, frozen=True, gc=False):
    """One failure, raw as sent."""

    exception_type: str
    message: str
    stacktrace: str
    error_type: str
    time_unix_nano: int
    ordinal: int | bytes  # see failcat_catalog.identity
    is_final: bool = True


def text_of(value: AttributeValue) -> str:
    """Codes are sent as texts or as numbers; anything else is no code."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def failures_of_span(span: SpanItem) -> list[Report]:
    """In the order of their events; the final one, if there is one, is last."""
    error_type = _error_type(span)
    explicit = bool(text_of(span.attributes.get(own.FAILURE_CODE)))
    failing = span.status_code == STATUS_ERROR or explicit or bool(error_type)
    if not explicit and (span.status_code == STATUS_OK or (not failing and _is_callers_failure(span))):
        return []
    reports = list(_distinct_exceptions(span)) if span.exceptions else []
    if reports:
        reports[-1] = _with_status(reports[-1], span, error_type)
    elif failing:
        reports = [_from_status(span, error_type)]
    return [report for report in reports if explicit or not _is_control_flow(report)]


def failure_of_log(log: LogItem) -> Report | None:
    attributes = log.attributes
    exception_type = text_of(attributes.get(names.EXCEPTION_TYPE))
    message = text_of(attributes.get(names.EXCEPTION_MESSAGE))
    explicit = text_of(attributes.get(own.FAILURE_CODE))
    if not (exception_type or message or explicit or _is_exception_event(log.event_name)):
        return None
    report = Report(
        exception_type,
        message or (log.body if explicit else ""),  # the body of an event may be a conversation
        text_of(attributes.get(names.EXCEPTION_STACKTRACE)),
        _informative(text_of(attributes.get(names.ERROR_TYPE))),
        log.time_unix_nano,
        content_hash(exception_type, message, str(log.time_unix_nano)),
    )
    return report if explicit or not _is_control_flow(report) else None


def _error_type(span: SpanItem) -> str:
    """`error.type`, else the finish reason of a response that did not end well."""
    return _informative(text_of(span.attributes.get(names.ERROR_TYPE))) or _bad_finish_reason(span.attributes)


def _informative(error_type: str) -> str:
    return "" if error_type == names.ERROR_TYPE_OTHER else error_type


def _bad_finish_reason(attributes: Attributes) -> str:
    reasons = attributes.get(names.FINISH_REASONS)
    if isinstance(reasons, str):
        reasons = [reasons]
    if not isinstance(reasons, list):
        return ""
    return next((r for r in reasons if isinstance(r, str) and r.lower() in BAD_FINISH_REASONS), "")


def _is_callers_failure(span: SpanItem) -> bool:
    if span.kind != KIND_SERVER:
        return False
    status = span.attributes.get(names.HTTP_STATUS, span.attributes.get(names.HTTP_STATUS_OLD))
    return isinstance(status, int) and 400 <= status < 500


def _distinct_exceptions(span: SpanItem) -> Iterator[Report]:
    """The first event of each (type, message): `with span` records again what was recorded by hand."""
    seen = set()
    for event in span.exceptions:
        exception_type = text_of(event.attributes.get(names.EXCEPTION_TYPE))
        message = text_of(event.attributes.get(names.EXCEPTION_MESSAGE))
        if (exception_type, message) in seen:
            continue
        seen.add((exception_type, message))
        stacktrace = text_of(event.attributes.get(names.EXCEPTION_STACKTRACE))
        time_unix_nano = event.time_unix_nano or span.end_unix_nano
        yield Report(exception_type, message, stacktrace, "", time_unix_nano, event.index, is_final=False)


def _with_status(report: Report, span: SpanItem, error_type: str) -> Report:
    """The last exception is what the span's status and `error.type` speak of."""
    described_type, described = split_description(span.status_message, (report.exception_type, error_type))
    return msgspec.structs.replace(
        report,
        exception_type=report.exception_type or described_type,
        message=report.message or described,
        error_type=error_type,
        is_final=True,
    )


def _from_status(span: SpanItem, error_type: str) -> Report:
    exception_type, message = split_description(span.status_message, (error_type,))
    return Report(exception_type, message, "", error_type, span.end_unix_nano, NO_EVENT)


def _is_control_flow(report: Report) -> bool:
    return last_segment(report.exception_type or report.error_type) in CONTROL_FLOW


def _is_exception_event(event_name: str) -> bool:
    return event_name == names.EXCEPTION_EVENT or event_name.endswith("." + names.EXCEPTION_EVENT)
