"""What a tool raises on the span of its call is the tool's failure; elsewhere it is a bug or the application's."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.observe import observed_code
from failcat_catalog.types import Observation

MARKS: list[dict[str, Any]] = [
    {"gen_ai.operation.name": "execute_tool"},
    {"gen_ai.tool.name": "find_order"},
    {"mcp.method.name": "tools/call"},
    {"openinference.span.kind": "TOOL"},
    {"tool.name": "find_order"},
    {"traceloop.span.kind": "tool", "traceloop.entity.name": "find_order"},
    {"ai.operationId": "ai.toolCall"},
    {"spring.ai.kind": "tool_call", "gen_ai.operation.name": "framework"},
    {"tool_name": "Bash"},
    {"mlflow.spanType": '"TOOL"'},
]

OWN = [
    ("KeyError", "'order'"),
    ("LookupError", "order 4031 is not in the warehouse"),
    ("ValueError", "no such order"),
    ("AttributeError", "'NoneType' object has no attribute 'id'"),
    ("acme.StockError", "out of stock"),
    ("java.lang.NullPointerException", "order is null"),
    ("java.lang.IllegalArgumentException", "no such order"),
    ("System.NullReferenceException", "Object reference not set to an instance of an object."),
    ("TypeError", "Cannot read properties of undefined (reading 'id')"),
    ("*errors.errorString", "no such order"),
    ("NoMethodError", "undefined method 'id' for nil"),
    ("", "order 4031 is not in the warehouse"),
]


@cache
def catalog() -> Catalog:
    return Catalog.from_document(builtin_document(), "entries")


def observed(exception_type: str, message: str, attributes: dict[str, Any]) -> Observation:
    return Observation("", exception_type, exception_type, message, attributes)


def code(exception_type: str, message: str, attributes: dict[str, Any]) -> str:
    return catalog().match(observed(exception_type, message, attributes)).code


@pytest.mark.parametrize("attributes", MARKS, ids=str)
def test_every_instrumentation_s_tool_span_is_known(attributes: dict[str, Any]) -> None:
    assert code("acme.StockError", "out of stock", attributes) == "TOOL_FAILED"


@pytest.mark.parametrize(("exception_type", "message"), OWN)
def test_an_own_exception_of_a_tool_is_its_failure_in_every_language(exception_type: str, message: str) -> None:
    assert code(exception_type, message, {"gen_ai.operation.name": "execute_tool"}) == "TOOL_FAILED"


@pytest.mark.parametrize(("exception_type", "message"), OWN)
@pytest.mark.parametrize(
    "attributes", [{}, {"gen_ai.operation.name": "chat"}, {"openinference.span.kind": "CHAIN"}], ids=str
)
def test_elsewhere_it_is_a_bug_or_the_application_s(
    exception_type: str, message: str, attributes: dict[str, Any]
) -> None:
    assert code(exception_type, message, attributes) in ("CODE_BUG", "")


@pytest.mark.parametrize(
    ("exception_type", "message", "attributes", "expected"),
    [
        ("openai.RateLimitError", "Error code: 429 - Rate limit reached", {}, "RATE_LIMITED"),
        ("TimeoutError", "", {}, "TIMEOUT"),
        ("requests.exceptions.HTTPError", "503 Server Error: Service Unavailable for url", {}, "SERVICE_UNAVAILABLE"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'a'", {}, "FILE_NOT_FOUND"),
        ("HTTPError", "", {"http.response.status_code": 500}, "HTTP_5XX"),
        ("mcp.McpError", "", {"error.type": "-32602", "rpc.jsonrpc.error_code": "-32602"}, "TOOL_ARGUMENTS_INVALID"),
    ],
)
def test_a_more_specific_cause_comes_first(
    exception_type: str, message: str, attributes: dict[str, Any], expected: str
) -> None:
    assert code(exception_type, message, {"gen_ai.tool.name": "find_order", **attributes}) == expected


def test_a_tool_that_only_failed_has_the_conventions_code() -> None:
    observation = observed("", "order 4031 is not in the warehouse", {"tool.name": "find_order"})
    assert observed_code(observation) == "tool_error"
    assert observed_code(observation._replace(attributes={})) == "UNKNOWN_ERROR"


def test_every_rule_for_a_bug_leaves_tools_alone() -> None:
    rules = [rule for rule in catalog().rules.values() if rule.entry.code == "CODE_BUG"]
    assert rules
    assert [rule.id for rule in rules if {"span": ["tool"]} not in rule.unless] == []
