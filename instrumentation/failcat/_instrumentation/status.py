"""Whether this process is connected, and whether anything makes spans in it: `failcat.status()` and
`failcat doctor --agent`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from failcat._delivery.lifecycle import dropped, sender
from failcat._guard import never_raises
from failcat._instrumentation.setup import instrument, tracer_names


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """The answer of `failcat.status()`."""

    url: str = ""  # where failures are sent; empty with FAILCAT_ENDPOINT=off
    problem: str = ""  # why the sidecar does not take them; empty when it does
    tracers: tuple[str, ...] = ()  # the libraries that make spans in this process
    instrumentations: tuple[str, ...] = ()  # that `opentelemetry-instrument` would load
    dropped: int = 0  # failures of this process

    @property
    def is_connected(self) -> bool:
        return bool(self.url) and not self.problem

    @property
    def makes_spans(self) -> bool:
        return bool(self.tracers)

    def __str__(self) -> str:
        connected = f"ok    the sidecar at {self.url} takes failures"
        if not self.is_connected:
            connected = f"FAIL  {self.problem}"
        made = ", ".join(self.tracers) or "nothing yet: only uncaught exceptions and explicit reports are seen"
        loaded = ", ".join(self.instrumentations) or "none is installed"
        return f"{connected}\nspans of: {made}\ninstrumentations for opentelemetry-instrument: {loaded}"


@never_raises(AgentStatus(problem="the status could not be found"))
def status() -> AgentStatus:
    """Asks the sidecar with an empty request, for ten seconds at most: it blocks. Never raises."""
    queue = sender()
    if queue is None:
        return AgentStatus(problem="FAILCAT_ENDPOINT is off or no URL: nothing is sent", tracers=tracer_names())
    installed = sorted({each.name for each in entry_points(group="opentelemetry_instrumentor")} - {"failcat"})
    return AgentStatus(queue.url, queue.problem(), tracer_names(), tuple(installed), dropped())


def main() -> int:
    """`failcat doctor --agent`: 0 if the sidecar takes failures of a process with this environment, else 1."""
    instrument()
    found = status()
    print(found)  # noqa: T201 - a command
    return 0 if found.is_connected else 1
