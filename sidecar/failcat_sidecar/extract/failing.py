"""Whether a span or log record reports failures, and which: the places where OpenTelemetry writes them.

Decisions: an explicit status OK is final unless `failure.code` says otherwise. A SERVER span that answered 4xx without
error is its caller's failure, not ours. Cancellations and control flow are no failures. Which log records report one
says `failcat_catalog.log_failures`; decoding asks it.
Source: semantic conventions 1.44 (recording errors, exceptions, GenAI), and spans recorded from agent frameworks.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from failcat_catalog import attributes as own
from failcat_catalog.contract import (
    NO_EVENT,
    code_text,
    failing_finish_reason,
    first_occurrences,
    log_ordinal,
)
from failcat_sidecar.extract.control_flow import steers
from failcat_sidecar.extract.descriptions import raised_by, split_description
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import KIND_SERVER, STATUS_ERROR, STATUS_OK, Event, LogItem, SpanItem


class RawReport(msgspec.Struct, frozen=True, gc=False):
    """One failure, raw as sent."""

    exception_type: str
    message: str
    stacktrace: str
    error_type: str
    time_unix_nano: int
    ordinal: int | bytes  # see failcat_catalog.contract
    is_final: bool = True


def failures_of_span(span: SpanItem) -> list[RawReport]:
    """In the order of their events; the final one, if there is one, is last."""
    error_type = _error_type(span)
    explicit = bool(code_text(span.attributes.get(own.FAILURE_CODE)))
    failing = span.status_code == STATUS_ERROR or explicit or bool(error_type)
    if not explicit and (span.status_code == STATUS_OK or (not failing and _is_callers_failure(span))):
        return []
    reports = list(_distinct_exceptions(span)) if span.exceptions else []
    if reports:
        reports[-1] = _with_status(reports[-1], span, error_type)
    elif failing:
        reports = [_from_status(span, error_type)]
    return [report for report in reports if explicit or not _steers(report, span)]


def failure_of_log(log: LogItem) -> RawReport | None:
    told = log.failure
    if told is None:
        return None
    exception_type, message = told.exception_type, told.message
    if told.stacktrace and not (exception_type and message):
        raised_type, raised = raised_by(told.stacktrace)
        exception_type, message = exception_type or raised_type, raised or message
    ordinal = log_ordinal(told.ordinal, log.time_unix_nano)
    report = RawReport(exception_type, message, told.stacktrace, told.error_type, log.time_unix_nano, ordinal)
    explicit = code_text(log.attributes.get(own.FAILURE_CODE))
    return report if explicit or not _steers(report, log) else None


def _error_type(span: SpanItem) -> str:
    """`error.type`, else the finish reason of a response that is incomplete or refused."""
    sent = _informative(code_text(span.attributes.get(names.ERROR_TYPE)))
    return sent or failing_finish_reason(span.attributes.get(names.FINISH_REASONS))


def _informative(error_type: str) -> str:
    return "" if error_type == names.ERROR_TYPE_OTHER else error_type


def _is_callers_failure(span: SpanItem) -> bool:
    if span.kind != KIND_SERVER:
        return False
    status = span.attributes.get(names.HTTP_STATUS, span.attributes.get(names.HTTP_STATUS_OLD))
    return isinstance(status, int) and 400 <= status < 500


def _distinct_exceptions(span: SpanItem) -> Iterator[RawReport]:
    described = [_described(event) for event in span.exceptions]
    for at in first_occurrences(described):
        event, (exception_type, message) = span.exceptions[at], described[at]
        stacktrace = code_text(event.attributes.get(names.EXCEPTION_STACKTRACE))
        time_unix_nano = event.time_unix_nano or span.end_unix_nano
        yield RawReport(exception_type, message, stacktrace, "", time_unix_nano, event.index, is_final=False)


def _described(event: Event) -> tuple[str, str]:
    attributes = event.attributes
    return code_text(attributes.get(names.EXCEPTION_TYPE)), code_text(attributes.get(names.EXCEPTION_MESSAGE))


def _with_status(report: RawReport, span: SpanItem, error_type: str) -> RawReport:
    """The last exception is what the span's status and `error.type` speak of."""
    described_type, described = split_description(span.status_message, (report.exception_type, error_type))
    return msgspec.structs.replace(
        report,
        exception_type=report.exception_type or described_type,
        message=report.message or described,
        error_type=error_type,
        is_final=True,
    )


def _from_status(span: SpanItem, error_type: str) -> RawReport:
    exception_type, message = split_description(span.status_message, (error_type,))
    return RawReport(exception_type, message, "", error_type, span.end_unix_nano, NO_EVENT)


def _steers(report: RawReport, item: SpanItem | LogItem) -> bool:
    return steers(report.exception_type, report.error_type, report.message, item.attributes)
