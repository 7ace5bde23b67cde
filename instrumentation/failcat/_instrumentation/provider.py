"""Where spans come from: joins the process's tracer provider, or sets one up where there is none."""

from __future__ import annotations

from collections.abc import Callable

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from failcat._guard import harmless
from failcat._instrumentation.processor import FailcatSpanProcessor
from failcat._instrumentation.sampling import RecordingSampler


class Joined:
    """Our processor and sampler in one or more tracer providers."""

    def __init__(self, *, read_baggage: bool) -> None:
        self._processor = FailcatSpanProcessor(read_baggage=read_baggage)
        self._providers: list[TracerProvider] = []
        self._samplers: list[RecordingSampler] = []

    def join(self, provider: trace.TracerProvider | None = None) -> None:
        """Joins `provider`, else the global one. Without any, sets up the SDK and leaves it to the program to set
        another one later."""
        found = provider or _global_provider()
        if found is None:
            found = TracerProvider()
            _watch_for_another(found, self.join)
        if isinstance(found, TracerProvider) and found not in self._providers:
            found.add_span_processor(self._processor)
            self._record_all(found)
            self._providers.append(found)

    def leave(self) -> None:
        """Goes quiet: the SDK cannot remove a processor."""
        self._processor.is_active = False
        for sampler in self._samplers:
            sampler.is_active = False

    def _record_all(self, provider: TracerProvider) -> None:
        sampler = RecordingSampler(provider.sampler)
        self._samplers.append(sampler)
        provider.sampler = sampler
        # Instrumentations that were loaded before us have their tracers already; older SDKs keep no list of them.
        for tracer in list(getattr(provider, "_tracers", {}).values()):
            tracer.sampler = sampler


def _global_provider() -> trace.TracerProvider | None:
    provider = trace.get_tracer_provider()
    return None if isinstance(provider, trace.ProxyTracerProvider) else provider


def _watch_for_another(makeshift: TracerProvider, join: Callable[[trace.TracerProvider], None]) -> None:
    """Makes `makeshift` the global provider in a way that the program's own `set_tracer_provider` still counts: what it
    sets takes the place of ours, and we join it."""
    set_provider = getattr(trace, "_set_tracer_provider", None)
    if set_provider is None or not hasattr(trace, "_TRACER_PROVIDER"):
        trace.set_tracer_provider(makeshift)
        return

    @harmless(None)
    def joined(provider: trace.TracerProvider) -> None:
        if provider is trace.get_tracer_provider():
            join(provider)

    def set_and_join(tracer_provider: trace.TracerProvider, log: bool) -> None:
        set_provider(tracer_provider, log)
        joined(tracer_provider)

    trace._TRACER_PROVIDER = makeshift
    trace._set_tracer_provider = set_and_join
