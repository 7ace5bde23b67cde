"""Attaches to the process's tracer provider, or sets one up if there is none."""

from __future__ import annotations

import gc
from collections.abc import Callable

from opentelemetry import trace
from opentelemetry.sdk.trace import Tracer, TracerProvider

from failcat._guard import never_raises
from failcat._instrumentation.processor import FailcatSpanProcessor
from failcat._instrumentation.sampling import RecordingSampler


class ProviderHook:
    """Failcat's span processor and sampler in one or more tracer providers."""

    def __init__(self, *, read_baggage: bool) -> None:
        self._processor = FailcatSpanProcessor(read_baggage=read_baggage)
        self._providers: list[TracerProvider] = []
        self._samplers: list[RecordingSampler] = []

    def attach(self, provider: trace.TracerProvider | None = None) -> None:
        """Attaches to `provider`, or else to the global one. Without one, sets up a provider that the program can still
        replace."""
        target = provider or _global_provider()
        if target is None:
            target = TracerProvider()
            _set_replaceable_provider(target, self.attach)
        if isinstance(target, TracerProvider) and target not in self._providers:
            target.add_span_processor(self._processor)
            self._record_dropped_spans(target)
            self._providers.append(target)

    def deactivate(self) -> None:
        """Disables processor and samplers: the SDK cannot remove them."""
        self._processor.is_active = False
        for sampler in self._samplers:
            sampler.is_active = False

    def _record_dropped_spans(self, provider: TracerProvider) -> None:
        sampler = RecordingSampler(provider.sampler)
        self._samplers.append(sampler)
        provider.sampler = sampler
        for tracer in _tracers_of(provider):
            tracer.sampler = sampler


def _tracers_of(provider: TracerProvider) -> list[Tracer]:
    """The tracers that instrumentations created before. SDKs before 1.41 keep no list: there they are found among all
    objects, in 20 ms for a million, by the span processor that the tracers of a provider share."""
    known = getattr(provider, "_tracers", None)
    if known is not None:
        return list(known.values())
    processor = provider._active_span_processor
    return [found for found in gc.get_objects() if type(found) is Tracer and found.span_processor is processor]


def _global_provider() -> trace.TracerProvider | None:
    provider = trace.get_tracer_provider()
    return None if isinstance(provider, trace.ProxyTracerProvider) else provider


def _set_replaceable_provider(default: TracerProvider, attach: Callable[[trace.TracerProvider], None]) -> None:
    """Makes `default` the global provider. The program's own `set_tracer_provider` still replaces it, and `attach` is
    called with the replacement."""
    set_provider = getattr(trace, "_set_tracer_provider", None)
    if set_provider is None or not hasattr(trace, "_TRACER_PROVIDER"):
        trace.set_tracer_provider(default)
        return

    @never_raises(None)
    def attach_to(provider: trace.TracerProvider) -> None:
        if provider is trace.get_tracer_provider():
            attach(provider)

    def set_and_attach(tracer_provider: trace.TracerProvider, log: bool) -> None:
        set_provider(tracer_provider, log)
        attach_to(tracer_provider)

    trace._TRACER_PROVIDER = default
    trace._set_tracer_provider = set_and_attach
