"""What docs/reference.md promises to be read of one item, in its own numbers: a constant that changes is noticed."""

from __future__ import annotations

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import as_json, decoded, exception, log, logs, pairs, span, traces

from failcat_sidecar.export import Encoding, Signal
from failcat_sidecar.otlp import Item, LogItem, SpanItem

ATTRIBUTES = {f"key {number:04}": "x" * 300 for number in range(1_030)}
SMALL = dict.fromkeys(ATTRIBUTES, "x")


def item_of(body: bytes, signal: Signal, encoding: Encoding) -> Item:
    sent = as_json(body, signal) if encoding is Encoding.JSON else body
    (item,) = decoded(sent, signal, encoding).suspects
    return item


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("attributes", [SMALL, ATTRIBUTES], ids=["a small item", "an item that is slimmed"])
def test_the_first_1024_attributes_of_a_span_an_event_and_a_resource_are_read(
    encoding: Encoding, attributes: dict[str, str]
) -> None:
    event = Span.Event(name="exception", attributes=pairs(attributes))
    body = traces(span(attributes=attributes, events=[event]), resource=attributes)
    item = item_of(body, Signal.TRACES, encoding)
    assert isinstance(item, SpanItem)
    for read in (item.attributes, item.events[0].attributes, item.resource.attributes):
        assert list(read) == list(attributes)[:1_024]


@pytest.mark.parametrize("encoding", Encoding)
def test_the_first_1024_attributes_of_a_log_record_are_read(encoding: Encoding) -> None:
    item = item_of(logs(log(event_name="exception", attributes=SMALL)), Signal.LOGS, encoding)
    assert isinstance(item, LogItem)
    assert list(item.attributes) == list(SMALL)[:1_024]


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("stacktrace", ["", "x" * 300], ids=["a small item", "an item that is slimmed"])
def test_the_first_1024_events_of_a_span_are_read(encoding: Encoding, stacktrace: str) -> None:
    events = [exception("E", f"number {number}", stacktrace=stacktrace) for number in range(1_030)]
    item = item_of(traces(span(events=events)), Signal.TRACES, encoding)
    assert isinstance(item, SpanItem)
    assert [event.index for event in item.events] == list(range(1_024))
