"""Whether a span or log record reports failures, and which: the places where OpenTelemetry writes them.

Decisions: an explicit status OK is final unless `failure.code` or a finish reason says otherwise: many instrumentations
set it on every answered call. A SERVER span that answered 4xx without error is its caller's failure, not ours.
Cancellations and control flow are no failures. Which log records report one says `failcat_catalog.log_failures`;
decoding asks it.
Source: semantic conventions 1.44 (recording errors, exceptions, GenAI), and spans recorded from agent frameworks.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from failcat_catalog import attributes as own
from failcat_catalog.contract import (
    NO_EVENT,
    Events,
    SpanSigns,
    code_text,
    exceptions_of,
    log_ordinal,
    signs_of,
)
from failcat_sidecar.extract.control_flow import steers
from failcat_sidecar.extract.descriptions import raised_by, split_description
from failcat_sidecar.extract.times import ended_unix_nano
from failcat_sidecar.extract.told_texts import message_elsewhere
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import KIND_SERVER, STATUS_ERROR, STATUS_OK, LogItem, SpanItem


class RawReport(msgspec.Struct, frozen=True, gc=False):
    """One failure, raw as sent."""

    exception_type: str
    message: str
    stacktrace: str
    error_type: str
    time_unix_nano: int
    ordinal: int | bytes  # see failcat_catalog.contract
    is_final: bool = True
    finish_reason: str = ""  # in the spelling of the contract's table


def failures_of_span(span: SpanItem) -> list[RawReport]:
    """In the order of their events; the final one, if there is one, is last."""
    events = [(event.name, event.attributes) for event in span.events] if span.events else ()
    signs = signs_of(span.attributes, events)
    is_error, is_ok = span.status_code == STATUS_ERROR, span.status_code == STATUS_OK
    if is_ok and not signs.code:
        return [_from_status(span, SpanSigns("", "", signs.finish_reason))] if signs.finish_reason else []
    is_failing = is_error or any(signs)
    if not is_failing and _is_callers_failure(span):
        return []
    reports = list(_distinct_exceptions(span, events, signs)) if events else []
    if reports:
        reports[-1] = _with_status(reports[-1], span, signs)
    elif is_failing:
        reports = [_from_status(span, signs)]
    return [report for report in reports if signs.code or not _steers(report, span)]


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


def _informative(error_type: str) -> str:
    return "" if error_type == names.ERROR_TYPE_OTHER else error_type


def _is_callers_failure(span: SpanItem) -> bool:
    if span.kind != KIND_SERVER:
        return False
    status = span.attributes.get(names.HTTP_STATUS, span.attributes.get(names.HTTP_STATUS_OLD))
    return isinstance(status, int) and 400 <= status < 500


def _distinct_exceptions(span: SpanItem, events: Events, signs: SpanSigns) -> Iterator[RawReport]:
    for at in exceptions_of(events, signs, is_error=span.status_code == STATUS_ERROR, is_ok=False):
        event = span.events[at]
        yield RawReport(
            code_text(event.attributes.get(names.EXCEPTION_TYPE)),
            code_text(event.attributes.get(names.EXCEPTION_MESSAGE)),
            code_text(event.attributes.get(names.EXCEPTION_STACKTRACE)),
            "",
            event.time_unix_nano or ended_unix_nano(span),
            event.index,
            is_final=False,
        )


def _with_status(report: RawReport, span: SpanItem, signs: SpanSigns) -> RawReport:
    """The last exception is what the span's status and `error.type` speak of."""
    error_type = _informative(signs.error_type) or signs.finish_reason
    described_type, described = split_description(span.status_message, (report.exception_type, error_type))
    message = report.message or described
    return msgspec.structs.replace(
        report,
        exception_type=report.exception_type or described_type,
        message=message or message_elsewhere(span, signs),
        error_type=error_type,
        is_final=True,
        finish_reason=signs.finish_reason,
    )


def _from_status(span: SpanItem, signs: SpanSigns) -> RawReport:
    error_type = _informative(signs.error_type) or signs.finish_reason
    exception_type, message = split_description(span.status_message, (error_type,))
    attributes = span.attributes
    return RawReport(
        exception_type or code_text(attributes.get(names.EXCEPTION_TYPE)),
        message or message_elsewhere(span, signs),
        code_text(attributes.get(names.EXCEPTION_STACKTRACE)),
        error_type,
        ended_unix_nano(span),
        NO_EVENT,
        finish_reason=signs.finish_reason,
    )


def _steers(report: RawReport, item: SpanItem | LogItem) -> bool:
    return steers(report.exception_type, report.error_type, report.message, item.attributes)
