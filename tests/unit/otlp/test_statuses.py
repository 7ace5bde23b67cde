"""Which spans have status ERROR, whatever their serialiser writes and in which order."""

from __future__ import annotations

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from failcat_sidecar.otlp.statuses import failing_spans


def spans() -> st.SearchStrategy[Span]:
    """With bytes in them that could be taken for a status or for the tag of a span."""
    tricky = st.sampled_from(["", "\x12\x04z\x02\x18\x02", "\x18\x02", "\x12", "boom"])
    statuses = st.none() | st.builds(Status, code=st.sampled_from((0, 1, 2, 3)), message=tricky)
    return st.builds(Span, name=tricky, span_id=st.binary(max_size=8), kind=st.sampled_from((0, 2)), status=statuses)


def request(resources: list[list[list[Span]]]) -> ExportTraceServiceRequest:
    built = ExportTraceServiceRequest()
    for scopes in resources:
        resource = built.resource_spans.add()
        for each in scopes:
            resource.scope_spans.add().spans.extend(each)
    return built


@given(st.lists(st.lists(st.lists(spans(), max_size=6), max_size=3), max_size=3))
def test_the_places_of_errors_are_those_that_a_full_parse_finds(resources: list[list[list[Span]]]) -> None:
    expected = [
        [place for place, span in enumerate(scope) if span.status.code == Status.STATUS_CODE_ERROR]
        for scopes in resources
        for scope in scopes
    ]
    assert failing_spans(request(resources).SerializeToString()) == expected


def body_of(*spans: bytes) -> bytes:
    """A request of spans as bytes; each at most 100 bytes in all."""
    items = b"".join(b"\x12" + bytes((len(span),)) + span for span in spans)
    scope = b"\x12" + bytes((len(items),)) + items
    return b"\x0a" + bytes((len(scope),)) + scope


@pytest.mark.parametrize(
    "status",
    [
        b"\x18\x02",
        b"\x12\x01x\x18\x02",
        b"\x18\x02\x12\x01x",  # the message behind the code
        b"\x18\x82\x00",  # a number longer than it need be
        b"\x18\x02\x20\x07",  # with a field of a later version
    ],
)
def test_an_error_is_found_in_every_encoding(status: bytes) -> None:
    failing = b"\x2a\x01n\x7a" + bytes((len(status),)) + status
    assert failing_spans(body_of(b"\x2a\x01n", failing, b"\x7a\x00", b"\x7a\x02\x18\x01")) == [[1]]


def test_a_status_before_the_other_fields_of_its_span_is_found() -> None:
    assert failing_spans(body_of(b"", b"\x7a\x02\x18\x02\x2a\x01n")) == [[1]]


def test_a_broken_span_is_said() -> None:
    with pytest.raises(DecodeError):
        failing_spans(body_of(b"\x2a\x01n", b"\x2a\x7fn"))
