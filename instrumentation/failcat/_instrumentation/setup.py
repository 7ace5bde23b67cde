"""Instruments a process: `failcat.instrument()`, and what stands behind `opentelemetry-instrument`."""

from __future__ import annotations

from threading import Lock

from opentelemetry.trace import TracerProvider

from failcat._delivery import lifecycle as delivery
from failcat._delivery.settings import settings_of
from failcat._guard import harmless
from failcat._instrumentation.frameworks import report_frameworks
from failcat._instrumentation.patches import Patches
from failcat._instrumentation.provider import Joined
from failcat._instrumentation.threads import carry_into_threads
from failcat._instrumentation.uncaught import report_uncaught


class _Instrumentation:
    """What is in place while the process is instrumented."""

    def __init__(self, *, read_baggage: bool) -> None:
        self.joined = Joined(read_baggage=read_baggage)
        self.patches = Patches()
        for patch in (report_uncaught, carry_into_threads, report_frameworks):
            harmless(None)(patch)(self.patches)


_lock = Lock()
_installed: list[_Instrumentation] = []  # none or one


@harmless(None)
def instrument(
    *,
    endpoint: str | None = None,
    token: str | None = None,
    tracer_provider: TracerProvider | None = None,
    baggage: bool = False,
) -> None:
    """Reports every failure of this process to the sidecar from now on. Calling it again changes where they go, or
    joins one more tracer provider.

    `endpoint` and `token` default to FAILCAT_ENDPOINT and FAILCAT_TOKEN; the endpoint `off` leaves sending to the
    exporters that the process has. `baggage=True` takes run, tenant and agent from incoming baggage where the process
    itself names none. Never raises."""
    with _lock:
        delivery.configure(settings_of(endpoint, token))
        if not _installed:
            _installed.append(_Instrumentation(read_baggage=baggage))
        _installed[0].joined.join(tracer_provider)


@harmless(None)
def uninstrument() -> None:
    """Stops reporting by itself, after sending what waits; explicit reports still go out."""
    with _lock:
        delivery.flush()
        while _installed:
            instrumentation = _installed.pop()
            instrumentation.patches.undo()
            instrumentation.joined.leave()
