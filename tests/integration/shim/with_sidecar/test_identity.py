"""The sidecar stores a failure under the id that the shim gave to the agent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from tests.support.otlp import decoded, extracted
from tests.support.otlp_sink import OtlpSink
from tests.support.reported import ids_of, raised

import failcat
from failcat._reporting.span_failures import is_suspect, span_failure
from failcat_catalog.identity import uuid_text
from failcat_sidecar.extract.failure import Failure


def sidecar_sees(body: bytes) -> list[Failure]:
    return [found for found in extracted(decoded(body).suspects) if isinstance(found, Failure)]


def test_what_arrives_is_extracted_under_the_ids_that_the_agent_got(sink: OtlpSink) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    failcat.instrument(endpoint=sink.url, token="", tracer_provider=provider)
    tracer = provider.get_tracer("t")
    parent, child = tracer.start_as_current_span("invoke_agent"), tracer.start_as_current_span("chat")
    with pytest.raises(TimeoutError) as caught, parent, child:
        raise TimeoutError("the warehouse did not answer within 30 s")
    by_hand = failcat.report(raised(LookupError("no order")))
    explicit = failcat.match_and_persist("RATE_LIMITED", "r1", error_message="slow down").failure_match_id
    ids = ids_of(sink)
    failcat.uninstrument()
    stored = [uuid_text(failure.id) for body in sink.bodies for failure in sidecar_sees(body)]
    assert stored == ids == [failcat.report(caught.value)] * 2 + [by_hand, explicit]


EVENTS = st.lists(
    st.tuples(st.sampled_from(["exception", "log"]), st.sampled_from(["A", "B"]), st.sampled_from(["x", "y"])),
    max_size=5,
)


@given(EVENTS, st.booleans(), st.sampled_from([None, "timeout"]))
def test_an_id_is_computed_as_the_sidecar_computes_it(
    events: list[tuple[str, str, str]], is_error: bool, error_type: str | None
) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    span = provider.get_tracer("t").start_span("s", start_time=1_700_000_000_000_000_000)
    for number, (name, kind, text) in enumerate(events):
        told = {"exception.type": kind, "exception.message": text}
        span.add_event(name, told, 1_700_000_000_000_000_000 + number * 5_000_000)
    if is_error:
        span.set_status(StatusCode.ERROR, "it failed")
    if error_type:
        span.set_attribute("error.type", error_type)
    span.end(1_700_000_000_100_000_000)
    (ended,) = spans.get_finished_spans()
    final = [failure for failure in sidecar_sees(encode_spans([ended]).SerializeToString()) if is_final(failure)]
    if final:
        assert is_suspect(ended)
        failing = span_failure(ended)
        assert failing is not None
        assert failing.failure_id == uuid_text(final[0].own_id)


def is_final(failure: Failure) -> bool:
    """Whether the span's status is about it."""
    return bool(failure.context.get("report", {}).get("final", True))
