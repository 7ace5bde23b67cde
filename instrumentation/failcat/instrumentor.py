"""The entry point for `opentelemetry-instrument`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]  # without types

from failcat._instrumentation.setup import instrument, uninstrument


class FailcatInstrumentor(BaseInstrumentor):  # type: ignore[misc]  # the base ships without types
    """Passes its keyword arguments on to `failcat.instrument`; `opentelemetry-instrument` passes none."""

    def instrumentation_dependencies(self) -> Collection[str]:
        return ()

    def _instrument(self, **kwargs: Any) -> None:
        instrument(
            endpoint=kwargs.get("endpoint"),
            token=kwargs.get("token"),
            tracer_provider=kwargs.get("tracer_provider"),
            baggage=bool(kwargs.get("baggage")),
        )

    def _uninstrument(self, **kwargs: Any) -> None:
        uninstrument()
