"""An instrumented process, as far as one test can be one: a tracer provider of its own, and a server for its spans."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Tracer
from tests.support.otlp_sink import OtlpSink

import failcat
from failcat._reporting import recent_failures


@pytest.fixture(autouse=True)
def _no_default_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sidecar that runs on this machine gets nothing from tests."""
    monkeypatch.setenv("FAILCAT_ENDPOINT", "off")


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    with OtlpSink() as server:
        yield server


@pytest.fixture
def provider() -> TracerProvider:
    return TracerProvider(resource=Resource({"service.name": "agent"}), shutdown_on_exit=False)


@pytest.fixture
def tracer(sink: OtlpSink, provider: TracerProvider) -> Iterator[Tracer]:
    """A tracer of an instrumented provider."""
    recent_failures.unclaimed_failures._recent.clear()
    failcat.instrument(endpoint=sink.url, token="", tracer_provider=provider)
    yield provider.get_tracer("agent")
    failcat.uninstrument()


@pytest.fixture
def instrumented(tracer: Tracer) -> None:
    """For tests that need no tracer of their own."""
