"""Five requests recorded from real agent frameworks, and smaller ones of the same shapes: one failure, one row."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import CLIENT, UNSET, as_json, decoded, exception, extracted, span, traces

from failcat_catalog.catalog import Catalog
from failcat_core.records import FailureRecord
from failcat_sidecar.dedup import Deduplicator, Joiner, RecentFailures
from failcat_sidecar.export import Encoding

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "otlp"

Row = tuple[str, str, str]
"""Code of the catalog, beginning of the message, agent."""

RATE = "Error code: 429 - Rate limit reached for gpt-4o in organization"
CONTEXT = "Error code: 400 - This model's maximum context length is 128000 tokens."
TOOL = "{'message': 'Error running tool (non-fatal)'"
REFUSED = "search backend 10.0.0.7:9200 refused"

EXPECTED: dict[str, list[Row]] = {
    "openai": [
        ("RATE_LIMITED", RATE, "agent-openai"),
        ("QUOTA_EXHAUSTED", "Error code: 429 - You exceeded your current quota", "agent-openai"),
        ("LLM_CONTEXT_EXCEEDED", CONTEXT, "agent-openai"),
        ("INVALID_API_KEY", "Error code: 401 - Incorrect API key provided", "agent-openai"),
        ("SERVICE_OVERLOADED", "Error code: 503 - The engine is currently overloaded", "agent-openai"),
        ("LLM_ERROR", "Error code: 500 - The server had an error", "agent-openai"),
        ("CONTENT_FILTERED", "Error code: 400 - The response was filtered", "agent-openai"),
        ("MODEL_NOT_FOUND", "Error code: 404 - The model `gpt-9` does not exist", "agent-openai"),
        ("CONNECTION_FAILED", "Connection error.", "agent-openai"),
        ("TIMEOUT", "Request timed out.", "agent-openai"),
    ],
    "anthropic": [
        ("RATE_LIMITED", "Error code: 429 - {'type': 'error'", "agent-anthropic"),
        ("LLM_CONTEXT_EXCEEDED", "Error code: 400 - {'type': 'error'", "agent-anthropic"),
        ("INVALID_API_KEY", "Error code: 401 - {'type': 'error'", "agent-anthropic"),
        ("SERVICE_OVERLOADED", "Error code: 529 - {'type': 'error'", "agent-anthropic"),
        ("LLM_ERROR", "Error code: 500 - {'type': 'error'", "agent-anthropic"),
        ("CONNECTION_FAILED", "Connection error.", "agent-anthropic"),
        ("TIMEOUT", "Request timed out or interrupted.", "agent-anthropic"),
    ],
    "pydantic": [
        ("RATE_LIMITED", RATE, "planner"),
        ("LLM_CONTEXT_EXCEEDED", CONTEXT, "planner"),
        ("INVALID_API_KEY", "Error code: 401 - Incorrect API key provided", "planner"),
        ("CONNECTION_FAILED", REFUSED, "planner"),
        ("CONNECTION_FAILED", REFUSED, "planner"),
        ("LLM_ERROR", "Error code: 500 - The server had an error", "planner"),
    ],
    "agents": [
        ("RATE_LIMITED", RATE, "planner"),
        ("LLM_CONTEXT_EXCEEDED", CONTEXT, "planner"),
        ("TOOL_FAILED", TOOL, "planner"),
        ("TOOL_FAILED", TOOL, "planner"),
    ],
    "langgraph": [
        ("RATE_LIMITED", RATE, "agent-langgraph"),
        ("LLM_CONTEXT_EXCEEDED", CONTEXT, "agent-langgraph"),
    ],
}


def deduplicated(body: bytes, encoding: Encoding = Encoding.PROTOBUF) -> list[FailureRecord]:
    catalog = Catalog.builtin()
    deduplicator = Deduplicator(catalog.match, catalog.version, RecentFailures())
    candidates = extracted(decoded(body, encoding=encoding).suspects)
    found = deduplicator.deduplicate(candidates).records
    reports = [record for record in found if isinstance(record, FailureRecord)]
    assert len(reports) == len(found)
    rows = [each.row for each in Joiner(deduplicator.catalog)(reports)]
    return sorted(rows, key=lambda row: row.occurred_at_us)


def recorded(name: str) -> bytes:
    path = RECORDED / f"{name}.pb"
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    return path.read_bytes()


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_request_gives_one_row_a_failure(name: str, encoding: Encoding) -> None:
    body = recorded(name)
    rows = deduplicated(body if encoding is Encoding.PROTOBUF else as_json(body), encoding)
    expected = EXPECTED[name]
    assert [(row.catalog_entry_id, row.agent_name) for row in rows] == [(code, agent) for code, _, agent in expected]
    for row, (_, message, _) in zip(rows, expected, strict=True):
        assert row.error_message and row.error_message.startswith(message)


def test_the_row_of_a_conversation_names_it_and_stores_none_of_it() -> None:
    rows = deduplicated(recorded("pydantic"))
    assert all(row.run_id.startswith("01a20250-") for row in rows)
    assert "all_messages" not in repr(rows) and "parameters_json_schema" not in repr(rows)


def test_machine_code_and_message_come_from_different_spans() -> None:
    first = deduplicated(recorded("anthropic"))[0]
    assert (first.error_code, first.error_type) == ("rate_limit_error", "anthropic.RateLimitError")


LIMIT = "Rate limit reached for m in organization org-1 on requests per min: Limit 3. Please try again in 20s."


def two_instrumentations() -> list[Span]:
    """The SDK's span has the machine code, the one around it class and message."""
    wire = {"error.type": "connection_error", "gen_ai.provider.name": "anthropic"}
    sdk = {"error.type": "anthropic.APIConnectionError", "gen_ai.provider.name": "anthropic"}
    return [
        span(2, parent=1, kind=CLIENT, end_ms=10, attributes=wire),
        span(1, kind=CLIENT, end_ms=10.4, attributes=sdk, message="Connection error."),
    ]


def three_levels() -> list[Span]:
    """A framework wraps the SDK's exception in one of its own, and records it twice."""
    wrapped = f"status_code: 429, model_name: m, body: {{'message': '{LIMIT}', 'code': 'rate_limit_exceeded'}}"
    events = [exception("framework.ModelRateLimitError", wrapped, at) for at in (17, 24)]
    agent = {"gen_ai.agent.name": "planner", "gen_ai.conversation.id": "c1"}
    description = f"ModelRateLimitError: {wrapped}"
    return [
        span(1, end_ms=24, attributes=agent, events=(events[1],), message=description),
        span(2, parent=1, kind=CLIENT, end_ms=17, attributes=agent, events=(events[0],), message=description),
        span(3, parent=2, kind=CLIENT, end_ms=10, attributes={"error.type": "openai.RateLimitError"},
             message=f"Error code: 429 - {LIMIT}"),
    ]  # fmt: skip


def tool_that_the_agent_got_over() -> list[Span]:
    """The tool fails, the agent around it ends well and knows its name."""
    told = "{'message': 'Error running tool (non-fatal)', 'data': {'error': 'Tool execution failed.'}}"
    return [
        span(1, end_ms=90, status=UNSET, attributes={"gen_ai.agent.name": "planner"}),
        span(2, parent=1, attributes={"error.type": "_OTHER", "gen_ai.tool.name": "search"}, message=told),
    ]


def tool_exception_twice() -> list[Span]:
    """An empty status with an exception event below, the same exception above."""
    agent = {"gen_ai.agent.name": "planner"}
    refused = ("ConnectionError", "search backend 10.0.0.7:9200 refused")
    return [
        span(1, end_ms=15, attributes=agent, events=(exception(*refused, 15),), message=": ".join(refused)),
        span(2, parent=1, attributes={**agent, "gen_ai.tool.name": "search"}, events=(exception(*refused),)),
    ]


SHAPES = {
    "two instrumentations": (two_instrumentations(), ("connection_error", "Connection error.", "tests")),
    "three levels": (three_levels(), ("openai.RateLimitError", f"Error code: 429 - {LIMIT}", "planner")),
    "a tool that the agent got over": (tool_that_the_agent_got_over(), ("", "{'message': 'Error running", "planner")),
    "a tool's exception twice": (tool_exception_twice(), ("ConnectionError", "search backend", "planner")),
}


@pytest.mark.parametrize(("spans", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_a_shape_of_agents_gives_one_row(spans: list[Span], expected: Row) -> None:
    shuffled = random.Random(0).sample(spans, len(spans))
    (row,) = deduplicated(traces(*shuffled))
    code, message, agent = expected
    assert row.error_code == code or not code
    assert (row.error_message or "").startswith(message)
    assert (row.agent_name, row.span_id) == (agent, max(one.span_id for one in spans))
