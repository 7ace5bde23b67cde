"""What counts as a failure, and what is said of it."""

from __future__ import annotations

import pytest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import OK, SERVER, UNSET, exception, failures, log, log_failures, span

from failcat_sidecar.extract import Failure

REASONS = "gen_ai.response.finish_reasons"


@pytest.mark.parametrize(
    ("made", "failing"),
    [
        (span(), True),
        (span(status=UNSET), False),
        (span(status=OK), False),
        (span(status=UNSET, attributes={"error.type": "timeout"}), True),
        (span(status=UNSET, attributes={"error.type": ""}), False),
        (span(status=UNSET, attributes={"error.type": "_OTHER"}), True),
        (span(status=OK, attributes={"error.type": "_OTHER"}), False),
        (span(attributes={"error.type": "none"}), True),
        (span(status=UNSET, attributes={"error.type": "none"}), False),
        (span(status=UNSET, attributes={"error.type": 200}), False),
        (span(status=OK, attributes={REASONS: ["refusal"]}), True),
        (span(status=OK, attributes={REASONS: ["stop"]}), False),
        (span(status=OK, attributes={"error.type": "timeout"}), False),
        (span(status=OK, attributes={"failure.code": "X"}), True),
        (span(status=UNSET, attributes={"failure.code": "X"}), True),
        (span(status=UNSET, events=(exception("ValueError", "x"),)), True),
        (span(status=OK, events=(exception("ValueError", "x"),)), False),
        (span(status=UNSET, events=(Span.Event(name="retry"),)), False),
        (span(status=UNSET, attributes={REASONS: ["stop"]}), False),
        (span(status=UNSET, attributes={REASONS: ["length"]}), True),
        (span(status=UNSET, attributes={REASONS: ["stop", "content_filter"]}), True),
        (span(status=UNSET, attributes={REASONS: ["SAFETY"]}), True),
        (span(status=UNSET, attributes={REASONS: "max_tokens"}), True),
        (span(status=UNSET, attributes={REASONS: ["pause_turn"]}), False),
        (span(status=UNSET, attributes={REASONS: 5}), False),
        (span(status=UNSET, kind=SERVER, attributes={"http.response.status_code": 404}), False),
        (span(status=UNSET, kind=SERVER, attributes={"http.response.status_code": 404, "error.type": "404"}), True),
        (span(kind=SERVER, attributes={"http.response.status_code": 404}), True),
        (span(kind=SERVER, attributes={"http.response.status_code": 500}), True),
        (span(message="CancelledError: "), False),
        (span(attributes={"error.type": "asyncio.exceptions.CancelledError"}), False),
        (span(events=(exception("langgraph.errors.GraphInterrupt", "ask"),)), False),
        (span(events=(exception("KeyboardInterrupt", ""),), attributes={"failure.code": "STOPPED"}), True),
    ],
)
def test_spans_fail_by_what_they_say(made: Span, failing: bool) -> None:
    assert len(failures(made)) == int(failing)


def test_an_exception_on_a_server_span_that_answered_4xx_is_its_callers() -> None:
    made = span(status=UNSET, kind=SERVER, attributes={"http.response.status_code": 422}, events=(exception("E", ""),))
    assert failures(made) == []


@pytest.mark.parametrize(
    ("record", "failing"),
    [
        (log(attributes={"exception.type": "E"}), True),
        (log(attributes={"failure.code": "X"}, severity=1), True),
        (log(attributes={"exception.type": "CancelledError"}), False),
    ],
)
def test_log_records_fail_by_what_they_say(record: LogRecord, failing: bool) -> None:
    assert len(log_failures(record)) == int(failing)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (span(message="TimeoutError: boom"), ("", "TimeoutError", "boom")),
        (span(message="boom"), ("", "", "boom")),
        (span(message="note: boom"), ("", "", "note: boom")),
        (span(message="a.b.SomeError: x: y"), ("", "a.b.SomeError", "x: y")),
        (span(message="HTTP://x"), ("", "", "HTTP://x")),
        (span(attributes={"error.type": "_OTHER"}, message="boom"), ("", "", "boom")),
        (span(attributes={"error.type": "503"}), ("503", "", "")),
        (span(attributes={"error.type": 503}), ("503", "", "")),
        (span(attributes={"error.type": "openai.Busy"}, message="Busy: x"), ("openai.Busy", "Busy", "x")),
        (span(status=UNSET, attributes={REASONS: ["stop", "length"]}), ("length", "", "finish reason: length")),
        (span(events=(exception("a.B", "inner"),), message="B: outer"), ("", "a.B", "inner")),
        (span(events=(exception("a.B", ""),), message="B: outer"), ("", "a.B", "outer")),
        (span(events=(exception("a.B", "m"),), attributes={"error.type": "code"}), ("code", "a.B", "m")),
    ],
)
def test_type_and_message_are_told_apart(made: Span, expected: tuple[str, str, str]) -> None:
    (failure,) = failures(made)
    seen = failure.observation
    assert (seen.error_type, seen.exception_type, seen.message) == expected


def test_the_body_of_a_log_record_is_its_message_only_when_the_application_names_a_failure() -> None:
    (named,) = log_failures(log(body="parcel lost", attributes={"failure.code": "LOST"}))
    (event,) = log_failures(log(body="a conversation", event_name="gen_ai.client.operation.exception"))
    assert (named.observation.message, event.observation.message) == ("parcel lost", "")


def test_each_distinct_exception_of_a_span_is_a_failure_and_the_status_belongs_to_the_last() -> None:
    events = (exception("A", "one", 1), exception("A", "one", 2), exception("B", "two", 3))
    first, last = failures(span(events=events, attributes={"error.type": "code"}))
    assert (first.observation.exception_type, first.observation.error_type, is_final(first)) == ("A", "", False)
    assert (last.observation.exception_type, last.observation.error_type, is_final(last)) == ("B", "code", True)
    assert [each.occurred_at_us * 1_000 for each in (first, last)] == [
        each.time_unix_nano for each in (events[0], events[2])
    ]


def test_a_cancellation_after_a_real_exception_leaves_the_real_one() -> None:
    (failure,) = failures(span(events=(exception("A", "one"), exception("CancelledError", ""))))
    assert (failure.observation.exception_type, is_final(failure)) == ("A", False)


def test_the_applications_code_is_seen() -> None:
    (failure,) = failures(span(attributes={"failure.code": "ORDER_LOST"}))
    assert failure.observation.error_code == "ORDER_LOST"


def is_final(failure: Failure) -> bool:
    """Whether the span's status is about it."""
    return bool(failure.context.get("report", {}).get("final", True))
