"""Settings, redaction, sampling, patches and import hooks: the parts that the rest relies on."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Status, StatusCode
from tests.support.otlp_sink import OtlpSink

import failcat
from failcat._delivery.exporter import ACCEPTED, Exporter
from failcat._delivery.outgoing import clean_attributes, outgoing
from failcat._delivery.settings import DeliverySettings, settings_of
from failcat._guard import never_raises
from failcat._import_hooks import when_imported
from failcat._instrumentation import frameworks
from failcat._instrumentation.patches import Patches
from failcat_catalog.sanitize import MAX_VALUE_BYTES

KEY = "sk-abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("http://sidecar:4318/", "http://sidecar:4318/v1/traces"),
        ("https://sidecar/otlp", "https://sidecar/otlp/v1/traces"),
        ("http://sidecar/v1/traces", "http://sidecar/v1/traces"),
        ("off", ""),
        (" OFF ", ""),
        ("none", ""),
        ("sidecar:4318", ""),
        ("ftp://sidecar", ""),
        ("http://[broken", ""),
        ("http://host:99999", ""),
        ("file:///etc/passwd", ""),
    ],
)
def test_endpoints(endpoint: str, url: str) -> None:
    assert settings_of(endpoint, "").url == url


def test_the_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAILCAT_ENDPOINT", raising=False)
    assert settings_of().url == "http://127.0.0.1:4318/v1/traces"
    monkeypatch.setenv("FAILCAT_ENDPOINT", "http://other:1")
    monkeypatch.setenv("FAILCAT_TOKEN", "secret\n")
    assert settings_of() == DeliverySettings("http://other:1/v1/traces", "secret")
    assert "secret" not in repr(settings_of())


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("[::1]", True), ("localhost", True), ("10.0.0.1", False), ("x", False)],
)
def test_loopback(host: str, is_loopback: bool) -> None:
    assert DeliverySettings(f"http://{host}:4318/v1/traces").is_loopback is is_loopback


def ended_span(**attributes: Any) -> ReadableSpan:
    spans = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    with (
        pytest.raises(RuntimeError),
        provider.get_tracer("t").start_as_current_span("s", attributes=attributes) as span,
    ):
        span.add_event("log", {"text": KEY})
        raise RuntimeError(f"refused {KEY} " + "x" * 100_000)
    return spans.get_finished_spans()[0]


def test_what_leaves_has_no_secrets_and_is_bounded_and_events_keep_their_places() -> None:
    span = outgoing(ended_span(password="hunter2-hunter2", prompt="y" * 1_000_000, keys=[KEY]), {"failcat.x": "1"})
    told = repr((span.attributes, [event.attributes for event in span.events], span.status.description))
    assert KEY not in told
    assert "hunter2" not in told
    assert len(told) < 100_000
    assert [event.name for event in span.events] == ["log", "exception"]
    assert not span.events[0].attributes
    assert (span.attributes or {})["failcat.x"] == "1"


@pytest.mark.parametrize("setting", ["", "0", "true"])
def test_contents_leave_the_process_only_when_asked_for(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILCAT_KEEP_CONTENTS", setting)
    said = "Could not parse LLM output: `please summarise`"
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span(
        "chat", attributes={"gen_ai.input.messages": said, "llm.token_count.prompt": 3}
    ) as span:
        span.set_attribute("request", '{"messages": "please summarise", "model": "m"}')
        span.add_event("exception", {"exception.message": said, "exception.stacktrace": said, "prompt": said})
        span.set_status(Status(StatusCode.ERROR, said))
    assert isinstance(span, ReadableSpan)
    sent = outgoing(span, {})
    told = f"{sent.attributes} {[event.attributes for event in sent.events]} {sent.status.description}"
    assert ("please summarise" in told) is (setting == "true")
    assert (sent.attributes or {})["llm.token_count.prompt"] == 3


def test_the_finish_reason_of_a_message_that_stays_in_the_process_is_told() -> None:
    said = '[{"role": "assistant", "parts": [{"content": "please"}], "finish_reason": "content_filter"}]'
    sent = outgoing(ended_span(**{"gen_ai.output.messages": said}), {})
    assert (sent.attributes or {}).get("gen_ai.response.finish_reasons") == ["content_filter"]
    assert "please" not in str(sent.attributes)


def test_values_of_any_kind_become_attributes() -> None:
    values: dict[str, Any] = {"a": b"\xff", "b": {"x": {"token": KEY}}, "c": float("nan"), "d": None, "e": (1, "\0")}
    clean = clean_attributes(values)
    assert clean["a"] == "ff"
    assert clean_attributes({"huge": 1 << 70, "large": 1 << 62}) == {"huge": str(1 << 70), "large": 1 << 62}
    assert KEY not in str(clean["b"])
    assert clean["e"] == [1, "\ufffd"]
    assert len(clean_attributes({str(number): "x" for number in range(10_000)})) == 128
    assert len(str(clean_attributes({"k": "é" * 1_000_000})["k"]).encode()) <= MAX_VALUE_BYTES


@pytest.mark.parametrize("sampler", [TraceIdRatioBased(0.1), ParentBased(TraceIdRatioBased(0.1)), ALWAYS_OFF])
def test_under_head_sampling_all_failures_arrive_and_other_exporters_see_what_they_saw(
    sampler: Sampler, sink: OtlpSink
) -> None:
    def run(*, instrumented: bool) -> list[str]:
        exported = InMemorySpanExporter()
        provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(exported))
        early = provider.get_tracer("made before we came")
        if instrumented:
            failcat.instrument(endpoint=sink.url, tracer_provider=provider)
        provider.id_generator.generate_trace_id = iter(trace_ids).__next__  # type: ignore[method-assign]
        for number in range(200):
            tracer = early if number % 2 else provider.get_tracer("made later")
            with tracer.start_as_current_span("run", attributes={"number": number}):
                tracer.start_span("chat", attributes={"number": number, "error.type": "timeout"}).end()
        failcat.uninstrument()
        return [f"{span.name} {(span.attributes or {})['number']!r}" for span in exported.get_finished_spans()]

    trace_ids = [(number * 0x9E3779B97F4A7C15) % (1 << 64) + (1 << 64) for number in range(1, 300)]
    assert run(instrumented=True) == run(instrumented=False)
    assert sorted(failure.attributes["number"] for failure in sink.failures) == list(range(200))


def test_uninstrumented_it_drops_again(sink: OtlpSink) -> None:
    started: list[str] = []

    class Watching(SpanProcessor):
        def on_start(self, span: Any, parent_context: Any = None) -> None:
            started.append(span.name)

    provider = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
    provider.add_span_processor(Watching())
    for is_instrumented in (True, False, True):
        if is_instrumented:
            failcat.instrument(endpoint=sink.url, tracer_provider=provider)
        provider.get_tracer("t").start_span(str(is_instrumented)).end()
        if is_instrumented:
            failcat.uninstrument()
    assert started == ["True", "True"]


def test_patches_are_put_back_unless_somebody_else_patched_since() -> None:
    class Owner:
        first = 1
        second = 1

    patches = Patches()
    patches.replace(Owner, "first", lambda old: [old])
    patches.replace(Owner, "second", lambda old: [old])
    Owner.second = theirs = 2
    assert Owner.first == [1]  # type: ignore[comparison-overlap]
    patches.undo()
    assert (Owner.first, Owner.second) == (1, theirs)


def test_a_hook_runs_when_its_module_is_imported_and_its_fault_is_not_the_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "failcat_test_package"
    package.mkdir()
    (package / "__init__.py").write_text("from failcat_test_package import inner\n")
    (package / "inner.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    seen: list[ModuleType] = []

    def broken(module: ModuleType) -> None:
        seen.append(module)
        raise ZeroDivisionError

    when_imported("failcat_test_package.inner", broken)
    when_imported("failcat_test_package.inner", lambda module: setattr(module, "value", 2))
    when_imported("failcat_test_package.missing", broken)
    inner = importlib.import_module("failcat_test_package.inner")
    assert seen == [inner]
    assert inner.value == 2
    assert type(inner.__loader__).__name__ == type(inner.__spec__.loader).__name__ == "SourceFileLoader"  # type: ignore[union-attr]
    when_imported("failcat_test_package.inner", seen.append)
    assert seen == [inner, inner]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("failcat_test_package.missing")
    del sys.modules["failcat_test_package"], sys.modules["failcat_test_package.inner"]


async def test_a_graphs_stream_that_is_abandoned_is_closed() -> None:
    closed: list[str] = []

    class Graph:
        async def astream(self) -> AsyncIterator[int]:
            try:
                yield 1
                yield 2
            finally:
                closed.append("closed")

    patches = Patches()
    patches.replace(Graph, "astream", lambda inner: frameworks._astream(inner, patches))  # type: ignore[arg-type]
    parts = Graph().astream()
    assert await anext(parts) == 1
    await parts.aclose()  # type: ignore[attr-defined]  # an asynchronous generator
    assert closed == ["closed"]


def test_what_is_harmless_answers_with_its_default_and_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    @never_raises("default")
    def broken() -> str:
        raise ZeroDivisionError

    with caplog.at_level("WARNING"):
        assert [broken(), broken()] == ["default", "default"]
    assert len(caplog.records) <= 1


@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"])
def test_headers_of_another_backend_are_not_sent(
    variable: str, sink: OtlpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "x-api-key=theirs,authorization=theirs")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Exporter(settings_of(sink.url, "ours")) as exporter:
        assert exporter.post(exporter.encode([(ended_span(), {})])) == ACCEPTED
    assert "theirs" not in repr(sink.headers)
    assert sink.headers[0]["Authorization"] == "Bearer ours"


def test_a_redirect_is_not_followed(sink: OtlpSink) -> None:
    sink.statuses = [307]
    sink.response_headers = {"Location": sink.url}
    with Exporter(settings_of(sink.url, "ours")) as exporter:
        outcome = exporter.post(b"")
    assert (outcome.is_final, outcome.is_accepted, len(sink.bodies)) == (True, False, 1)


def test_the_global_provider_is_left_to_the_program() -> None:
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider), "tests must not set it"
