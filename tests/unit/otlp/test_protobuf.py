"""Which spans and log records of a protobuf request are looked into, and what is refused."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import OK, UNSET, decoded, exception, log, logs, span, traces

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import Signal
from failcat_sidecar.otlp import SpanItem
from failcat_sidecar.otlp.parts import ResourceSource, ScopeSource

HEALTHY = [span(number, status=UNSET, attributes={"http.route": "/x"}) for number in range(100, 120)]


def spans_of(body: bytes) -> list[SpanItem]:
    return [item for item in decoded(body).suspects if isinstance(item, SpanItem)]


def test_healthy_spans_are_counted_and_passed_over() -> None:
    result = decoded(traces(*HEALTHY, span(200, status=OK)))
    assert (result.spans, result.log_records, result.suspects, result.rejected) == (21, 0, [], 0)


def test_a_span_with_status_error_is_a_suspect_with_all_its_fields() -> None:
    failing = span(7, parent=6, message="boom", attributes={"a": 1}, events=(exception("E", "m"),))
    (item,) = spans_of(traces(*HEALTHY, failing, scope="lib", resource={"service.name": "s"}))
    assert (item.span_id[-1], item.parent_span_id[-1], item.status_code, item.status_message) == (7, 6, 2, "boom")
    assert (item.attributes, item.scope, item.resource.attributes) == ({"a": 1}, "lib", {"service.name": "s"})
    assert item.events[0].attributes == {"exception.type": "E", "exception.message": "m"}


@pytest.mark.parametrize(
    "marked",
    [
        span(7, status=UNSET, attributes={"error.type": "timeout"}),
        span(7, status=UNSET, attributes={"failure.code": "X"}),
        span(7, status=OK, attributes={"failure.code": "X"}),
        span(7, status=UNSET, attributes={"gen_ai.response.finish_reasons": ["length"]}),
        span(7, status=UNSET, attributes={"gen_ai.response.finish_reasons": ["stop", "content_filter"]}),
        span(7, status=UNSET, attributes={"failcat.recovery.failure_id": "x"}),
        span(7, status=UNSET, attributes={"failcat.loss.report_id": "x"}),
        span(7, status=UNSET, events=(exception("E", "m"),)),
    ],
)
def test_a_span_without_error_is_a_suspect_when_it_is_marked(marked: Span) -> None:
    failing = span(8, attributes={"error.type": "boom"})  # explains a mark of its own
    assert {item.span_id[-1] for item in spans_of(traces(*HEALTHY, failing, marked))} == {7, 8}


@pytest.mark.parametrize("reason", ["stop", "tool_calls", "end_turn", "STOP"])
def test_a_model_call_that_ended_well_is_not_looked_into(reason: str) -> None:
    body = traces(*(span(n, status=UNSET, attributes={"gen_ai.response.finish_reasons": [reason]}) for n in (1, 2)))
    assert decoded(body).suspects == []


def test_words_of_a_mark_in_a_text_are_no_mark() -> None:
    talk = "error.type failure.code exception gen_ai.response.finish_reasons failcat.recovery.failure_id"
    assert decoded(traces(span(1, status=UNSET, attributes={"text": talk}))).suspects == []


def test_event_indexes_count_all_events_of_the_span() -> None:
    (item,) = spans_of(traces(span(events=(Span.Event(name="retry"), exception("E", "m")), message="boom")))
    assert [event.index for event in item.events] == [1]


def test_without_a_status_message_all_events_are_read() -> None:
    (item,) = spans_of(traces(span(events=(Span.Event(name="it broke"), exception("E", "m")))))
    assert [(event.index, event.name) for event in item.events] == [(0, "it broke"), (1, "exception")]


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
        | st.binary(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)  # fmt: skip
def test_attribute_values_of_every_kind_are_read_as_they_were_sent(value: object) -> None:
    (item,) = spans_of(traces(span(attributes={"k": value})))
    assert item.attributes == {"k": value}


def test_of_a_key_that_is_sent_twice_the_last_value_is_read() -> None:
    twice = span(attributes={"k": "first", "other": 1})
    twice.attributes.add(key="k").value.int_value = 2
    (item,) = spans_of(traces(twice))
    assert list(item.attributes.items()) == [("k", 2), ("other", 1)]


def test_nan_is_read() -> None:
    (item,) = spans_of(traces(span(attributes={"k": math.nan})))
    assert isinstance(item.attributes["k"], float) and math.isnan(item.attributes["k"])


def test_a_span_that_cannot_be_read_is_rejected_alone() -> None:
    bad = span(9).SerializeToString() + b"\x2a\x05x"  # a name that is cut short
    good = traces(span(1), Span(name="PLACE"))
    place = b"\x12\x07" + Span(name="PLACE").SerializeToString()
    request = ExportTraceServiceRequest.FromString(good)
    del request.resource_spans[0].scope_spans[0].spans[1]
    scope = request.resource_spans[0].scope_spans[0].SerializeToString() + b"\x12" + bytes([len(bad)]) + bad
    resource = request.resource_spans[0].resource.SerializeToString()
    outer = b"\x0a" + bytes([len(resource)]) + resource + b"\x12" + _varint(len(scope)) + scope
    result = decoded(b"\x0a" + _varint(len(outer)) + outer)
    assert place in good
    assert (result.spans, len(result.suspects), result.rejected) == (2, 1, 1)
    assert result.error


def test_a_span_with_an_attribute_that_cannot_be_read_is_rejected_alone() -> None:
    raw = span(9).SerializeToString() + b"\x4a\x03\x0a\x05x"  # a key that is cut short
    scope = b"".join(b"\x12" + _varint(len(data)) + data for data in (raw, span(1).SerializeToString()))
    outer = b"\x12" + _varint(len(scope)) + scope
    result = decoded(b"\x0a" + _varint(len(outer)) + outer)
    assert (result.spans, len(result.suspects), result.rejected) == (2, 1, 1)


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + _varint(number >> 7)


@pytest.mark.parametrize("body", [b"1234", b"\x0a", b"\x0a\xff", b"\xff" * 20, b"\x0a\x03\x12\x05\x00"])
def test_what_is_not_protobuf_is_an_invalid_payload(body: bytes) -> None:
    with pytest.raises(InvalidPayload):
        decoded(body)


@given(body=st.binary(max_size=200))
def test_arbitrary_bytes_are_decoded_or_refused(body: bytes) -> None:
    for signal in Signal:
        with suppress(InvalidPayload):
            decoded(body, signal)


@given(data=st.data())
def test_a_request_with_flipped_bytes_is_decoded_or_refused(data: st.DataObject) -> None:
    body = bytearray(traces(span(1, message="boom", attributes={"a": [1, {"b": "c"}]}, events=(exception("E", "m"),))))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InvalidPayload):
        decoded(bytes(body))


def test_values_nested_without_end_are_rejected_alone() -> None:
    value = b""
    for _ in range(2_000):
        array = b"\x0a" + _varint(len(value)) + value
        value = b"\x2a" + _varint(len(array)) + array
    pair = b"\x12" + _varint(len(value)) + value
    deep = span(1).SerializeToString() + b"\x4a" + _varint(len(pair)) + pair
    scope = b"\x12" + _varint(len(deep)) + deep + b"\x12\x04\x7a\x02\x18\x02"
    outer = b"\x12" + _varint(len(scope)) + scope
    result = decoded(b"\x0a" + _varint(len(outer)) + outer)
    assert (len(result.suspects), result.rejected) == (1, 1)


def test_what_a_healthy_ancestor_knows_is_inherited() -> None:
    agent = {"gen_ai.agent.name": "planner", "gen_ai.conversation.id": "c1", "other": "x"}
    tool = span(3, parent=2, name="execute_tool")
    (item,) = spans_of(traces(tool, span(2, parent=1, status=UNSET), span(1, status=UNSET, attributes=agent)))
    assert item.inherited == {"gen_ai.agent.name": "planner", "gen_ai.conversation.id": "c1"}


@pytest.mark.parametrize(
    "key", ["failcat.run_id", "session.id", "gen_ai.agent.id", "gen_ai.workflow.name", "ai.model.id", "model"]
)
def test_any_of_the_names_of_runs_agents_and_models_is_inherited(key: str) -> None:
    (item,) = spans_of(traces(span(2, parent=1), span(1, status=UNSET, attributes={key: "x"})))
    assert item.inherited == {key: "x"}


def test_an_ancestor_of_another_trace_is_none() -> None:
    agent = span(1, trace=2, status=UNSET, attributes={"gen_ai.agent.name": "planner"})
    (item,) = spans_of(traces(span(3, parent=1), agent))
    assert item.inherited == {}


def test_spans_that_are_each_others_parents_end_the_search() -> None:
    agent = {"gen_ai.agent.name": "planner"}
    circle = (span(1, parent=2, status=UNSET), span(2, parent=1, status=UNSET, attributes=agent))
    (item,) = spans_of(traces(span(3, parent=1), *circle))
    assert item.inherited == agent


@pytest.mark.parametrize(
    ("record", "suspect"),
    [
        (log(attributes={"exception.type": "E"}), True),
        (log(attributes={"exception.message": "m"}, severity=0), True),
        (log(attributes={"exception.message": "m"}, severity=5), False),
        (log(event_name="exception"), True),
        (log(event_name="http.client.request.exception"), True),
        (log(body="claude_code.api_error", severity=9), True),
        (log(body={"event.name": "gen_ai.choice", "finish_reason": "content_filter"}, severity=9), True),
        (log(attributes={"failure.code": "X"}), True),
        (log(attributes={"failcat.recovery.failure_id": "x"}), True),
        (log(attributes={"failcat.loss.report_id": "x"}), True),
        (log(body="an exception occurred, exception.type unknown", severity=21), False),
        (log(attributes={"error.type": "x"}, severity=17), False),
    ],
)
def test_log_records_are_suspects_when_they_report_something(record: object, suspect: bool) -> None:
    result = decoded(logs(record, log(body="fine")), Signal.LOGS)  # type: ignore[arg-type]
    assert (result.log_records, len(result.suspects)) == (2, int(suspect))


def test_an_empty_request_holds_nothing() -> None:
    assert decoded(b"").spans == decoded(b"", Signal.LOGS).log_records == 0


@pytest.mark.parametrize(
    ("resource", "scope", "reason"),
    [(b"\xff", b"", "its resource cannot be read"), (b"", b"\xff", "its scope cannot be read")],
)
def test_a_broken_origin_tells_every_item_why_and_remembers_no_item(resource: bytes, scope: bytes, reason: str) -> None:
    origin = ScopeSource(ResourceSource(resource), scope)
    for _ in range(3):
        with pytest.raises(InvalidPayload, match=reason) as raised:
            _ = origin.named
        assert len(raised.traceback) <= 3, "the traceback, with the frames of each item, grows with every item"
