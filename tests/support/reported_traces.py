"""Traces in which several spans and log records report the same failures, as frameworks send them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import (
    CLIENT,
    MS,
    SERVER,
    START_NS,
    UNSET,
    candidates,
    exception,
    log,
    log_candidates,
    span,
    span_id,
    trace_id,
)

from failcat_catalog.catalog import Catalog
from failcat_catalog.identity import failure_id, uuid_text
from failcat_core.records import FailureRecord
from failcat_sidecar.dedup import Deduplicator, Joiner, RecentFailures

RATE = "Rate limit reached for gpt-5, please try again in 800ms."
TOLD = f"Error code: 429 - {RATE}"
LOST = "warehouse 7 lost parcel 12"
_CATALOG = Catalog.builtin()

Item = Span | LogRecord


def records_of(*items: Item, tenant: str | None = None) -> list[FailureRecord]:
    """What the sidecar spools of them, one record a report."""
    spans = [item for item in items if isinstance(item, Span)]
    logs = [item for item in items if isinstance(item, LogRecord)]
    found = candidates(*spans, tenant=tenant) if spans else []
    if logs:
        found = found + log_candidates(*logs)
    spooled = deduplicator().deduplicate(found).records
    return [record for record in spooled if isinstance(record, FailureRecord)]


def deduplicator() -> Deduplicator:
    return Deduplicator(_CATALOG.match, _CATALOG.version, RecentFailures())


def joiner() -> Joiner:
    return Joiner(lambda: (_CATALOG.match, _CATALOG.version))


def chain() -> list[Item]:
    wire = {"error.type": "rate_limit_error", "http.response.status_code": 429, "gen_ai.provider.name": "anthropic"}
    sdk = {"error.type": "anthropic.RateLimitError", "gen_ai.provider.name": "anthropic"}
    tool = {"gen_ai.tool.name": "search", "gen_ai.conversation.id": "c1"}
    agent = {"error.type": "_OTHER", "gen_ai.agent.name": "planner", "failcat.step_index": 3}
    return [
        span(5, parent=4, end_ms=10, kind=CLIENT, name="POST", attributes=wire),
        span(4, parent=3, end_ms=11, kind=CLIENT, name="chat", attributes=sdk, message=TOLD),
        span(3, parent=2, end_ms=12, attributes=tool, events=(exception("app.ToolError", f"search: {RATE}", 12),)),
        span(2, parent=1, end_ms=13, attributes=agent, message=f"{{'error': '{RATE}'}}"),
    ]


def log_records_and_spans() -> list[Item]:
    """Google ADK: each exception is logged twice on the root, in a request before the spans."""
    conversation = {"gen_ai.conversation.id": "c1", "gen_ai.agent.name": "planner"}
    told = {"exception.type": "ResourceExhausted", "exception.message": TOLD}
    return [
        log(1, at_ms=14, attributes=told),
        log(1, at_ms=14.6, attributes=told),
        span(3, parent=2, end_ms=10, attributes=conversation, message=TOLD),
        span(2, parent=1, end_ms=12, attributes=conversation, message=TOLD),
        span(1, end_ms=16, message=TOLD),
    ]


def served() -> list[Item]:
    """FastAPI and httpx: the call, the answer that the server sends, and the server's span with the exception."""
    return [
        span(2, parent=1, end_ms=10, kind=CLIENT, name="POST", attributes={"http.response.status_code": 429}),
        span(3, parent=1, end_ms=20, name="GET / http send", attributes={"http.status_code": 500}),
        span(1, end_ms=21, kind=SERVER, name="GET /", attributes={"http.status_code": 500},
             events=(exception("openai.RateLimitError", TOLD, 20.5),)),
    ]  # fmt: skip


def served_without_exception() -> list[Item]:
    return [
        span(3, parent=1, end_ms=20, name="GET / http send", attributes={"http.status_code": 500}),
        span(1, end_ms=21, kind=SERVER, name="GET /", attributes={"http.status_code": 500}),
    ]


def step_that_names_its_failure() -> list[Item]:
    return [
        span(3, parent=2, end_ms=10, message=RATE, attributes={"error.type": "openai.RateLimitError"}),
        span(2, parent=1, end_ms=11, message=RATE, attributes={"failure.code": "STEP_FAILED"}),
        span(1, end_ms=12, message=f"step failed: {RATE}", attributes={"error.type": "RuntimeError"}),
    ]


def three_attempts() -> list[Item]:
    attempts: list[Item] = [
        span(n, parent=1, end_ms=n, message=LOST, attributes={"error.type": "Lost"}) for n in (2, 3, 4)
    ]
    return [*attempts, span(1, end_ms=5, message=LOST, attributes={"error.type": "Lost", "gen_ai.agent.name": "a"})]


def reported_by_the_shim() -> list[Item]:
    """One exception, one id, on every span that shows it; the first of them is its own."""
    given = uuid_text(failure_id(START_NS + 10 * MS, trace_id(1), span_id(3), 0))
    shown = {"failcat.failure_id": given, "failcat.run_id": "run-1"}
    return [
        span(3, parent=2, end_ms=10, attributes=shown, events=(exception("Lost", LOST, 10),)),
        span(2, parent=1, end_ms=11, attributes=shown, events=(exception("Lost", LOST, 11),)),
        span(1, end_ms=12, attributes={**shown, "failcat.agent": "a"}, events=(exception("Lost", LOST, 12),)),
        span(1, trace=2, end_ms=900, attributes=shown, events=(exception("Lost", LOST, 900),)),
    ]


def call_beside_its_exception() -> list[Item]:
    """An HTTP client's span and a run that failed because of it, children of one span."""
    status = {"http.response.status_code": 429}
    run = {"failcat.run_id": "r", "error.type": "insufficient_quota"}
    told = "Error code: 429 - You exceeded your current quota, please check your plan and billing details."
    return [
        span(2, parent=1, end_ms=5, kind=CLIENT, name="POST", attributes=status),
        span(3, parent=1, end_ms=60, kind=CLIENT, name="POST", attributes=status),
        span(
            4, parent=1, end_ms=62, name="ask", attributes=run, events=(exception("openai.RateLimitError", told, 62),)
        ),
    ]


def finish_reason_at_the_root() -> list[Item]:
    cut = {"gen_ai.response.finish_reasons": ["length"], "gen_ai.request.model": "gpt-5"}
    return [
        span(4, parent=3, end_ms=5, status=UNSET, attributes=cut),
        span(5, parent=2, end_ms=10, status=UNSET, attributes=cut),
        span(1, end_ms=12, status=UNSET, attributes={**cut, "gen_ai.agent.name": "planner"}),
    ]


def other_child_than_it_seemed() -> list[Item]:
    """Without the last child the parent seems to repeat the first."""
    return [
        span(2, parent=1, end_ms=5, message=LOST),
        span(3, parent=1, end_ms=9, message="printer 3 on fire today"),
        span(1, end_ms=10, message=f"{LOST}; printer 3 on fire today", attributes={"error.type": "Sad"}),
    ]


def two_exceptions_of_a_span() -> list[Item]:
    events = (exception("A", LOST, 3), exception("B", "printer 3 on fire today", 9))
    return [
        span(2, parent=1, end_ms=200, events=events),
        span(1, end_ms=201, events=(exception("B", "printer 3 on fire today", 10),)),
        log(2, at_ms=9, attributes={"exception.type": "B", "exception.message": "printer 3 on fire today"}),
    ]


TRACES: dict[str, Callable[[], list[Item]]] = {
    each.__name__: each
    for each in (
        chain,
        log_records_and_spans,
        served,
        served_without_exception,
        step_that_names_its_failure,
        three_attempts,
        reported_by_the_shim,
        call_beside_its_exception,
        finish_reason_at_the_root,
        other_child_than_it_seemed,
        two_exceptions_of_a_span,
    )
}

EXPECTED_ROWS = {
    "chain": 1,
    "log_records_and_spans": 1,
    "served": 1,
    "served_without_exception": 1,
    "step_that_names_its_failure": 2,
    "three_attempts": 3,
    "reported_by_the_shim": 1,
    "call_beside_its_exception": 2,
    "finish_reason_at_the_root": 2,
    "other_child_than_it_seemed": 2,
    "two_exceptions_of_a_span": 2,
}


@cache
def reports_of(name: str) -> tuple[FailureRecord, ...]:
    """Of one trace, each as it is spooled."""
    return tuple(records_of(*TRACES[name]()))
