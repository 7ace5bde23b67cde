"""Ids that were written down: retries, replays and other versions of agent and sidecar must give the same for ever."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags
from tests.support.otlp import decoded, extracted, log, log_failures

from failcat._reporting.span_failures import span_failure
from failcat_catalog.identity import content_hash, content_id, failure_id
from failcat_sidecar.extract import Failure

START_NS = 1_700_000_000_123_456_789
MS = 1_000_000
ERROR = StatusCode.ERROR


def exception(kind: str, message: str, at_ms: int) -> Event:
    return Event("exception", {"exception.type": kind, "exception.message": message}, START_NS + at_ms * MS)


def ended(*events: Event, status: StatusCode = ERROR, attributes: dict[str, Any] | None = None) -> ReadableSpan:
    """A span of 10 ms, as the SDK hands it to an agent's processors."""
    return ReadableSpan(
        name="chat",
        context=SpanContext(0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, False, TraceFlags(1)),
        resource=Resource({"service.name": "agent"}),
        attributes=attributes,
        events=events,
        status=Status(status, "it failed" if status is ERROR else None),
        start_time=START_NS,
        end_time=START_NS + 10 * MS,
    )


SPANS = {
    "status": ended(),
    "error.type": ended(status=StatusCode.UNSET, attributes={"error.type": "timeout"}),
    "finish reason": ended(status=StatusCode.UNSET, attributes={"gen_ai.response.finish_reasons": ["content_filter"]}),
    "failure.code on OK": ended(status=StatusCode.OK, attributes={"failure.code": "OUT_OF_STOCK"}),
    "one event": ended(exception("E", "m", 3)),
    "event behind others": ended(Event("retry", {}, START_NS), Event("log", {}, START_NS), exception("E", "m", 3)),
    "event and error.type": ended(exception("openai.RateLimitError", "slow", 4), attributes={"error.type": "429"}),
    "recorded twice": ended(exception("E", "m", 3), exception("E", "m", 9)),
    "two exceptions": ended(exception("A", "x", 1), exception("B", "y", 2)),
    "the first again": ended(exception("A", "x", 1), exception("B", "y", 2), exception("A", "x", 9)),
    "not ASCII": ended(exception("Fehler", "größer als 4 KiB \U0001f600", 5)),
}

LOGS: dict[str, LogRecord] = {
    "exception": log(7, at_ms=4, attributes={"exception.type": "E", "exception.message": "m"}),
    "only a type": log(7, at_ms=4, attributes={"exception.type": "E"}),
    "only a message": log(7, at_ms=4, attributes={"exception.message": "größer"}),
    "event": log(7, at_ms=4, event_name="openai.exception", body="it failed"),
    "code and body": log(7, at_ms=4, body="it failed", attributes={"failure.code": "OUT_OF_STOCK"}),
    "without a span": LogRecord(
        time_unix_nano=START_NS,
        body=AnyValue(string_value="x"),
        attributes=log(attributes={"exception.type": "E"}).attributes,
    ),
}


def ids_of_span(span: ReadableSpan) -> list[str]:
    found = extracted(decoded(encode_spans([span]).SerializeToString()).suspects)
    return [failure.own_id.hex() for failure in found if isinstance(failure, Failure)]


GOLDEN_SPANS: dict[str, list[str]] = {
    "status": ["018bcfe56885755cb8adc4fce792b617"],
    "error.type": ["018bcfe56885755cb8adc4fce792b617"],
    "finish reason": ["018bcfe56885755cb8adc4fce792b617"],
    "failure.code on OK": ["018bcfe56885755cb8adc4fce792b617"],
    "one event": ["018bcfe5687e757097a7a5b287a9f1dc"],
    "event behind others": ["018bcfe5687e7319b90eba6759a8b368"],
    "event and error.type": ["018bcfe5687f757097a7a5b287a9f1dc"],
    "recorded twice": ["018bcfe5687e757097a7a5b287a9f1dc"],
    "two exceptions": ["018bcfe5687c757097a7a5b287a9f1dc", "018bcfe5687d7deabda068464a08184e"],
    "the first again": ["018bcfe5687c757097a7a5b287a9f1dc", "018bcfe5687d7deabda068464a08184e"],
    "not ASCII": ["018bcfe56880757097a7a5b287a9f1dc"],
}
GOLDEN_LOGS: dict[str, list[str]] = {
    "exception": ["01a1ee565e04737bad620f8c1a7524d2"],
    "only a type": ["01a1ee565e04785a9f3aa4ff3abab8e7"],
    "only a message": ["01a1ee565e047a5b873fbb74347a1009"],
    "event": ["01a1ee565e0474e58214a1700a32e92a"],
    "code and body": ["01a1ee565e0474e58214a1700a32e92a"],
    "without a span": ["018bcfe5687b7e47914d9a237e96d9bf"],
}


@pytest.mark.parametrize("name", SPANS)
def test_a_spans_failures_have_these_ids_in_the_sidecar(name: str) -> None:
    assert ids_of_span(SPANS[name]) == GOLDEN_SPANS[name]


@pytest.mark.parametrize("name", SPANS)
def test_the_agent_knows_the_id_of_the_final_failure(name: str) -> None:
    failing = span_failure(SPANS[name])
    assert failing is not None
    assert failing.failure_id.replace("-", "") == GOLDEN_SPANS[name][-1]


@pytest.mark.parametrize("name", LOGS)
def test_a_log_records_failure_has_this_id(name: str) -> None:
    assert [failure.own_id.hex() for failure in log_failures(LOGS[name])] == GOLDEN_LOGS[name]


@pytest.mark.parametrize(
    ("time_unix_nano", "ordinal", "golden"),
    [
        (START_NS, 0, "018bcfe5687b71d4947f7e29475a1c69"),
        (START_NS, 0xFFFFFFFF, "018bcfe5687b7e85a271467c1498141e"),
        (START_NS, content_hash("E", "m", "1"), "018bcfe5687b7e93b286a993ba9650f7"),
        (-1, 0, "00000000000071d4947f7e29475a1c69"),
        (1 << 63, 0, "08637bd05af671d4947f7e29475a1c69"),
    ],
)
def test_an_id_follows_from_time_and_context_and_ordinal(
    time_unix_nano: int, ordinal: int | bytes, golden: str
) -> None:
    assert failure_id(time_unix_nano, bytes(range(16)), bytes(range(8)), ordinal).hex() == golden


def test_without_a_context_an_id_follows_from_the_content() -> None:
    assert (
        content_id(START_NS, content_hash("agent", b"\xff", "größer", "")).hex() == "018bcfe5687b7a958023fbe2fb85f04b"
    )
