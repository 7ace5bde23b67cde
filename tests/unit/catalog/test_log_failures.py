"""Which log records report a failure, and what they say of it: known events by their fields, others from ERROR on."""

from __future__ import annotations

from typing import Any

import pytest

from failcat_catalog.log_events import FAMILIES, KNOWN, SHARED, Counts
from failcat_catalog.log_failures import LogFailure, log_failure, severity_of

DEBUG, INFO, WARN, ERROR, FATAL, NONE = 5, 9, 13, 17, 21, 0


def told(severity: int = INFO, *, name: str = "", body: Any = "", **attributes: Any) -> LogFailure | None:
    """The failure of a record. Keyword arguments write the dots of attributes as `__`."""
    fields = {key.replace("__", "."): value for key, value in attributes.items()}
    return log_failure("", body, severity, {"event.name": name, **fields} if name else fields)


API_ERROR: dict[str, Any] = {"error": "Overloaded", "status_code": 529, "model": "m"}
TOOL: dict[str, Any] = {"tool_name": "Bash", "success": "false"}


@pytest.mark.parametrize(
    ("name", "fields", "error_type", "message"),
    [
        ("claude_code.api_error", API_ERROR, "", "Overloaded"),
        ("claude_code.tool_result", {**TOOL, "error_type": "Error:ENOENT"}, "Error:ENOENT", ""),
        ("claude_code.tool_result", TOOL, "tool_error", ""),
        ("claude_code.api_refusal", {"server_fallback_hop": False}, "refusal", "finish reason: refusal"),
        ("claude_code.internal_error", {"error_name": "TypeError"}, "TypeError", ""),
        ("claude_code.mcp_server_connection", {"status": "failed", "error_code": "ETIMEDOUT"}, "ETIMEDOUT", ""),
        ("claude_code.auth", {"success": "false", "status_code": "403"}, "", ""),
        ("gemini_cli.api_error", {"error.message": "bad key", "error_type": "ApiError"}, "ApiError", "bad key"),
        ("gemini_cli.tool_call", {"function_name": "ls", "success": False, "error": "nope"}, "tool_error", "nope"),
        ("gemini_cli.chat.content_retry_failure", {"final_error_type": "NO_TEXT"}, "NO_TEXT", ""),
        ("gemini_cli.agent.finish", {"agent_name": "a", "terminate_reason": "MAX_TURNS"}, "MAX_TURNS", ""),
        ("qwen-code.api_error", {"error_message": "slow", "errorType": "X"}, "X", "slow"),
        ("qwen-code.subagent_execution", {"status": "failed", "subagent_name": "s"}, "", ""),
        ("codex.api_request", {"http.response.status_code": 500, "error.message": "http 500"}, "", "http 500"),
        ("codex.api_request", {"error.message": "connection closed"}, "", "connection closed"),
        ("codex.sse_event", {"event.kind": "response.failed"}, "", ""),
        ("codex.websocket_connect", {"success": "false"}, "", ""),
        ("codex.tool_result", {**TOOL, "output": "exit code 1"}, "tool_error", "exit code 1"),
        ("opencode.api_error", {"error.type": "APIError"}, "APIError", ""),
        ("opencode.tool_result", {"gen_ai.tool.name": "edit", "opencode.tool.status": "error"}, "tool_error", ""),
        ("copilot_chat.tool.call", {"gen_ai.tool.name": "t", "error.type": "not there"}, "tool_error", "not there"),
        ("cursor.api.error", {"cursor.model.name": "m"}, "", ""),
        ("task.provider_api_error", {"errorMessage": "429", "errorStatus": 429}, "", "429"),
        ("task.mcp_tool_called", {"status": "error", "toolName": "t", "errorMessage": "gone"}, "tool_error", "gone"),
        ("gen_ai.client.operation.exception", {"exception.message": "slow down"}, "", "slow down"),
        ("gen_ai.client.inference.operation.details", {"error.type": "timeout"}, "timeout", ""),
        (
            "gen_ai.client.inference.operation.details",
            {"gen_ai.response.finish_reasons": ["stop", "content_filter"]},
            "content_filter",
            "finish reason: content_filter",
        ),
        ("gen_ai.choice", {"finish_reason": "length"}, "length", "finish reason: length"),
        ("gen_ai.choice", {"finish_reason": "CONTENT-FILTER"}, "content_filter", "finish reason: content_filter"),
        ("codex.websocket_event", {"success": "false", "error.message": "closed"}, "", "closed"),
        ("gemini_cli.hook_call", {"error": True}, "", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("severity", [NONE, DEBUG, INFO, ERROR])
def test_a_known_event_fails_by_its_fields_at_any_severity(
    name: str, fields: dict[str, Any], error_type: str, message: str, severity: int
) -> None:
    failure = told(severity, name=name, **fields)
    assert failure is not None
    assert (failure.error_type, failure.message) == (error_type, message)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("claude_code.api_request", {"status_code": 200}),
        ("claude_code.api_retries_exhausted", API_ERROR),
        ("claude_code.tool_decision", {"decision": "reject", "tool_name": "Bash"}),
        ("claude_code.tool_result", {"tool_name": "Bash", "success": "true", "error": ""}),
        ("claude_code.api_refusal", {"server_fallback_hop": True}),
        ("claude_code.mcp_server_connection", {"status": "connected"}),
        ("gemini_cli.chat.content_retry", {"error_type": "NO_TEXT", "error.type": "NO_TEXT"}),
        ("gemini_cli.chat.invalid_chunk", {"error.message": "half a chunk"}),
        ("gemini_cli.ripgrep_fallback", {"error": None}),
        ("gemini_cli.tool_call", {"function_name": "ls", "success": True, "error": "null"}),
        ("gemini_cli.tool_call", {"function_name": "ls", "success": False, "decision": "reject"}),
        ("gemini_cli.agent.finish", {"terminate_reason": "GOAL"}),
        ("gemini_cli.api_response", {"finish_reasons": ["stop"], "status_code": 200}),
        ("qwen-code.tool_call", {"status": "cancelled", "success": False}),
        ("qwen-code.api_retry", {"error.type": "429", "status_code": 429}),
        ("codex.api_request", {"http.response.status_code": 200, "error.message": None}),
        ("codex.sse_event", {"event.kind": "response.completed"}),
        ("codex.tool_decision", {"decision": "denied"}),
        ("opencode.api_error", {"error.type": "retry", "opencode.retry.attempt": 2}),
        ("opencode.assistant_response", {"error.type": "APIError"}),
        ("task.tool_used", {"tool": "edit", "success": False}),
        ("gen_ai.client.inference.operation.details", {"gen_ai.response.finish_reasons": ["stop"]}),
        ("gen_ai.client.inference.operation.details", {"error.type": "none"}),
        ("gen_ai.choice", {"finish_reason": "tool_calls"}),
    ],
)
@pytest.mark.parametrize("severity", [NONE, INFO, ERROR])
def test_a_known_event_that_went_well_or_on_is_no_failure(name: str, fields: dict[str, Any], severity: int) -> None:
    assert told(severity, name=name, **fields) is None


@pytest.mark.parametrize(
    ("fields", "error_type", "exception_type", "message"),
    [
        ({"exception.type": "E", "exception.message": "m"}, "", "E", "m"),
        ({"exception.type": "E"}, "", "E", ""),
        ({"exception.stacktrace": "E: m\n at f"}, "", "", ""),
        ({"event.name": "refused", "error.message": "port 1"}, "refused", "", "port 1"),
        ({"event.name": "refused", "error.type": "ECONN"}, "ECONN", "", ""),
        ({"event.name": "refused", "error.message": "m", "error.type": "_OTHER"}, "refused", "", "m"),
        ({"event.name": "refused", "error.type": "_OTHER"}, "refused", "", ""),
        ({"event.name": "exception"}, "", "", ""),
        ({"event.name": "job.failed", "error": {"type": "T", "message": "m"}}, "T", "", "m"),
        ({"event.name": "my.api_error", "status_code": 404, "error": "nope"}, "", "", "nope"),
        ({"event.name": "tool_result", **TOOL}, "tool_error", "", ""),
    ],
)
def test_another_record_fails_from_error_on_and_without_a_severity(
    fields: dict[str, Any], error_type: str, exception_type: str, message: str
) -> None:
    for severity in (NONE, ERROR, FATAL):
        failure = told(severity, **fields)
        assert failure is not None
        assert (failure.error_type, failure.exception_type, failure.message) == (error_type, exception_type, message)
    for severity in (DEBUG, INFO, WARN, ERROR - 1):
        assert told(severity, **fields) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"error.type": "timeout"},  # neither an event nor an exception
        {"event.name": "fetched", "error.type": "none"},
        {"event.name": "fetched", "error.type": "200"},
        {"event.name": "fetched", "error.message": None},
        {"event.name": "fetched", "status_code": 500, "success": False},
        {"event.name": "event src/main.rs:7", "error.message": "a line of Rust's tracing, not an event"},
        {"body": "an exception occurred: exception.type is E", "level": "error"},
        {"exception.type": "", "exception.message": None},
    ],
)
def test_what_names_no_error_is_no_failure(fields: dict[str, Any]) -> None:
    assert [told(severity, **fields) for severity in (NONE, ERROR, FATAL)] == [None] * 3


def test_a_clients_exception_counts_from_warn_on_and_a_cancelled_one_does_not() -> None:
    fields = {"exception.type": "Timeout"}
    counting = [told(severity, name="http.client.request.exception", **fields) for severity in (NONE, WARN, ERROR)]
    assert all(counting)
    assert told(DEBUG, name="http.client.request.exception", **fields) is None
    assert told(WARN, name="http.server.request.exception", **fields) is None


EVENT = {"error": "slow", "status_code": 503}


@pytest.mark.parametrize(
    ("name", "body", "attributes"),
    [
        ("qwen-code.api_error", "", EVENT),
        ("event src/x.rs:1", "text", {"event.name": "qwen-code.api_error", **EVENT}),
        ("", "qwen-code.api_error", EVENT),
        ("", {"event.name": "qwen-code.api_error", **EVENT}, {}),
        ("qwen-code.api_error", EVENT, {}),
        ("qwen-code.api_error", {"status_code": 503, "error": "other"}, {"error": "slow"}),
    ],
)
def test_the_name_and_the_fields_are_found_wherever_they_are(name: str, body: Any, attributes: dict[str, Any]) -> None:
    failure = log_failure(name, body, INFO, attributes)
    assert failure is not None
    assert (failure.message, failure.attributes["http.response.status_code"]) == ("slow", 503)


def test_what_a_known_event_names_its_own_way_gets_the_conventions_names() -> None:
    sent: dict[str, Any] = {
        "model": "m",
        "agent.name": "a",
        "conversation.id": "c",
        "function_name": "f",
        "success": False,
    }
    failure = told(name="codex.tool_result", **sent)
    assert failure is not None
    assert failure.attributes == {
        "event.name": "codex.tool_result",
        **sent,
        "gen_ai.request.model": "m",
        "gen_ai.agent.name": "a",
        "gen_ai.conversation.id": "c",
        "gen_ai.tool.name": "f",
        "gen_ai.operation.name": "execute_tool",
        "error.type": "tool_error",
    }


def test_a_conventional_name_that_was_sent_stays_as_it_was_sent() -> None:
    failure = told(name="codex.tool_result", **TOOL, gen_ai__tool__name="mine")
    assert failure is not None
    assert failure.attributes["gen_ai.tool.name"] == "mine"


def test_the_body_is_the_message_unless_it_may_be_a_part_of_a_conversation() -> None:
    for name, body, expected in [
        ("gemini_cli.chat.content_retry_failure", "All retries failed", "All retries failed"),
        ("gen_ai.client.operation.exception", "a conversation", ""),
        ("", "boom in the kitchen", "boom in the kitchen"),
    ]:
        failure = told(ERROR, name=name, body=body, exception__type="E")
        assert failure is not None
        assert failure.message == expected


def test_two_calls_that_fail_alike_in_one_millisecond_are_told_apart() -> None:
    failures = [told(name="claude_code.tool_result", **TOOL, tool_use_id=call) for call in ("t1", "t2", "t2")]
    assert len({failure.ordinal for failure in failures if failure}) == 2


@pytest.mark.parametrize(
    ("number", "text", "severity"),
    [
        *((0, "", 0), (9, "ERROR", 9), (0, "info", 9), (0, "Information", 9), (0, "WARNING", 13), (0, "error", 17)),
        *((0, "CRITICAL", 21), (0, "fatal", 21), (0, "debug2", 5), (0, "louder", 0), (0, "SEVERE", 17)),
    ],
)
def test_the_text_of_a_severity_stands_in_for_its_number(number: int, text: str, severity: int) -> None:
    assert severity_of(number, text) == severity


def test_every_sender_names_its_source_and_no_event_is_named_twice() -> None:
    assert all(family.source for family in FAMILIES)
    assert len(KNOWN) == sum(len((*family.always, *family.when_told, *family.never)) for family in FAMILIES)
    assert Counts.NEVER not in SHARED.values()
