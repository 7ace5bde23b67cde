"""Run, skill, agent, model, step and tenant, in the order of their attributes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.otlp import UNSET, as_json, decoded, extracted, failures, log, log_failures, span, trace_id, traces

from failcat_catalog.contract import MODEL_KEYS
from failcat_catalog.identity import uuid_text
from failcat_catalog.text import MAX_NAME_BYTES
from failcat_core.report import RankedName
from failcat_sidecar.export import Encoding
from failcat_sidecar.extract import Failure

RESOURCE = {"service.name": "shop"}


def one(resource: dict[str, Any] | None = None, tenant: str | None = None, **attributes: Any) -> Failure:
    named = {key.replace("__", "."): value for key, value in attributes.items()}
    (failure,) = failures(span(name="step", attributes=named), resource=resource or RESOURCE, tenant=tenant)
    return failure


@pytest.mark.parametrize(
    ("attributes", "run"),
    [
        ({"failcat__run_id": "r", "gen_ai__conversation__id": "c", "session__id": "s"}, "r"),
        ({"gen_ai__conversation__id": "c", "session__id": "s"}, "c"),
        ({"session__id": "s"}, "s"),
        ({"failcat__run_id": ""}, trace_id(1).hex()),
        ({"failcat__run_id": ["no", "text"]}, trace_id(1).hex()),
        ({}, trace_id(1).hex()),
        ({"failcat__run_id": 17}, "17"),
    ],
)
def test_run(attributes: dict[str, Any], run: str) -> None:
    assert one(**attributes).run.value == run


def test_a_failure_without_run_and_trace_is_a_run_of_its_own() -> None:
    def sent(trace: bytes, time: int) -> Failure:
        record = log(attributes={"exception.type": "acme.PlanError"}, at_ms=time)
        record.trace_id = trace
        (failure,) = log_failures(record)
        return failure

    for trace in (b"", bytes(16)):
        one, other = sent(trace, 1), sent(trace, 2)
        assert one.run.value == uuid_text(one.own_id) != other.run.value


@pytest.mark.parametrize("length", [129, 10_000])
def test_a_long_trace_id_makes_a_bounded_run(length: int) -> None:
    sent = span()
    sent.trace_id = b"\xab" * length
    (failure,) = failures(sent, resource=RESOURCE)
    assert len(failure.run.value.encode()) <= MAX_NAME_BYTES
    assert failure.run.value.startswith("abab")


@pytest.mark.parametrize(
    ("attributes", "skill"),
    [
        ({"failcat__skill_id": "k", "gen_ai__skill__name": "n", "gen_ai__tool__name": "t"}, "k"),
        ({"gen_ai__skill__name": "n", "gen_ai__tool__name": "t"}, "n"),
        ({"gen_ai__tool__name": "t"}, "t"),
        ({}, "step"),
    ],
)
def test_skill(attributes: dict[str, Any], skill: str) -> None:
    found = one(**attributes).skill
    assert found and found.value == skill


@pytest.mark.parametrize(
    ("attributes", "agent"),
    [
        ({"failcat__agent": "f", "gen_ai__agent__name": "a"}, "f"),
        ({"gen_ai__agent__name": "a", "gen_ai__agent__id": "i", "gen_ai__workflow__name": "w"}, "a"),
        ({"gen_ai__agent__id": "i", "gen_ai__workflow__name": "w"}, "i"),
        ({"gen_ai__workflow__name": "w"}, "w"),
        ({}, "shop"),
    ],
)
def test_agent(attributes: dict[str, Any], agent: str) -> None:
    found = one(**attributes).agent
    assert found and found.value == agent


@pytest.mark.parametrize(
    ("attributes", "model"),
    [
        *(({key: "gpt-5"}, "gpt-5") for key in MODEL_KEYS),
        ({"gen_ai.request.model": "gpt-5", "gen_ai.response.model": "gpt-5-2026-08-07"}, "gpt-5"),
        ({"gen_ai.request.model": "", "llm.model_name": "gpt-5"}, "gpt-5"),
        ({"model": '"gpt-5"'}, "gpt-5"),
        ({"model": ["no", "name"]}, None),
        ({"model": '""'}, None),
        ({"llm.invocation_parameters": '{"model": "gpt-5", "n": 2}', "llm.model_name": "gpt-5-2026-08-07"}, "gpt-5"),
        ({"llm.invocation_parameters": '{"n": 2}', "llm.model_name": "gpt-5"}, "gpt-5"),
        ({"llm.invocation_parameters": '{"model": 7}', "llm.model_name": "gpt-5"}, "gpt-5"),
        ({"llm.invocation_parameters": '{"model": ', "llm.model_name": "gpt-5"}, "gpt-5"),
        ({"llm.invocation_parameters": '{"model": "gpt-5", "pad": "' + "x" * 5_000 + '"}'}, None),
        ({}, None),
    ],
)
def test_model(attributes: dict[str, Any], model: str | None) -> None:
    assert _value(one(**attributes).model) == model
    (reported,) = log_failures(log(attributes={"exception.type": "E", **attributes}), resource=RESOURCE)
    assert _value(reported.model) == model


def _value(name: RankedName | None) -> str | None:
    return name.value if name else None


@pytest.mark.parametrize(
    ("value", "version"), [("1.4.2", "1.4.2"), (7, "7"), ("", None), (["1"], None), ("9" * 300, "9" * 255 + "…")]
)
def test_the_version_is_the_resources(value: object, version: str | None) -> None:
    found = one(resource={"service.name": "shop", "service.version": value}).service_version
    assert (found or "")[:200] == (version or "")[:200] and len((found or "").encode()) <= MAX_NAME_BYTES


@pytest.mark.parametrize(
    ("value", "step"), [(3, 3), (0, 0), (-1, None), (True, None), ("3", None), (2**31, None), (1.0, None)]
)
def test_step(value: object, step: int | None) -> None:
    assert one(failcat__step_index=value).step_index == step


def test_the_connections_tenant_wins_over_what_the_agent_says() -> None:
    assert one(tenant="acme", failcat__tenant_id="evil").tenant_id == "acme"


@pytest.mark.parametrize(
    ("resource", "attributes", "tenant"),
    [
        ({"failcat.tenant_id": "r"}, {"failcat__tenant_id": "s", "tenant__id": "t"}, "s"),
        ({"failcat.tenant_id": "r"}, {}, "r"),
        ({"tenant.id": "r"}, {"tenant__id": "t"}, "t"),
        ({}, {}, None),
    ],
)
def test_tenant(resource: dict[str, Any], attributes: dict[str, Any], tenant: str | None) -> None:
    assert one({**RESOURCE, **resource}, **attributes).tenant_id == tenant


def test_what_ancestors_know_comes_before_the_resource_and_after_the_span() -> None:
    known = {"gen_ai.agent.name": "planner", "failcat.run_id": "r", "failcat.step_index": 4}
    parent = span(1, status=UNSET, attributes=known)
    child = span(2, parent=1, attributes={"gen_ai.workflow.name": "w"})
    (failure,) = failures(child, parent, resource={"failcat.run_id": "batch-job"})
    assert (failure.run.value, failure.agent and failure.agent.value, failure.step_index) == ("r", "w", 4)


def test_a_log_record_has_no_name_to_stand_in_for_its_skill() -> None:
    (failure,) = log_failures(log(attributes={"exception.type": "E"}))
    assert failure.skill is None


def test_names_are_cut_and_redacted() -> None:
    failure = one(failcat__run_id="r" * 10_000, failcat__skill_id="sk-proj-abcdefghijklmnop0123456789")
    assert len(failure.run.value.encode()) <= 256
    assert failure.skill and "abcdefgh" not in failure.skill.value


@pytest.mark.parametrize(
    ("attributes", "run", "skill", "agent"),
    [
        # OpenInference: Agno, smolagents, CrewAI, LangChain
        ({"openinference.span.kind": "TOOL", "tool.name": "find_order", "session.id": "s"}, "s", "find_order", "shop"),
        ({"openinference.span.kind": "AGENT", "agent.name": "clerk", "graph.node.id": "7f"}, "", "step", "clerk"),
        ({"openinference.span.kind": "AGENT", "graph.node.name": "Clerk", "graph.node.id": "7f"}, "", "step", "Clerk"),
        ({"openinference.span.kind": "AGENT", "graph.node.id": "clerk"}, "", "step", "clerk"),
        ({"openinference.span.kind": "CHAIN", "graph.node.id": "plan"}, "", "step", "shop"),
        # Traceloop
        ({"traceloop.span.kind": "tool", "traceloop.entity.name": "find_order"}, "", "find_order", "shop"),
        ({"traceloop.span.kind": "agent", "traceloop.entity.name": "clerk"}, "", "step", "clerk"),
        ({"traceloop.span.kind": "task", "traceloop.entity.name": "plan"}, "", "step", "shop"),
        (
            {"traceloop.workflow.name": "orders", "traceloop.association.properties.thread_id": "t"},
            "t",
            "step",
            "orders",
        ),
        # Vercel AI SDK, Spring AI, Claude Code, Gemini CLI, Codex, Pydantic AI, Google ADK
        ({"ai.toolCall.name": "find_order", "ai.telemetry.functionId": "clerk"}, "", "find_order", "clerk"),
        ({"ai.telemetry.metadata.sessionId": "s"}, "s", "step", "shop"),
        ({"spring.ai.kind": "tool_call", "spring.ai.tool.definition.name": "find_order"}, "", "find_order", "shop"),
        ({"tool_name": "Bash", "session.id": "s"}, "s", "Bash", "shop"),
        ({"function_name": "read_file"}, "", "read_file", "shop"),
        ({"conversation.id": "k"}, "k", "step", "shop"),
        ({"agent_name": "clerk"}, "", "step", "clerk"),
        ({"crewai.agent.role": "Clerk", "genkit:sessionId": "g"}, "g", "step", "Clerk"),
        ({"haystack.component.name": "retriever", "gen_ai.thread.id": "t"}, "t", "retriever", "shop"),
        ({"gcp.vertex.agent.session_id": "g"}, "g", "step", "shop"),
        # the conventions' names come first
        ({"gen_ai.tool.name": "a", "tool.name": "b", "gen_ai.agent.name": "c", "agent.name": "d"}, "", "a", "c"),
    ],
)
def test_names_of_instrumentations(attributes: dict[str, Any], run: str, skill: str, agent: str) -> None:
    (failure,) = failures(span(name="step", attributes=attributes), resource=RESOURCE)
    assert failure.skill and failure.agent
    assert (failure.run.value, failure.skill.value, failure.agent.value) == (run or trace_id(1).hex(), skill, agent)


@pytest.mark.parametrize(
    ("name", "attributes", "skill"),
    [
        (
            "Chat Completion with {request_data[model]!r}",
            {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m"},
            "chat m",
        ),
        ("payment {id} failed", {}, "payment {id} failed"),
        ("GET /orders/{id}", {"http.route": "/orders/{id}"}, "GET /orders/{id}"),
        ("POST", {"http.route": "/orders"}, "POST /orders"),
        ("HTTP GET", {"url.template": "/orders/{id}"}, "HTTP GET /orders/{id}"),
        ("POST", {}, "POST"),
        ("POST", {"gen_ai.operation.name": "chat"}, "chat"),
        ("POST", {"gen_ai.operation.name": "framework", "rpc.method": "Find"}, "Find"),
        ("acme.tools.FindOrder.run", {"traceloop.entity.name": "find_order"}, "find_order"),
        ("Acme\\Tools\\FindOrder", {"graph.node.name": "plan"}, "plan"),
        ("com.acme.Orders$Tool.find", {"ai.telemetry.functionId": "clerk"}, "clerk"),
        ("<class 'acme.FindOrder'>", {"db.operation.name": "SELECT"}, "SELECT"),
        ("com.acme.OrderTool", {"traceloop.entity.name": "com.acme.OrderTool"}, "com.acme.OrderTool"),
        ("claude_code.tool.execution", {"gen_ai.operation.name": "chat"}, "claude_code.tool.execution"),
        ("ai.generateText.doGenerate", {"ai.telemetry.functionId": "clerk"}, "ai.generateText.doGenerate"),
        ("chat gpt-5", {"graph.node.name": "plan"}, "chat gpt-5"),
        ("execute_tool find_order", {"gen_ai.operation.name": "execute_tool"}, "find_order"),
    ],
)
def test_a_span_s_name_that_says_little_gives_way(name: str, attributes: dict[str, Any], skill: str) -> None:
    (failure,) = failures(span(name=name, attributes=attributes))
    assert failure.skill and failure.skill.value == skill


@pytest.mark.parametrize(
    "names", [{"tool_name": "Bash"}, {"traceloop.span.kind": "tool", "traceloop.entity.name": "Bash"}]
)
@pytest.mark.parametrize("encoding", list(Encoding))
def test_the_tool_of_a_parent_that_did_not_fail_is_inherited(names: dict[str, str], encoding: Encoding) -> None:
    """As Claude Code sends it: the failing execution below the call that names the tool."""
    known = {"session.id": "s", "gen_ai.agent.name": "a", "gen_ai.request.model": "m"}
    body = traces(
        span(1, name="claude_code.tool.execution", parent=2, attributes=known),
        span(2, name="claude_code.tool", status=UNSET, attributes={**known, **names}),
    )
    sent = body if encoding is Encoding.PROTOBUF else as_json(body)
    (failure,) = extracted(decoded(sent, encoding=encoding).suspects)
    assert isinstance(failure, Failure)
    assert failure.skill and failure.skill.value == "Bash"
