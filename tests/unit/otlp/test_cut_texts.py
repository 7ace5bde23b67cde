"""A text that was cut in a character costs the character, never the failure, wherever it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import as_json, decoded, exception, log, logs, pairs, span, traces

from failcat_sidecar.export import Encoding, Signal
from failcat_sidecar.otlp.slim import LARGE_BYTES

PLACE = "PLACE"
CUT = b"ab\xe6\x97c"  # as long; two bytes of a character of three
REPAIRED = "ab\ufffdc"

SPANS = {
    "the status message": lambda: traces(span(message=PLACE)),
    "the name": lambda: traces(span(name=PLACE)),
    "an attribute": lambda: traces(span(attributes={"a": PLACE})),
    "a key": lambda: traces(span(attributes={PLACE: "a"})),
    "an array": lambda: traces(span(attributes={"a": ["x", PLACE]})),
    "a map": lambda: traces(span(attributes={"a": {"b": {PLACE: PLACE}}})),
    "an exception's message": lambda: traces(span(events=(exception("E", PLACE),))),
    "an event's name": lambda: traces(span(events=(Span.Event(name=PLACE, attributes=pairs({"level": "ERROR"})),))),
    "the resource": lambda: traces(span(), resource={"service.name": PLACE}),
    "the scope": lambda: traces(span(), scope=PLACE),
    "a large span": lambda: traces(span(message=PLACE, attributes={"long": "x" * LARGE_BYTES})),
}
LOGS = {
    "the body": lambda: logs(log(body=PLACE, attributes={"failure.code": "X"})),
    "the name": lambda: logs(log(event_name=PLACE, attributes={"error.message": "m"})),
    "an attribute": lambda: logs(log(attributes={"exception.message": PLACE})),
    "the resource": lambda: logs(log(attributes={"exception.type": "E"}), resource={"service.name": PLACE}),
}


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize(
    ("signal", "request_of"),
    [*((Signal.TRACES, made) for made in SPANS.values()), *((Signal.LOGS, made) for made in LOGS.values())],
    ids=[*SPANS, *(f"log: {place}" for place in LOGS)],
)
def test_the_item_is_read_with_a_mark_for_what_is_no_text(
    signal: Signal, request_of: Callable[[], bytes], encoding: Encoding
) -> None:
    body = request_of()
    if encoding is Encoding.JSON:
        body = as_json(body, signal)
    assert PLACE.encode() in body
    result = decoded(body.replace(PLACE.encode(), CUT), signal, encoding)
    (item,) = result.suspects
    assert (result.rejected, REPAIRED in f"{item} {item.resource.attributes}") == (0, True)


def test_a_clean_neighbour_is_unchanged() -> None:
    body = traces(span(1, message=PLACE), span(2, message="日本")).replace(PLACE.encode(), CUT)
    assert [getattr(item, "status_message", "") for item in decoded(body).suspects] == [REPAIRED, "日本"]
