"""Agents on real frameworks, instrumented without a line of code for it: the right rows, one a failure."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from tests.acceptance.shim.conftest import RunAgent
from tests.acceptance.shim.providers import Providers
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess
from tests.support.waiting import until

pytestmark = pytest.mark.timeout(1_200)  # the first test installs the frameworks

OPENAI_CODES = {
    "rate-limit": {"RATE_LIMITED"},
    "rate-limit-with-header": {"RATE_LIMITED"},
    "quota": {"QUOTA_EXHAUSTED"},
    "context": {"LLM_CONTEXT_EXCEEDED"},
    "bad-key": {"INVALID_API_KEY"},
    "no-model": {"MODEL_NOT_FOUND"},
    "overload": {"SERVICE_OVERLOADED", "SERVICE_UNAVAILABLE"},
    "overload-in-stream": {"SERVICE_OVERLOADED", "SERVICE_UNAVAILABLE"},
    "content-filter": {"CONTENT_FILTERED"},
    "malformed": {"DESERIALIZATION_ERROR", "OUTPUT_PARSE_FAILED"},
    "dropped": {"CONNECTION_RESET", "CONNECTION_FAILED"},
}
ANTHROPIC_CODES = {
    "rate-limit": {"RATE_LIMITED"},
    "context": {"LLM_CONTEXT_EXCEEDED"},
    "bad-key": {"INVALID_API_KEY", "UNAUTHORIZED"},
    "overload": {"SERVICE_OVERLOADED"},
    "overload-in-stream": {"SERVICE_OVERLOADED"},
    "dropped": {"CONNECTION_RESET", "CONNECTION_FAILED"},
}


async def rows_of(database: asyncpg.Connection, run_id: str, count: int) -> list[Any]:
    """All rows of a run, once there are `count`, in the order in which they happened."""
    return sorted(await wait_for_rows(database, count, run_id=run_id), key=lambda row: row["occurred_at"])


@pytest.mark.parametrize(
    ("agent", "codes"),
    [("openai_agent", OPENAI_CODES), ("anthropic_agent", ANTHROPIC_CODES)],
    ids=["openai", "anthropic"],
)
async def test_a_providers_sdk(
    agent: str, codes: dict[str, set[str]], run_agent: RunAgent, providers: Providers, database: asyncpg.Connection
) -> None:
    ended = run_agent(agent, providers.url, agent, "well", *codes)
    assert (ended.returncode, ended.stderr) == (0, "")
    rows = await rows_of(database, agent, len(codes))
    assert [row["skill_id"] for row in rows] == list(codes)
    wrong = {
        row["skill_id"]: row["catalog_entry_id"]
        for row in rows
        if row["catalog_entry_id"] not in codes[row["skill_id"]]
    }
    assert wrong == {}
    assert [row["step_index"] for row in rows] == list(range(1, len(codes) + 1))
    assert {(row["tenant_id"], row["agent_name"], row["service_name"]) for row in rows} == {("acme", "support", agent)}
    assert "sk-not" not in repr(rows)


async def test_pydantic_ai(run_agent: RunAgent, providers: Providers, database: asyncpg.Connection) -> None:
    ended = run_agent("pydantic_agent", providers.url, "pydantic", "rate-limit", "context", "tool", "well")
    assert ended.returncode == 0, ended.stderr
    rows = await rows_of(database, "pydantic", 3)
    told = [(row["catalog_entry_id"], row["step_index"], row["agent_name"]) for row in rows]
    assert told[:2] == [("RATE_LIMITED", 0, "rate-limit-agent"), ("LLM_CONTEXT_EXCEEDED", 1, "context-agent")]
    assert rows[2]["error_message"].startswith("order 4031 is not")
    assert (rows[2]["skill_id"], rows[2]["step_index"], rows[2]["agent_name"]) == ("find_order", 2, "tool-agent")
    assert len(rows) == 3
    assert {row["tenant_id"] for row in rows} == {"acme"}


async def test_a_second_exporter_to_the_same_sidecar_doubles_nothing(
    run_agent: RunAgent, providers: Providers, database: asyncpg.Connection, sidecar: SidecarProcess
) -> None:
    """As with opentelemetry-distro's defaults, which send everything to the sidecar's port."""
    ended = run_agent(
        *("pydantic_agent", providers.url, "doubled", "rate-limit", "context", "tool"),
        OTEL_TRACES_EXPORTER="otlp_proto_http",
        OTEL_EXPORTER_OTLP_ENDPOINT=sidecar.endpoint,
        OTEL_BSP_SCHEDULE_DELAY="50",
    )
    assert ended.returncode == 0, ended.stderr
    await rows_of(database, "doubled", 3)
    await until(lambda: not sidecar.metric("failcat_spool_records"))
    rows = await rows_of(database, "doubled", 3)
    assert [row["step_index"] for row in rows] == [0, 1, 2]


async def test_langgraph(run_agent: RunAgent, providers: Providers, database: asyncpg.Connection) -> None:
    ended = run_agent("langgraph_agent", providers.url, "langgraph")
    assert ended.stdout.splitlines()[:4] == [
        *("GraphRecursionError", "KeyError", "OpenAIRateLimitError", "ConnectionRefusedError"),
    ], ended.stderr
    rows = await rows_of(database, "langgraph", 4)
    told = [(row["error_type"].rpartition(".")[2], row["catalog_entry_id"], row["skill_id"]) for row in rows]
    assert told[0][:2] == ("GraphRecursionError", "LOOP_LIMIT_EXCEEDED")
    assert told[1] == ("KeyError", "CODE_BUG", "charge")
    assert told[2][1] == "RATE_LIMITED"
    assert told[3] == ("ConnectionRefusedError", "CONNECTION_REFUSED", "ship")
    assert len(rows) == 4


async def test_openai_agents(run_agent: RunAgent, providers: Providers, database: asyncpg.Connection) -> None:
    ended = run_agent("agents_sdk_agent", providers.url, "agents", "rate-limit", "context", "tool", "well")
    assert ended.returncode == 0, ended.stderr
    rows = await rows_of(database, "agents", 3)
    told = [(row["catalog_entry_id"], row["step_index"], row["agent_name"]) for row in rows]
    assert told[:2] == [("RATE_LIMITED", 0, "rate-limit-agent"), ("LLM_CONTEXT_EXCEEDED", 1, "context-agent")]
    assert "order 4031 is not in the warehouse" in rows[2]["error_message"]
    assert (rows[2]["step_index"], rows[2]["agent_name"]) == (2, "tool-agent")
    assert len(rows) == 3


async def test_mcp(run_agent: RunAgent, database: asyncpg.Connection) -> None:
    ended = run_agent("mcp_agent", "mcp")
    assert ended.returncode == 0, ended.stderr
    rows = await rows_of(database, "mcp", 2)
    assert [row["skill_id"] for row in rows] == ["find_order", "serch_orders"]
    assert "order 4031 is not in the warehouse" in rows[0]["error_message"]
    assert [row["catalog_entry_id"] for row in rows] == ["TOOL_FAILED", "TOOL_NOT_FOUND"]


async def test_recoveries(run_agent: RunAgent, providers: Providers, database: asyncpg.Connection) -> None:
    ended = run_agent("recovering_agent", providers.url, "recovering")
    assert ended.stdout.splitlines() == [
        "retried Hello",
        "replaced Hello instead of MODEL_NOT_FOUND",
        "later Hello",
        "given up",
        "stamina Hello",
        "tenacity Hello",
    ], ended.stderr
    rows = await rows_of(database, "recovering", 7)
    await wait_for_rows(database, 3, run_id="recovering", recovery_succeeded=True)
    rows = await rows_of(database, "recovering", 7)
    told = [(row["catalog_entry_id"], row["recovery_attempted"], row["recovery_succeeded"]) for row in rows]
    assert told[:5] == [
        ("RATE_LIMITED", True, False),
        ("RATE_LIMITED", True, True),
        ("MODEL_NOT_FOUND", True, True),
        ("RATE_LIMITED", True, True),
        ("QUOTA_EXHAUSTED", False, False),
    ]
    assert len(rows) == 7
    attempts = await database.fetch(
        "SELECT mode, attempt, succeeded FROM recovery_attempts WHERE failure_id = ANY($1) ORDER BY occurred_at",
        [row["id"] for row in rows],
    )
    assert [tuple(attempt) for attempt in attempts] == [
        ("RETRY_EXPONENTIAL", 1, False),
        ("RETRY_EXPONENTIAL", 2, True),
        ("FALLBACK", 1, True),
        ("RETRY_EXPONENTIAL", 1, True),
    ]
    assert [row["step_index"] for row in rows[:2]] == [1, 2]
