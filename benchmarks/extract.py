"""What a span costs from the bytes of a request to its records: healthy against a bare parse, failing by step."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from tests.support.otlp import extracted

from failcat_catalog.catalog import Catalog
from failcat_catalog.signature import signature
from failcat_sidecar.dedup import Deduplicator, RecentFailures
from failcat_sidecar.export import Encoding, Export, Signal, Transport
from failcat_sidecar.extract import Failure
from failcat_sidecar.otlp import decode

SPANS = 512
REPEATS = 200  # of a healthy batch
BATCHES = 40  # of failing spans, each with its own texts, so that nothing profits from seeing one again
T = TypeVar("T")

START_NS = 1_795_000_000_000_000_000


def run() -> list[str]:
    return [*_healthy(), *_failing(), _memory()]


def _healthy() -> Iterator[str]:
    for name, failing, chat in (("HTTP spans", 0.01, False), ("model calls", 0.01, True), ("no failure", 0.0, False)):
        body = _body(random.Random(1), failing, chat=chat)
        bare = _best_us(partial(ExportTraceServiceRequest.FromString, body))
        ours = _best_us(partial(decode, _export(body)))
        yield (
            f"decode {SPANS} {name}, {failing:.0%} failing, {len(body) // 1024} KiB: {ours:.0f} us,"
            f" {ours / SPANS:.2f} us a span, {ours / bare:.2f} of a bare parse ({bare:.0f} us)"
        )


def _failing() -> Iterator[str]:
    catalog = Catalog.builtin()
    dice = random.Random(2)
    exports = [_export(_body(dice, 1.0, chat=True)) for _ in range(BATCHES)]
    decoded, decode_us = _steps(lambda index: decode(exports[index]))
    candidates, extract_us = _steps(lambda index: extracted(decoded[index].suspects))
    deduplicator = Deduplicator(catalog.match, catalog.version, RecentFailures())
    _, dedup_us = _steps(lambda index: deduplicator.deduplicate(candidates[index]))
    observations = [[found.observation for found in batch if isinstance(found, Failure)] for batch in candidates]
    _, match_us = _steps(lambda index: list(map(catalog.match, observations[index])))
    total = decode_us + extract_us + dedup_us
    yield (
        f"failing span, {SPANS} of {SPANS}: {total:.1f} us = decode {decode_us:.1f} + extract {extract_us:.1f}"
        f" + deduplicate {dedup_us:.1f} (of which match {match_us:.1f})"
    )
    messages = [[observation.message + " " for observation in batch] for batch in observations]
    _, signature_us = _steps(lambda index: [signature("RATE_LIMITED", message) for message in messages[index]])
    yield f"signature of such a message: {signature_us:.1f} us"


def _memory() -> str:
    import tracemalloc

    catalog = Catalog.builtin()
    recent_failures = RecentFailures(max_failures=20 * SPANS)
    deduplicator = Deduplicator(catalog.match, catalog.version, recent_failures)
    dice = random.Random(3)
    batches = [extracted(decode(_export(_body(dice, 1.0, chat=True))).suspects) for _ in range(20)]
    tracemalloc.start()
    for batch in batches:
        deduplicator.deduplicate(batch)
    del batches, batch
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"memory of recent failures: {held / len(recent_failures):.0f} bytes each"


def _steps(step: Callable[[int], T]) -> tuple[list[T], float]:
    """The results of all batches, and the microseconds a span of the fastest."""
    results, best = [], float("inf")
    for index in range(BATCHES):
        started = time.perf_counter()
        results.append(step(index))
        best = min(best, time.perf_counter() - started)
    return results, best / SPANS * 1e6


def _best_us(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best * 1e6


def _export(body: bytes) -> Export:
    return Export(Signal.TRACES, Encoding.PROTOBUF, Transport.HTTP, body)


def _body(dice: random.Random, failing: float, *, chat: bool) -> bytes:
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    for key in ("service.name", "service.version", "host.name", "telemetry.sdk.name"):
        resource.resource.attributes.add(key=key).value.string_value = f"bench-{key}"
    scope = resource.scope_spans.add()
    scope.scope.name = "benchmarks"
    for index in range(SPANS):
        span = _span(dice, START_NS + index * 1_000_000, chat=chat)
        if index < SPANS * failing:
            _fail(span, dice)
        scope.spans.append(span)
    return request.SerializeToString()


def _span(dice: random.Random, start_ns: int, *, chat: bool) -> Span:
    span = Span(
        trace_id=dice.randbytes(16),
        span_id=dice.randbytes(8),
        parent_span_id=dice.randbytes(8),
        name="chat gpt-5" if chat else "GET /orders",
        kind=Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + 900_000,
        status=Status(),
        flags=256,
    )
    for key, value in (_CHAT if chat else _HTTP).items():
        span.attributes.add(key=key).value.string_value = value
    if chat:
        span.attributes.add(key="failcat.run_id").value.string_value = f"run-{dice.getrandbits(40):010x}"
        reasons = span.attributes.add(key="gen_ai.response.finish_reasons").value.array_value
        reasons.values.add().string_value = dice.choice(("stop", "tool_calls"))
    return span


def _fail(span: Span, dice: random.Random) -> None:
    del span.attributes[-1]
    span.attributes.add(key="error.type").value.string_value = "openai.RateLimitError"
    span.attributes.add(key="http.response.status_code").value.int_value = 429
    span.status.code = Status.STATUS_CODE_ERROR
    span.status.message = (
        f"Error code: 429 - Rate limit reached for gpt-5 in organization org-{dice.getrandbits(40):010x} on tokens per"
        f" min (TPM): Limit 30000, Used {dice.randrange(30_000)}, Requested 900. Please try again in 800ms."
    )


_CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-5",
    "gen_ai.agent.name": "planner",
    "gen_ai.response.model": "gpt-5",
    "server.address": "api.openai.com",
    "gen_ai.response.id": "chatcmpl-abc123",
    "gen_ai.output.type": "text",
}
_HTTP = {
    "http.request.method": "GET",
    "url.full": "https://inventory.internal.example/orders?limit=100&offset=200",
    "server.address": "inventory.internal.example",
    "network.protocol.version": "1.1",
    "user_agent.original": "python-httpx/0.28",
    "http.route": "/orders",
    "url.scheme": "https",
    "network.peer.address": "10.20.30.40",
    "failcat.run_id": "run-0011223344",
    "http.response.header.content-type": "application/json",
}
