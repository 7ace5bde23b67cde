"""Instruments a process: `failcat.instrument()`, which `opentelemetry-instrument` calls too."""

from __future__ import annotations

from threading import Lock

from opentelemetry.trace import TracerProvider

from failcat._delivery import lifecycle as delivery
from failcat._delivery.settings import settings_of
from failcat._guard import never_raises
from failcat._instrumentation.frameworks import report_frameworks
from failcat._instrumentation.log_records import carry_into_log_records
from failcat._instrumentation.patches import Patches
from failcat._instrumentation.provider import ProviderHook
from failcat._instrumentation.runtimes import report_runtimes
from failcat._instrumentation.threads import carry_into_threads
from failcat._instrumentation.uncaught import report_uncaught


class _Instrumentation:
    """The hooks and patches of an instrumented process."""

    def __init__(self, *, read_baggage: bool) -> None:
        self.provider_hook = ProviderHook(read_baggage=read_baggage)
        self.patches = Patches()
        for patch in (report_uncaught, carry_into_threads, carry_into_log_records, report_frameworks, report_runtimes):
            never_raises(None)(patch)(self.patches)


_lock = Lock()
_installed: list[_Instrumentation] = []  # none or one


@never_raises(None)
def instrument(
    *,
    endpoint: str | None = None,
    token: str | None = None,
    tracer_provider: TracerProvider | None = None,
    baggage: bool = False,
) -> None:
    """Reports every failure of this process to the sidecar from now on, on spans of all its tracer providers; with
    `tracer_provider`, of that one only. Another call changes the endpoint, or attaches to one more tracer provider.

    `endpoint` and `token` default to FAILCAT_ENDPOINT and FAILCAT_TOKEN; with the endpoint `off`, the process's own
    exporters send everything. `baggage=True` takes run, tenant and agent from incoming baggage outside a run. Never
    raises."""
    with _lock:
        delivery.configure(settings_of(endpoint, token))
        if not _installed:
            _installed.append(_Instrumentation(read_baggage=baggage))
        _installed[0].provider_hook.attach(tracer_provider, _installed[0].patches)


@never_raises(None)
def uninstrument() -> None:
    """Flushes the queue and stops automatic reports; explicit ones are still sent."""
    with _lock:
        delivery.flush()
        while _installed:
            instrumentation = _installed.pop()
            instrumentation.patches.undo()
            instrumentation.provider_hook.deactivate()


def tracer_names() -> tuple[str, ...]:
    """The instrumentation scopes of the tracers that exist in the instrumented providers."""
    return tuple(sorted({name for each in _installed for name in each.provider_hook.tracer_names()} - {"failcat"}))
