"""A realistic mix of failing agent runs, as spans of the real SDK."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer

from failcat_catalog import attributes as names
from failcat_catalog.identity import failure_id, uuid_text
from failcat_sidecar.errors import FailcatError

SERVICE = "failcat-demo"
"""Of all spans of the demo, so that their rows can be removed."""

AGENTS = ("support-agent", "billing-agent", "research-agent")
TENANTS = ("acme", "globex")


@dataclass(frozen=True, slots=True)
class DemoFailure:
    """One kind of failure, as an instrumentation would report it."""

    span_name: str
    error_type: str
    message: str  # with %(n)d and %(id)s for variable parts
    attributes: dict[str, str | int] = field(default_factory=dict)
    recovery_mode: str = ""  # how the agent tries to recover; empty when it does not
    recovery_odds: float = 0.0  # its probability of success


_OPENAI: dict[str, str | int] = {"gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat"}
_ANTHROPIC: dict[str, str | int] = {"gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat"}

DEMO_FAILURES = (
    DemoFailure(
        "chat gpt-5",
        "openai.RateLimitError",
        "Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-5 in organization org-%(id)s on tokens "
        "per min (TPM): Limit 30000, Used %(n)d, Requested 1200. Please try again in 502ms.', 'type': 'tokens', "
        "'code': 'rate_limit_exceeded'}}",
        {**_OPENAI, "http.response.status_code": 429},
        "RETRY_EXPONENTIAL",
        0.9,
    ),
    DemoFailure(
        "chat gpt-5",
        "openai.RateLimitError",
        "Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing "
        "details.', 'type': 'insufficient_quota', 'code': 'insufficient_quota'}}",
        {**_OPENAI, "http.response.status_code": 429},
        "RETRY_EXPONENTIAL",
        0.0,
    ),
    DemoFailure(
        "chat claude-opus",
        "overloaded_error",
        "Overloaded",
        {**_ANTHROPIC, "http.response.status_code": 529},
        "FALLBACK",
        0.8,
    ),
    DemoFailure(
        "chat claude-opus",
        "invalid_request_error",
        "prompt is too long: %(n)d tokens > 200000 maximum",
        {**_ANTHROPIC, "http.response.status_code": 400},
    ),
    DemoFailure(
        "execute_tool search_orders",
        "tool_error",
        "order %(n)d failed: warehouse answered nothing",
        {"gen_ai.tool.name": "search_orders"},
    ),
    DemoFailure(
        "tools/call",
        "-32602",
        "Unknown tool: serch_orders",
        {"rpc.jsonrpc.error_code": "-32602", "mcp.method.name": "tools/call"},
    ),
    DemoFailure(
        "parse_answer",
        "json.decoder.JSONDecodeError",
        "Expecting ',' delimiter: line %(n)d column 7 (char 913)",
    ),
    DemoFailure(
        "SELECT orders",
        "asyncpg.exceptions.DeadlockDetectedError",
        "deadlock detected",
        {"db.system.name": "postgresql", "db.response.status_code": "40P01"},
        "RETRY_WITH_JITTER",
        0.95,
    ),
    DemoFailure("GET /inventory", "ConnectionRefusedError", "[Errno 111] Connection refused"),
    DemoFailure("plan", "acme.planner.GoalDrift", "goal %(id)s drifted after %(n)d steps"),
)


@dataclass(slots=True)
class Tally:
    """The number of items sent."""

    runs: int = 0
    failures: int = 0
    recoveries: int = 0
    spans: int = 0
    refused: int = 0  # spans that the sidecar rejected
    run_ids: list[str] = field(default_factory=list)


class _CountingExporter(SpanExporter):
    """Exports spans and counts the results."""

    def __init__(self, inner: SpanExporter, tally: Tally) -> None:
        self._inner = inner
        self._tally = tally

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._inner.export(spans)
        self._tally.spans += len(spans)
        if result is not SpanExportResult.SUCCESS:
            self._tally.refused += len(spans)
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()


def require_sidecar(endpoint: str) -> None:
    """Raises FailcatError when no Failcat answers at the endpoint, a URL."""
    try:
        response = urlopen(f"{endpoint}/v1/traces", timeout=2)  # noqa: S310  # the scheme was checked with the setting
        server = response.headers.get("Server", "")
    except HTTPError as error:  # it takes POST only
        server = error.headers.get("Server", "")
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise FailcatError(
            f"no sidecar at {endpoint} ({getattr(reason, 'strerror', None) or reason}); start one with: failcat serve, "
            "or name it with --endpoint"
        ) from error
    if server != "failcat":
        raise FailcatError(f"what answers at {endpoint} is no Failcat ({server or 'unnamed'}): name it with --endpoint")


def send_demo(exporter: SpanExporter, runs: int, seed: int | None = None) -> Tally:
    """Sends `runs` agent runs, about three failures in each; returns when all are accepted or given up."""
    dice = random.Random(seed)  # noqa: S311  # a demo, not a secret
    tally = Tally()
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    provider.add_span_processor(BatchSpanProcessor(_CountingExporter(exporter, tally), schedule_delay_millis=200))
    tracer = provider.get_tracer("failcat.demo")
    for _ in range(runs):
        _run(tracer, dice, tally)
    provider.shutdown()
    return tally


def _run(tracer: Tracer, dice: random.Random, tally: Tally) -> None:
    run: dict[str, str | int] = {
        names.RUN_ID: f"run-{dice.getrandbits(40):010x}",
        names.TENANT_ID: dice.choice(TENANTS),
        names.AGENT_NAME: dice.choice(AGENTS),
    }
    tally.runs += 1
    tally.run_ids.append(str(run[names.RUN_ID]))
    with tracer.start_as_current_span("invoke_agent", attributes={**run, "gen_ai.operation.name": "invoke_agent"}):
        for step in range(dice.randint(3, 6)):
            place: dict[str, str | int] = {**run, names.STEP_INDEX: step}
            if dice.random() < 0.4:
                with tracer.start_as_current_span("chat gpt-5", attributes={**place, **_OPENAI}):
                    pass
            else:
                _fail(tracer, dice, place, tally)


def _fail(tracer: Tracer, dice: random.Random, place: dict[str, str | int], tally: Tally) -> None:
    failure = dice.choice(DEMO_FAILURES)
    message = failure.message % {"n": dice.randint(1_000, 999_999), "id": f"{dice.getrandbits(48):012x}"}
    skill = failure.span_name.split()[0]
    attributes = {**place, **failure.attributes, "error.type": failure.error_type, names.SKILL_ID: skill}
    with tracer.start_as_current_span(failure.span_name, kind=SpanKind.CLIENT, attributes=attributes) as span:
        context = span.get_span_context()
        reported = uuid_text(failure_id(time.time_ns(), context.trace_id.to_bytes(16), context.span_id.to_bytes(8), 0))
        span.set_attribute(names.REPORTED_ID, reported)
        span.set_status(Status(StatusCode.ERROR, message))
    tally.failures += 1
    if failure.recovery_mode:
        _recover(tracer, failure.recovery_mode, reported, succeeded=dice.random() < failure.recovery_odds)
        tally.recoveries += 1


def _recover(tracer: Tracer, mode: str, failure: str, *, succeeded: bool) -> None:
    outcome: dict[str, str | bool] = {
        names.RECOVERY_FAILURE_ID: failure,
        names.RECOVERY_MODE: mode,
        names.RECOVERY_SUCCEEDED: succeeded,
    }
    with tracer.start_as_current_span("recover", attributes=outcome):
        pass
