"""Tells attributes that hold contents of conversations: prompts, completions, arguments and results of tools.

They are private and large, so they are not stored unless asked for. Names that instrumentations use are listed; beyond
them the last part of a name decides.
"""

from __future__ import annotations

_PREFIXES = (
    *("gen_ai.prompt.", "gen_ai.completion.", "gen_ai.content."),  # OpenLLMetry, older conventions
    *("llm.input_messages.", "llm.output_messages.", "llm.prompts.", "llm.completions."),  # OpenInference
    *("mcp.request.argument", "mcp.request.params", "retrieval.documents", "embedding.embeddings"),
)
_NAMES = frozenset(
    {
        *("gen_ai.tool.definitions", "gen_ai.tool.description", "model_request_parameters", "logfire.json_schema"),
        *("pydantic_ai.all_messages", "all_messages_events", "final_result", "events", "request_data", "response_data"),
        *("tool_arguments", "tool_response", "input.value", "output.value", "gen_ai.tool.call.result"),
        *("traceloop.entity.input", "traceloop.entity.output", "http.request.body", "http.response.body"),
    }
)
_LAST_PARTS = frozenset(
    {
        *("messages", "all_messages", "input_messages", "output_messages", "system_instructions", "instructions"),
        *("prompt", "prompts", "completion", "completions", "arguments", "parameters", "content", "contents"),
        *("input", "output", "result", "transcript", "body", "documents"),
    }
)


def is_content(key: str) -> bool:
    """Whether the attribute of this name is a part of a conversation."""
    return key in _NAMES or key.startswith(_PREFIXES) or key.rpartition(".")[2] in _LAST_PARTS
