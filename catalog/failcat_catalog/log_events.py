"""The events that agents and instrumentations are known to log: which of them report a failure, and under which names
their fields have what OpenTelemetry's conventions define.

Coding agents log an event for each request and tool call, mostly without a severity or at INFO, so the event's name and
its own fields decide. Every family of events names the source of what is known of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple

from failcat_catalog.contract import ERROR_TYPE, EXCEPTION_MESSAGE
from failcat_catalog.finish_reasons import FINISH_REASONS
from failcat_catalog.types import AttributeValue

SEVERITY_WARN = 13
SEVERITY_ERROR = 17
"""Of OpenTelemetry's data model of logs: the least number of the level."""

HTTP_STATUS = "http.response.status_code"
TOOL_NAME = "gen_ai.tool.name"
OPERATION = "gen_ai.operation.name"
TERMINATE_REASON = "terminate_reason"


class Counts(Enum):
    """When an event is a failure."""

    ALWAYS = auto()  # its name says that an operation failed
    WHEN_TOLD = auto()  # when a field tells of an error
    NEVER = auto()  # a retry, a fallback, a person's decision, or a failure that another event of the sender reports


class EventFamily(NamedTuple):
    """One sender's events, without the common prefix of their names."""

    prefix: str
    source: str
    always: tuple[str, ...] = ()
    when_told: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    lowest_severity: int = 0  # a record of a lower one reports what was handled or cancelled


FAMILIES = (
    EventFamily(
        "claude_code.",
        "code.claude.com/docs/en/monitoring-usage; recorded with 2.1.197",
        always=("api_error", "api_refusal", "internal_error"),
        when_told=("tool_result", "auth", "compaction", "mcp_server_connection"),
        never=("api_retries_exhausted", "tool_decision", "at_mention"),  # the first comes with the last api_error
    ),
    EventFamily(
        "gemini_cli.",
        "google-gemini/gemini-cli docs/cli/telemetry.md, packages/core/src/telemetry/types.ts",
        always=("api_error", "chat.content_retry_failure"),
        when_told=("tool_call", "agent.finish", "hook_call"),
        never=(
            *("chat.content_retry", "chat.invalid_chunk", "network_retry_attempt", "malformed_json_response"),
            *("flash_fallback", "ripgrep_fallback", "web_fetch_fallback_attempt", "model_routing"),
            *("agent.recovery_attempt", "edit_correction", "next_speaker_check"),
            "api_response",  # its twin gen_ai.client.inference.operation.details has the finish reasons
        ),
    ),
    EventFamily(
        "qwen-code.",
        "QwenLM/qwen-code packages/core/src/telemetry/constants.ts and loggers.ts",
        always=("api_error", "chat.content_retry_failure"),
        when_told=("tool_call", "subagent_execution"),
        never=(
            *("api_retry", "api_cancel", "chat.content_retry", "chat.invalid_chunk", "malformed_json_response"),
            *("flash_fallback", "ripgrep_fallback", "ripgrep_runtime_recovery", "repeated_tool_failure_guard"),
            "next_speaker_check",
        ),
    ),
    EventFamily(
        "codex.",
        "openai/codex codex-rs/otel/src/events/session_telemetry.rs; recorded with 0.171",
        when_told=(
            "api_request",
            "sse_event",
            "websocket_connect",
            "websocket_request",
            "websocket_event",
            "tool_result",
        ),
        never=("tool_decision", "auth_recovery"),
    ),
    EventFamily(
        "opencode.",
        "plugins for opencode that export OTLP, such as DEVtheOPS/opencode-plugin-otel",
        always=("api_error",),
        when_told=("tool_result",),
        never=("tool_decision", "assistant_response"),  # a failing response is an api_error, too
    ),
    EventFamily(
        "copilot_chat.",
        "microsoft/vscode-copilot-chat src/platform/otel/common/genAiEvents.ts",
        when_told=("tool.call",),
    ),
    EventFamily(
        "cursor.",
        "cursor.com/docs/enterprise/opentelemetry-export/wire",
        always=("api.error",),
        never=("api.correction",),
    ),
    EventFamily(
        "task.",
        "cline/cline src/services/telemetry/TelemetryService.ts",
        always=("provider_api_error", "diff_edit_failed", "browser_error"),
        when_told=("mcp_tool_called", "subagent_completed"),
        never=("tool_used", "mention_failed"),  # a tool that the user did not allow has success=false
    ),
    EventFamily(
        "gen_ai.",
        "open-telemetry/semantic-conventions-genai docs/gen-ai/gen-ai-events.md, gen-ai-exceptions.md; 1.36 for choice",
        always=("client.operation.exception",),
        when_told=("client.inference.operation.details", "choice", "content.completion", "evaluation.result"),
    ),
    EventFamily(
        "",
        "open-telemetry/semantic-conventions docs: exceptions of client calls have severity WARN, cancelled ones DEBUG",
        always=(
            *("http.client.request.exception", "rpc.client.call.exception", "db.client.operation.exception"),
            *("messaging.create.exception", "messaging.send.exception", "messaging.receive.exception"),
            "messaging.settle.exception",
        ),
        lowest_severity=SEVERITY_WARN,
    ),
)

SHARED = MappingProxyType(
    {
        "api_error": Counts.ALWAYS,
        "api_request": Counts.WHEN_TOLD,
        "tool_result": Counts.WHEN_TOLD,
        "tool_call": Counts.WHEN_TOLD,
        "tool.call": Counts.WHEN_TOLD,
    }
)
"""Ends of names that several of these agents have and others copy. With another prefix, or none, such an event counts
from ERROR on, or without a severity."""


class Known(NamedTuple):
    """What is known of an event."""

    counts: Counts
    lowest_severity: int


def _known() -> Iterator[tuple[str, Known]]:
    for family in FAMILIES:
        for counts, names in (
            (Counts.ALWAYS, family.always),
            (Counts.WHEN_TOLD, family.when_told),
            (Counts.NEVER, family.never),
        ):
            for name in names:
                yield family.prefix + name, Known(counts, family.lowest_severity)


KNOWN: Mapping[str, Known] = MappingProxyType(dict(_known()))
"""By the event's full name."""

IMPLIED: Mapping[str, Mapping[str, AttributeValue]] = MappingProxyType(
    {"claude_code.api_refusal": {FINISH_REASONS: ["refusal"]}}
)
"""Attributes that the name of an event stands for."""

_FAILED = frozenset({"error", "failed", "failure", "timeout", "timed_out"})
FAILING_VALUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "success": frozenset({"false"}),
        "status": _FAILED,
        "outcome": _FAILED,
        "opencode.tool.status": _FAILED,
        TERMINATE_REASON: _FAILED | {"max_turns", "error_no_complete_task_call"},
        "event.kind": frozenset({"response.failed"}),
    }
)
"""Values, in lower case, by which an event says that its operation failed."""

EXCUSING_VALUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "decision": frozenset({"reject", "rejected", "deny", "denied", "decline", "declined", "abort"}),
        "status": frozenset({"cancelled", "canceled", "aborted", "interrupted"}),
        "success": frozenset({"true"}),
        "server_fallback_hop": frozenset({"true"}),  # Claude Code: another model answered
        "error.type": frozenset({"retry"}),  # opencode: it tries again
    }
)
"""Values, in lower case, by which it says that it did not: a person decided so, or it goes on."""

TYPE_KEYS = (ERROR_TYPE, "error_type", "errorType", "final_error_type", "error_name", "error_code", "error_category")
MESSAGE_KEYS = (EXCEPTION_MESSAGE, "error.message", "error_message", "errorMessage", "error")
OUTPUT_OF_FAILED_TOOL = "output"
"""Codex: the error text, where the event has no other."""
STACKTRACE_KEYS = ("exception.stacktrace", "error.stack_trace", "error.stack")

CONVENTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        HTTP_STATUS: ("http.status_code", "status_code", "errorStatus", "error_status"),
        TOOL_NAME: ("tool_name", "function_name", "toolName", "tool"),
        "gen_ai.skill.name": ("skill.name",),
        "gen_ai.agent.name": ("agent.name", "agent_name", "subagent_name"),
        "gen_ai.conversation.id": ("conversation.id", "conversation_id", "cursor.conversation.id", "ulid"),
        "gen_ai.request.model": ("model", "modelId", "model_name", "cursor.model.name"),
    }
)
"""The conventions' attributes, and the names under which known events have them."""

CALL_KEYS = ("tool_use_id", "call_id", "gen_ai.tool.call.id", "request_id", "cursor.event.id", "event.sequence")
"""What tells events of one millisecond and text apart."""
