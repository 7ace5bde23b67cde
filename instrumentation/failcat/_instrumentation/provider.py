"""Attaches to every tracer provider of the process, early and late, global and isolated: libraries such as Logfire and
MLflow have providers of their own. Sets one up if there is none."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakSet

from opentelemetry import trace
from opentelemetry.sdk.trace import Tracer, TracerProvider

from failcat._guard import never_raises
from failcat._instrumentation.patches import Patches
from failcat._instrumentation.processor import FailcatSpanProcessor
from failcat._instrumentation.sampling import RecordingSampler, recording_sampler


class ProviderHook:
    """Failcat's span processor and sampler in tracer providers."""

    def __init__(self, *, read_baggage: bool) -> None:
        self._processor = FailcatSpanProcessor(read_baggage=read_baggage)
        self._providers: WeakSet[TracerProvider] = WeakSet()
        self._wrappers: list[trace.TracerProvider] = []
        self._samplers: list[RecordingSampler] = []
        self._joins_all = False

    def tracer_names(self) -> set[str]:
        return {each.instrumentation_info.name for found in list(self._providers) for each in _tracers_of(found)}

    def attach(self, provider: trace.TracerProvider | None, patches: Patches) -> None:
        """Attaches to `provider`, or else to all that exist and to each that will be created. Without one, sets up a
        global provider that the program can still replace."""
        if provider is not None:
            self._attach(provider)
            return
        if not self._joins_all:
            self._joins_all = True
            patches.replace(TracerProvider, "__init__", self._init)  # type: ignore[arg-type]  # of any signature
        for found in _existing_providers():
            self._attach(found)
        present = _global_provider()
        if present is None:
            _set_replaceable_provider(TracerProvider(), self._attach)
        else:
            self._attach(present)

    def _init(self, inner: Callable[..., None]) -> Callable[..., None]:
        attach = never_raises(None)(self._attach)

        @wraps(inner)
        def __init__(provider: TracerProvider, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - takes its place
            inner(provider, *args, **kwargs)
            attach(provider)

        return __init__

    def _attach(self, provider: trace.TracerProvider) -> None:
        """Of a wrapper of another library, to the provider inside; to the wrapper itself if none is found there."""
        if isinstance(provider, TracerProvider):
            self._attach_directly(provider)
            return
        inner = [value for value in getattr(provider, "__dict__", {}).values() if isinstance(value, TracerProvider)]
        for found in inner:
            self._attach_directly(found)
        add_span_processor = getattr(provider, "add_span_processor", None)
        if not inner and callable(add_span_processor) and all(known is not provider for known in self._wrappers):
            self._wrappers.append(provider)
            add_span_processor(self._processor)

    def _attach_directly(self, provider: TracerProvider) -> None:
        if provider not in self._providers:
            self._providers.add(provider)
            TracerProvider.add_span_processor(provider, self._processor)  # a subclass may not be initialised yet
            self._record_dropped_spans(provider)

    def deactivate(self) -> None:
        """Disables processor and samplers: the SDK cannot remove them."""
        self._processor.is_active = False
        for sampler in self._samplers:
            sampler.is_active = False

    def _record_dropped_spans(self, provider: TracerProvider) -> None:
        sampler, recording = recording_sampler(provider.sampler)
        self._samplers.extend(recording)
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


def _existing_providers() -> list[TracerProvider]:
    """All providers that the program created before. An instance refers to its class."""
    classes = [TracerProvider]
    for each in classes:
        classes.extend(each.__subclasses__())
    return [found for found in gc.get_referrers(*classes) if type(found) in classes]


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
