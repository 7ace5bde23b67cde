"""With the shim, rows say as much as without it: what healthy parents say travels with the span that failed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Status, StatusCode, Tracer
from tests.support.otlp import decoded, extracted
from tests.support.otlp_sink import OtlpSink
from tests.support.reported import raised

import failcat
from failcat._ancestors import ancestors_of
from failcat_sidecar.extract.failure import Failure

AGENT = {"gen_ai.agent.name": "support", "session.id": "s-1", "gen_ai.input.messages": "hello"}
TRACELOOP = {"traceloop.span.kind": "tool", "traceloop.entity.name": "search_orders"}

Said = tuple[str | None, ...]


def said(body: bytes) -> list[Said]:
    """Run, agent, skill and model of each failure."""
    return [
        (found.run.value, *(each.value if each else None for each in (found.agent, found.skill, found.model)))
        for found in extracted(decoded(body).suspects)
        if isinstance(found, Failure)
    ]


@pytest.fixture
def exported() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exported: InMemorySpanExporter, sink: OtlpSink) -> Iterator[Tracer]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exported))
    failcat.instrument(endpoint=sink.url, token="", tracer_provider=provider)
    yield provider.get_tracer("t")
    failcat.uninstrument()


def fail(tracer: Tracer) -> None:
    span = tracer.start_span("GET", attributes={"http.response.status_code": 500})
    span.set_status(Status(StatusCode.ERROR, "the warehouse is closed"))
    span.end()


def test_what_parents_say_travels_with_a_failing_span(
    tracer: Tracer, exported: InMemorySpanExporter, sink: OtlpSink
) -> None:
    outer = tracer.start_as_current_span("invoke_agent", attributes=AGENT)
    inner, tool = (tracer.start_as_current_span(name) for name in ("inner", "tool"))
    with outer, inner, tool as span:
        span.set_attributes(TRACELOOP)
        for _ in range(3):
            fail(tracer)
    assert failcat.flush()
    everything = encode_spans(exported.get_finished_spans()).SerializeToString()
    (body,) = sink.bodies
    assert said(body) == said(everything) == [("s-1", "support", "search_orders", None)] * 3
    assert sorted(span.name for span in sink.spans) == ["GET", "GET", "GET", "inner", "invoke_agent", "tool"]
    assert b"hello" not in body


def test_a_report_inside_spans_says_what_they_say(tracer: Tracer, sink: OtlpSink) -> None:
    with tracer.start_as_current_span("invoke_agent", attributes=AGENT), tracer.start_as_current_span("inner"):
        failcat.report(raised(LookupError("no order")))
    assert failcat.flush()
    assert [each[:2] for body in sink.bodies for each in said(body)] == [("s-1", "support")]


def test_nothing_is_sent_of_parents_that_name_nothing(tracer: Tracer, sink: OtlpSink) -> None:
    with failcat.run("r1", agent="a"), tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
        fail(tracer)
    assert failcat.flush()
    assert [span.name for span in sink.spans] == ["GET"]


def test_an_endless_chain_of_spans_keeps_no_memory(tracer: Tracer) -> None:
    from opentelemetry import trace

    span = tracer.start_span("first", attributes=AGENT)
    for _ in range(50):
        child = tracer.start_span("next", trace.set_span_in_context(span), attributes=AGENT)
        span.end()
        span = child
    assert len(ancestors_of(span)) == 1
    span.end()
