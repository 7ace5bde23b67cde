"""OTLP JSON: as strict as its mapping asks, and the same items as from protobuf."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto_json.collector.trace.v1.trace_service import ExportTraceServiceRequest
from tests.support.otlp import UNSET, as_json, decoded, exception, log, logs, span, traces

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import Encoding, Signal
from failcat_sidecar.otlp import Decoded, json_body

SPAN = {"traceId": "0" * 31 + "1", "spanId": "0" * 15 + "1", "name": "chat", "status": {"code": 2, "message": "boom"}}


def from_json(body: bytes, signal: Signal = Signal.TRACES) -> Decoded:
    return decoded(body, signal, Encoding.JSON)


def request(*spans: dict[str, Any]) -> bytes:
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}).encode()


def attribute(value: dict[str, Any]) -> bytes:
    return request({**SPAN, "attributes": [{"key": "k", "value": value}]})


def plain(found: Decoded) -> object:
    """Without identities: a resource is equal to none but itself."""
    return msgspec.to_builtins(found)


def test_json_and_protobuf_give_the_same_items() -> None:
    nested = {"list": [1, "a", None, {"b": [True, 1.5, b"\x00\xff"]}], "error.type": "x", "big": 2**62}
    body = traces(
        span(3, parent=2, attributes=nested, events=(exception("E", "m"),), message="boom"),
        span(2, status=UNSET, attributes={"gen_ai.agent.name": "planner"}),
    )
    assert plain(from_json(as_json(body))) == plain(decoded(body))


def test_json_and_protobuf_give_the_same_log_items() -> None:
    body = logs(log(attributes={"exception.type": "E", "exception.message": "m"}), log(body="fine"))
    assert plain(from_json(as_json(body, Signal.LOGS), Signal.LOGS)) == plain(decoded(body, Signal.LOGS))


def test_what_the_reference_decoder_writes_is_read() -> None:
    reference = ExportTraceServiceRequest.from_json(request(SPAN)).to_json().encode()
    (item,) = from_json(reference).suspects
    assert (item.span_id.hex(), item.trace_id.hex()) == (SPAN["spanId"], SPAN["traceId"])


@pytest.mark.parametrize(
    "body",
    [
        *(b"1234", b"", b"[]", b"null", b'"x"', b"{", b'{"resourceSpans":[{]}', b'{"resourceSpans":1}'),
        b"\xff{}",
        *(b"[" * 100_000, b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"x":' * 100_000),
    ],
)
def test_what_is_not_an_otlp_request_is_an_invalid_payload(body: bytes) -> None:
    with pytest.raises(InvalidPayload):
        from_json(body)


@pytest.mark.parametrize(
    "bad",
    [
        {"traceId": "xyz"},
        {"traceId": "AAAAAAAAAAAAAAAAAAAAAQ=="},
        {"traceId": "00 01"},
        {"status": {"code": "STATUS_CODE_ERROR"}},
        {"startTimeUnixNano": "soon"},
        {"startTimeUnixNano": "1_000"},
        {"startTimeUnixNano": -1},
        {"startTimeUnixNano": str(2**64)},
        {"startTimeUnixNano": "9" * 5_000},
        {"name": 5},
        {"attributes": {"k": 1}},
        {"attributes": [{"key": "k", "value": {"intValue": "1.5"}}]},
        {"attributes": [{"key": "k", "value": {"doubleValue": "many"}}]},
        {"attributes": [{"key": "k", "value": {"bytesValue": "!"}}]},
    ],
)
def test_a_bad_span_is_rejected_alone(bad: dict[str, Any]) -> None:
    result = from_json(request(SPAN, {**SPAN, **bad}, SPAN))
    assert (result.spans, len(result.suspects), result.rejected) == (3, 2, 1)
    assert result.error


def test_values_nested_without_end_are_rejected_alone() -> None:
    value: dict[str, Any] = {"stringValue": "x"}
    for _ in range(200):
        value = {"arrayValue": {"values": [value]}}
    deep = {**SPAN, "attributes": [{"key": "k", "value": value}]}
    assert (len(from_json(request(deep, SPAN)).suspects), from_json(request(deep, SPAN)).rejected) == (1, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"stringValue": ""}, ""),
        ({"intValue": "-9223372036854775808"}, -(2**63)),
        ({"intValue": 5}, 5),
        ({"doubleValue": 5}, 5.0),
        ({"doubleValue": "Infinity"}, math.inf),
        ({"doubleValue": "1.5"}, 1.5),
        ({"boolValue": False}, False),
        ({"bytesValue": base64.b64encode(b"\x00\xff").decode()}, b"\x00\xff"),
        ({"arrayValue": {}}, []),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"intValue": 1}}]}}, {"a": 1}),
        ({}, None),
        ({"stringValue": None, "futureValue": 1}, None),
    ],
)
def test_values_of_every_kind_are_read(value: dict[str, Any], expected: object) -> None:
    (item,) = from_json(attribute(value)).suspects
    assert item.attributes == {"k": expected}


def test_a_number_too_large_for_a_double_is_infinite() -> None:
    body = attribute({"doubleValue": 0}).replace(b'"doubleValue": 0', b'"doubleValue": 1e400000')
    (item,) = from_json(body).suspects
    assert item.attributes == {"k": math.inf}


def test_ids_are_hexadecimal_in_either_case_and_unknown_keys_are_ignored() -> None:
    (item,) = from_json(request({**SPAN, "spanId": "00000000000000aB", "future": {"x": [1]}})).suspects
    assert item.span_id == bytes.fromhex("00000000000000ab")


def test_null_is_absent() -> None:
    (item,) = from_json(request({**SPAN, "attributes": None, "events": None, "parentSpanId": None})).suspects
    assert (item.attributes, item.parent_span_id) == ({}, b"")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("escaped", "expected"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\udc00 cut", "\ufffd cut"),
        (r"\uD83D\uDE00", "\N{GRINNING FACE}"),
        (r"\ud83d\ud83d\ude00", "\ufffd\N{GRINNING FACE}"),
        (r"C:\\users\\ud83d", r"C:\users\ud83d"),
        (r"line\nbreak \u00e9 \ud800", "line\nbreak é \ufffd"),
        (r"\ud83d\\ude00", "\ufffd\\ude00"),
        (r"\ud83d \ude00", "\ufffd \ufffd"),
        (r"\ud83d\ude00\ude00", "\N{GRINNING FACE}\ufffd"),
    ],
)
def test_half_an_emoji_costs_neither_the_span_nor_its_neighbours(escaped: str, expected: str) -> None:
    body = attribute({"stringValue": "TEXT"}).replace(b"TEXT", escaped.encode())
    (item,) = from_json(body).suspects
    assert item.attributes == {"k": expected}


@given(text=st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=20))
def test_any_text_that_javascript_can_write_is_read(text: str) -> None:
    (item,) = from_json(attribute({"stringValue": text})).suspects
    expected = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert item.attributes == {"k": expected}


@pytest.mark.parametrize("text", [r"\ud8", r"\ud8zz", r"\ud83d\udezz", "\0 \\ud83d"])
def test_what_is_no_escape_of_json_is_not_made_one(text: str) -> None:
    with pytest.raises(InvalidPayload, match="JSON is malformed"):
        from_json(attribute({"stringValue": "TEXT"}).replace(b"TEXT", text.encode()))


def test_countless_objects_are_refused() -> None:
    body = b'{"resourceSpans":[' + b"{}," * (json_body.MAX_OBJECTS + 1) + b"{}]}"
    with pytest.raises(InvalidPayload, match="more than"):
        from_json(body)


def test_healthy_spans_are_not_looked_into() -> None:
    healthy = {**SPAN, "status": {}, "traceId": "not read"}
    assert from_json(request(healthy)) == Decoded(1, 0, [])


def test_a_bad_resource_costs_only_its_own_items() -> None:
    document = json.loads(request(SPAN))
    (good,) = document["resourceSpans"]
    bad = {**good, "resource": {"attributes": [{"key": "k", "value": {"intValue": "x"}}]}}
    result = from_json(json.dumps({"resourceSpans": [bad, good]}).encode())
    assert (len(result.suspects), result.rejected) == (1, 1)
