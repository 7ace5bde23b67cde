"""Names of OpenTelemetry's attributes that decoding and extraction read, in order of precedence.

Source: semantic conventions 1.44 and the GenAI conventions; older names where instrumentations still write them.
"""

from failcat_catalog import attributes as own
from failcat_catalog.contract import ERROR_TYPE, EXCEPTION_EVENT, EXCEPTION_MESSAGE, EXCEPTION_TYPE, MODEL_KEYS
from failcat_catalog.finish_reasons import FINISH_REASONS
from failcat_catalog.identity_names import AGENT_KEYS, RUN_KEYS, SKILL_KEYS

__all__ = ["ERROR_TYPE", "EXCEPTION_EVENT", "EXCEPTION_MESSAGE", "EXCEPTION_TYPE", "FINISH_REASONS", "MODEL_KEYS"]
__all__ += ["AGENT_KEYS", "RUN_KEYS", "SKILL_KEYS"]

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

TENANT_KEYS = (own.TENANT_ID, "tenant.id")
STEP_KEYS = (own.STEP_INDEX,)

IDENTITY_KEYS = (*RUN_KEYS, *SKILL_KEYS, *AGENT_KEYS, *MODEL_KEYS, *TENANT_KEYS, *STEP_KEYS)
