"""Which spans and log records report the call of a tool, in the attributes of the instrumentations."""

from __future__ import annotations

from collections.abc import Mapping

from failcat_catalog.types import AttributeValue

_ANY: frozenset[str] = frozenset()

TOOL_MARKS: Mapping[str, frozenset[str]] = {
    "gen_ai.operation.name": frozenset({"execute_tool", "tool_call"}),  # semantic conventions; Gemini CLI
    "gen_ai.tool.name": _ANY,
    "gen_ai.tool.call.id": _ANY,
    "mcp.method.name": frozenset({"tools/call"}),
    "openinference.span.kind": frozenset({"TOOL"}),  # OpenInference
    "tool.name": _ANY,
    "traceloop.span.kind": frozenset({"tool"}),  # Traceloop
    "ai.operationId": frozenset({"ai.toolCall"}),  # Vercel AI SDK
    "ai.toolCall.name": _ANY,
    "spring.ai.kind": frozenset({"tool_call"}),  # Spring AI
    "tool_name": _ANY,  # Claude Code
    "function_name": _ANY,  # Gemini CLI
    "mlflow.spanType": frozenset({"TOOL", '"TOOL"'}),  # MLflow writes JSON
    "langfuse.observation.type": frozenset({"tool"}),
    "langsmith.span.kind": frozenset({"tool"}),
    "agentops.span.kind": frozenset({"tool"}),
    "genkit:metadata:subtype": frozenset({"tool", "tool.v2"}),
}
"""Attributes, and the values that mark a tool's call; any value where none is named."""


def is_tool_span(attributes: Mapping[str, AttributeValue]) -> bool:
    """Whether one of the marks is among the attributes."""
    return any(marks_tool(attributes[key], TOOL_MARKS[key]) for key in TOOL_MARKS.keys() & attributes.keys())


def marks_tool(value: AttributeValue, values: frozenset[str]) -> bool:
    """Whether the value of a mark is one of `values`."""
    return isinstance(value, str) and (value in values if values else bool(value))
