"""Names of OpenTelemetry's attributes that decoding and extraction read, in order of precedence.

Source: semantic conventions 1.44 and the GenAI conventions; older names where instrumentations still write them.
"""

from failcat_catalog import attributes as own
from failcat_catalog.contract import ERROR_TYPE, EXCEPTION_EVENT, EXCEPTION_MESSAGE, EXCEPTION_TYPE, MODEL_KEYS
from failcat_catalog.finish_reasons import FINISH_REASONS

__all__ = ["ERROR_TYPE", "EXCEPTION_EVENT", "EXCEPTION_MESSAGE", "EXCEPTION_TYPE", "FINISH_REASONS", "MODEL_KEYS"]

ERROR_TYPE_OTHER = "_OTHER"  # the conventions' value for "no information"
EXCEPTION_STACKTRACE = "exception.stacktrace"
HTTP_STATUS = "http.response.status_code"
HTTP_STATUS_OLD = "http.status_code"
GRPC_STATUS = "rpc.grpc.status_code"  # a number
RPC_STATUSES = (
    *(GRPC_STATUS, "rpc.response.status_code", "rpc.status_code"),
    *("rpc.connect_rpc.error_code", "rpc.jsonrpc.error_code"),
)
SERVICE_NAME = "service.name"
SERVICE_VERSION = "service.version"

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
TENANT_KEYS = (own.TENANT_ID, "tenant.id")
STEP_KEYS = (own.STEP_INDEX,)

IDENTITY_KEYS = (*RUN_KEYS, *SKILL_KEYS, *AGENT_KEYS, *MODEL_KEYS, *TENANT_KEYS, *STEP_KEYS)
