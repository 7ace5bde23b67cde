"""The process that benchmarks/shim.py measures: spans of a bare provider and of one with the shim, in turn."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Tracer

BLOCKS = 60
SPANS_A_BLOCK = 200
ATTRIBUTES: dict[str, str | int] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-5",
    "server.address": "api.openai.com",
    "gen_ai.usage.input_tokens": 812,
}


def healthy(tracer: Tracer, number: int) -> None:
    with tracer.start_as_current_span("chat gpt-5", attributes=ATTRIBUTES):
        pass


def failing(tracer: Tracer, number: int) -> None:
    try:
        with tracer.start_as_current_span("chat gpt-5", attributes=ATTRIBUTES):
            raise TimeoutError(f"order {number} of the warehouse did not answer within 30 s")
    except TimeoutError:
        pass


def block_us(work: Callable[[Tracer, int], None], tracer: Tracer) -> float:
    """Microseconds a span."""
    begin = time.perf_counter_ns()
    for number in range(SPANS_A_BLOCK):
        work(tracer, number)
    return (time.perf_counter_ns() - begin) / SPANS_A_BLOCK / 1_000


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    bare, shim = TracerProvider().get_tracer("bare"), (provider := TracerProvider()).get_tracer("shim")
    before_mib = resident_mib()
    import failcat

    failcat.instrument(tracer_provider=provider)
    with failcat.run("run-1", tenant_id="acme", agent="support"), failcat.step("search_orders", index=3):
        figures: dict[str, object] = {"instrumented_mib": resident_mib() - before_mib}
        background_ns = 0
        for work in (healthy, failing):
            fastest = {"bare": 1e9, "shim": 1e9}
            for _ in range(BLOCKS):
                for name, tracer in (("bare", bare), ("shim", shim)):
                    fastest[name] = min(fastest[name], block_us(work, tracer))
                begin = time.process_time_ns()
                failcat.flush(10)
                background_ns += time.process_time_ns() - begin
            figures[work.__name__] = fastest
    figures["background_us"] = background_ns / (BLOCKS * SPANS_A_BLOCK) / 1_000
    figures["failing_mib"] = resident_mib() - before_mib
    figures["dropped"] = failcat.dropped()
    print(json.dumps(figures))


main()
