"""Requests of which nothing is recognised are told apart from empty ones and from all that were always read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric, NumberDataPoint
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import UNSET, as_json, decoded, log, logs, span, traces

from failcat_sidecar.export import Encoding, Signal
from failcat_sidecar.otlp import Unrecognised
from failcat_sidecar.otlp.wire import message

SPANS, LOGS = traces(span(1), span(2, status=UNSET)), logs(log(1), log(2))
RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]}


def metrics() -> bytes:
    request = ExportMetricsServiceRequest()
    point = NumberDataPoint(as_int=1, time_unix_nano=7)
    gauge, total = Metric(name="queue.depth"), Metric(name="requests", unit="1")
    gauge.gauge.data_points.append(point)
    total.sum.data_points.append(point)
    request.resource_metrics.add().scope_metrics.add().metrics.extend([gauge, total])
    return request.SerializeToString()


def large(body: bytes, request: type[Message], group: str) -> bytes:
    """More than is decoded at once: the same scope many times."""
    whole = request.FromString(body)
    (outer,) = getattr(whole, group)
    getattr(whole, group).extend([outer] * 600)
    return whole.SerializeToString()


def what(body: bytes, signal: Signal, encoding: Encoding = Encoding.PROTOBUF) -> tuple[Unrecognised | None, int, int]:
    found = decoded(body, signal, encoding)
    return found.unrecognised, found.rejected, found.spans + found.log_records


@pytest.mark.parametrize(
    ("body", "signal", "expected"),
    [
        (LOGS, Signal.TRACES, (Unrecognised.LOGS, 2, 0)),
        (SPANS, Signal.LOGS, (Unrecognised.TRACES, 2, 0)),
        (metrics(), Signal.TRACES, (Unrecognised.METRICS, 2, 0)),
        (metrics(), Signal.LOGS, (Unrecognised.METRICS, 2, 0)),
        (large(LOGS, ExportLogsServiceRequest, "resource_logs"), Signal.TRACES, (Unrecognised.LOGS, 1_202, 0)),
        (large(SPANS, ExportTraceServiceRequest, "resource_spans"), Signal.LOGS, (Unrecognised.TRACES, 1_202, 0)),
        (message(1, message(1_000, b"\x12\x00")), Signal.TRACES, (Unrecognised.OLD_NAMES, 0, 0)),
        (message(1, message(2, message(9, b"x"))), Signal.TRACES, (Unrecognised.NO_OTLP, 0, 0)),
        (message(7, b"x"), Signal.LOGS, (Unrecognised.NO_OTLP, 0, 0)),
    ],
)
def test_another_protobuf_request_is_called_what_it_is(
    body: bytes, signal: Signal, expected: tuple[Unrecognised | None, int, int]
) -> None:
    assert what(body, signal) == expected


@pytest.mark.parametrize(
    ("document", "signal", "expected"),
    [
        ({"resource_spans": [{"scope_spans": [{"spans": [{"name": "s"}]}]}]}, Signal.TRACES, Unrecognised.SNAKE_CASE),
        ({"resourceSpans": [{"scope_spans": [{"spans": [{}]}]}]}, Signal.TRACES, Unrecognised.SNAKE_CASE),
        ({"resourceLogs": [{"scopeLogs": [{"log_records": [{}]}]}]}, Signal.LOGS, Unrecognised.SNAKE_CASE),
        ({"resourceSpans": [{"instrumentationLibrarySpans": []}]}, Signal.TRACES, Unrecognised.OLD_NAMES),
        ({"resourceLogs": [{"instrumentationLibraryLogs": []}]}, Signal.LOGS, Unrecognised.OLD_NAMES),
        (json.loads(as_json(LOGS, Signal.LOGS)), Signal.TRACES, Unrecognised.LOGS),
        (json.loads(as_json(SPANS)), Signal.LOGS, Unrecognised.TRACES),
        ({"resourceMetrics": []}, Signal.TRACES, Unrecognised.METRICS),
        ({"level": "error", "message": "boom"}, Signal.LOGS, Unrecognised.NO_OTLP),
        ({"data": [{"traceID": "1", "spans": []}]}, Signal.TRACES, Unrecognised.NO_OTLP),
    ],
)
def test_another_json_request_is_called_what_it_is(
    document: dict[str, Any], signal: Signal, expected: Unrecognised
) -> None:
    assert what(json.dumps(document).encode(), signal, Encoding.JSON) == (expected, 0, 0)
    assert expected.text(signal)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"resourceSpans": None},
        {"resourceSpans": []},
        {"resourceSpans": [{}, {"resource": RESOURCE, "schemaUrl": "https://x", "scopeSpans": None}]},
        {"resourceSpans": [{"resource": {"future": 1}, "scopeSpans": [{"scope": {"future": 1}, "spans": []}]}]},
    ],
)
def test_an_empty_json_request_is_none_of_these(document: dict[str, Any]) -> None:
    assert what(json.dumps(document).encode(), Signal.TRACES, Encoding.JSON) == (None, 0, 0)
    as_logs = json.dumps(document).replace("Spans", "Logs").replace('"spans"', '"logRecords"').encode()
    assert what(as_logs, Signal.LOGS, Encoding.JSON) == (None, 0, 0)


@pytest.mark.parametrize("signal", Signal)
@pytest.mark.parametrize(
    "body", [b"", message(1, b""), message(1, message(1, b"") + message(2, message(1, b"") + message(3, b"u")))]
)
def test_an_empty_protobuf_request_is_none_of_these(body: bytes, signal: Signal) -> None:
    assert what(body, signal) == (None, 0, 0)


@given(
    span_of=st.builds(
        Span,
        trace_id=st.binary(max_size=20),
        span_id=st.binary(max_size=9),
        parent_span_id=st.binary(max_size=8),
        trace_state=st.text(max_size=3),
        name=st.text(max_size=20),
        kind=st.integers(0, 5),
        start_time_unix_nano=st.integers(0, 2**64 - 1),
        end_time_unix_nano=st.integers(0, 2**64 - 1),
        flags=st.integers(0, 300),
        dropped_links_count=st.integers(0, 300),
    )
)
def test_a_span_is_a_span_whatever_it_has(span_of: Span) -> None:
    """Without ids and times, too: nothing that was read is refused."""
    assert what(traces(span_of, span_of), Signal.TRACES) == (None, 0, 2)
    record = log(severity=span_of.kind, body=span_of.name, event_name=span_of.trace_state)
    record.trace_id, record.time_unix_nano = span_of.trace_id, span_of.start_time_unix_nano
    assert what(logs(record), Signal.LOGS)[0] is None


def test_unknown_keys_beside_spans_are_ignored_as_otlp_asks() -> None:
    document = {**json.loads(as_json(SPANS)), "future": [1], "resourceMetrics": []}
    assert what(json.dumps(document).encode(), Signal.TRACES, Encoding.JSON) == (None, 0, 2)
