"""The text of a failing span is taken from where its instrumentation wrote it, and from nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import START_NS, UNSET, exception, failures, pairs, span

from failcat_catalog.catalog import Catalog
from failcat_catalog.observe import observed_code


def event(name: str, **attributes: Any) -> Span.Event:
    return Span.Event(name=name, time_unix_nano=START_NS, attributes=pairs(attributes))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (span(attributes={"exception.message": "read timed out"}), "read timed out"),
        (span(attributes={"error.message": "connection refused"}), "connection refused"),
        (span(attributes={"error": "Overloaded"}), "Overloaded"),
        (span(attributes={"error": True}), ""),
        (span(attributes={"error": "true"}), ""),
        (span(attributes={"otel.status_description": "no answer"}), "no answer"),
        (span(attributes={"logfire.msg": "payment 7 failed"}), "payment 7 failed"),
        (span(attributes={"error.message": "first"}, message="the status"), "the status"),
        (span(attributes={"error.message": "why"}, events=(exception("E", ""),)), "why"),
        (span(attributes={"error.message": "why"}, events=(exception("E", "how"),)), "how"),
        # Rust's tracing: a log line is an event, named by its message
        (span(events=(event("connection refused", level="ERROR"),)), "connection refused"),
        (span(events=(event("loading the model", level="INFO"),)), ""),
        (span(events=(event("it broke", level="ERROR"), event("trying again", level="WARN"))), "it broke"),
        (span(events=(event("call failed", level="ERROR", error="no route to host"),)), "no route to host"),
        (span(events=(event("dial tcp: no route to host"),)), "dial tcp: no route to host"),
        (span(events=(event("retry"),)), ""),
        # OpenTracing: an error is logged as an event
        (span(events=(event("log", event="error", message="boom"),)), "boom"),
        (span(events=(event("error", message="boom"),)), "boom"),
        (span(events=(event("message", message="hello"),)), ""),
        (span(events=(event("step", error="boom"),)), "boom"),
        # contents of conversations are no text of a failure
        (span(events=(event("gen_ai.choice", message="a conversation", finish_reason="stop"),)), ""),
        (span(status=UNSET, attributes={"error.type": "timeout", "error.message": "late"}), "late"),
        # a finish reason alone: the log line is about the call, not about its end
        (
            span(status=UNSET, attributes={"llm.finish_reason": "length", "logfire.msg": "Chat with gpt-5"}),
            "finish reason: length",
        ),
        (span(attributes={"llm.finish_reason": "error", "error.message": "the stream broke"}), "the stream broke"),
    ],
)
def test_the_message_is_the_best_text_that_the_span_has(made: Span, text: str) -> None:
    (failure,) = failures(made)
    assert failure.observation.message == text


def test_exception_attributes_on_the_span_tell_class_and_stack_trace() -> None:
    attributes = {"exception.type": "a.B", "exception.message": "m", "exception.stacktrace": "at x"}
    (failure,) = failures(span(attributes=attributes))
    assert (failure.observation.exception_type, failure.context["stacktrace"]) == ("a.B", "at x")


@pytest.mark.parametrize(
    ("attributes", "code", "verdict"),
    [
        ({"status_code": 529}, "HTTP_529", "SERVICE_OVERLOADED"),
        ({"status_code": "503"}, "HTTP_503", "SERVICE_UNAVAILABLE"),
        ({"http_status_code": 429}, "HTTP_429", "RATE_LIMITED"),
        ({"status_code": 2}, "UNKNOWN_ERROR", ""),  # OpenTelemetry's own
        ({"status_code": "ERROR"}, "UNKNOWN_ERROR", ""),
    ],
)
def test_a_status_code_without_a_prefix_is_http_s_if_it_can_be(
    attributes: dict[str, Any], code: str, verdict: str
) -> None:
    (failure,) = failures(span(attributes=attributes))
    assert observed_code(failure.observation) == code
    assert Catalog.builtin().match(failure.observation).code == verdict
