"""The attributes in which instrumentations name run, skill and agent. A part of the contract of agent and sidecar: the
sidecar reads them, of healthy parents too, and the shim sends those of a failing span's parents along.
"""

from __future__ import annotations

from failcat_catalog import attributes as own
from failcat_catalog.contract import MODEL_KEYS

# The first that is present wins. A copy of baggage has the name of the original.
RUN_KEYS = (
    *(own.RUN_ID, "gen_ai.conversation.id", "session.id"),
    "conversation.id",  # Codex
    "langfuse.session.id",
    "spring.ai.chat.client.conversation.id",
    "gcp.vertex.agent.session_id",  # Google ADK
    "mlflow.trace.session",
    "genkit:sessionId",
    "langsmith.metadata.thread_id",
    "gen_ai.thread.id",  # Azure AI Agents
    "ai.telemetry.metadata.sessionId",  # Vercel AI SDK
    *(f"traceloop.association.properties.{name}" for name in ("session_id", "conversation_id", "thread_id")),
)
SKILL_KEYS = (
    *(own.SKILL_ID, "gen_ai.skill.name", "gen_ai.tool.name"),
    "tool.name",  # OpenInference
    "ai.toolCall.name",  # Vercel AI SDK
    "spring.ai.tool.definition.name",
    "mcp.tool.name",
    "haystack.component.name",
    "tool_name",  # Claude Code
    "function_name",  # Gemini CLI
)
AGENT_KEYS = (
    *(own.AGENT_NAME, "gen_ai.agent.name"),
    "agent.name",  # OpenInference
    "agent_name",  # Pydantic AI before version 1
    "agno.agent",
    "crewai.agent.role",
    *("gen_ai.agent.id", "gen_ai.workflow.name"),
    "ai.telemetry.functionId",  # Vercel AI SDK
    "traceloop.workflow.name",
)

_KIND_KEYS = (
    *("openinference.span.kind", "traceloop.span.kind"),
    *("graph.node.name", "graph.node.id", "traceloop.entity.name"),
)
"""What names the agent or the tool only together with the span's kind."""

FOREIGN_KEYS = frozenset((*RUN_KEYS, *SKILL_KEYS, *AGENT_KEYS, *MODEL_KEYS, *_KIND_KEYS)) - frozenset(
    (own.RUN_ID, own.SKILL_ID, own.AGENT_NAME)
)
"""All of them but Failcat's own, which are on every span of a run."""
