"""OTLP requests like those of failing agents: deterministic, with unique trace ids, ten attributes a span."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

MESSAGES = (
    ("openai.RateLimitError", "Error code: 429 - {{'error': {{'message': 'Rate limit reached for gpt-5 in organization "
     "org-{hex} on tokens per min (TPM): Limit 30000, Used {n}, Requested 1200. Please try again in {m}ms.', 'type': "
     "'tokens', 'param': None, 'code': 'rate_limit_exceeded'}}}}"),
    ("anthropic.BadRequestError", "Error code: 400 - {{'type': 'error', 'error': {{'type': 'invalid_request_error', "
     "'message': 'prompt is too long: {n} tokens > 200000 maximum'}}, 'request_id': 'req_{hex}'}}"),
    ("json.decoder.JSONDecodeError", "Expecting ',' delimiter: line {m} column {n} (char {n})"),
    ("acme.tools.OrderError", "order {n} of customer {hex} failed after {m} attempts"),
    ("ConnectionRefusedError", "[Errno 111] Connection refused: 10.1.{m}.7:{n}"),
    ("asyncpg.exceptions.DeadlockDetectedError", "deadlock detected: process {n} waits for ShareLock on {m}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """One request and the failures it reports, as (trace id, span id) in hex."""

    body: bytes
    failures: tuple[tuple[str, str], ...]


class LoadGenerator:
    """Batches of spans; the same seed gives the same batches but for their time."""

    def __init__(self, seed: int, *, run_prefix: str = "run") -> None:
        self._random = random.Random(seed)
        self._run_prefix = run_prefix

    def batch(self, spans: int, failing_share: float = 1.0) -> Batch:
        request, scope = _request()
        failures = []
        for index in range(spans):
            span = self._span(scope)
            if index < round(spans * failing_share):
                self._fail(span)
                failures.append((span.trace_id.hex(), span.span_id.hex()))
        return Batch(request.SerializeToString(), tuple(failures))

    def chain(self) -> tuple[Batch, Batch]:
        """A failing child and the parent that only passes its failure on, as two requests; one failure, the child's."""
        child_request, scope = _request()
        child = self._span(scope)
        self._fail(child)
        parent_request, scope = _request()
        parent = self._span(scope)
        parent.CopyFrom(child)
        parent.span_id = child.parent_span_id
        parent.parent_span_id = b""
        parent.name = "invoke_agent"
        parent.end_time_unix_nano += 1_000_000
        failure = (child.trace_id.hex(), child.span_id.hex())
        return Batch(child_request.SerializeToString(), (failure,)), Batch(parent_request.SerializeToString(), ())

    def _span(self, scope: object) -> Span:
        rnd = self._random
        now = time.time_ns()
        span: Span = scope.spans.add(  # type: ignore[attr-defined]  # a ScopeSpans message
            trace_id=rnd.randbytes(16),
            span_id=rnd.randbytes(8),
            parent_span_id=rnd.randbytes(8),
            name="chat gpt-5",
            kind=Span.SPAN_KIND_CLIENT,
            start_time_unix_nano=now - 400_000_000,
            end_time_unix_nano=now,
        )
        run = f"{self._run_prefix}-{rnd.getrandbits(32):08x}"
        for key, value in (
            ("failcat.run_id", run),
            ("failcat.skill_id", "search_orders"),
            ("failcat.agent", "support-agent"),
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "openai"),
            ("gen_ai.request.model", "gpt-5"),
            ("server.address", "api.example.com"),
            ("url.full", "https://api.example.com/v1/chat/completions"),
        ):
            span.attributes.add(key=key).value.string_value = value
        span.attributes.add(key="failcat.step_index").value.int_value = rnd.randrange(20)
        span.attributes.add(key="gen_ai.usage.input_tokens").value.int_value = rnd.randrange(9000)
        return span

    def _fail(self, span: Span) -> None:
        rnd = self._random
        kind, template = rnd.choice(MESSAGES)
        message = template.format(n=rnd.randrange(10**6), m=rnd.randrange(255), hex=f"{rnd.getrandbits(64):016x}")
        span.status.code = Status.STATUS_CODE_ERROR
        span.status.message = message
        span.attributes.add(key="error.type").value.string_value = kind


def _request() -> tuple[ExportTraceServiceRequest, object]:
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = "load"
    scope = resource_spans.scope_spans.add()
    scope.scope.name = "failcat.load"
    return request, scope
