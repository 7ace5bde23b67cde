"""Failcat's own attributes, shared by agent and sidecar; OpenTelemetry's are in its semantic conventions."""

RUN_ID = "failcat.run_id"
STEP_INDEX = "failcat.step_index"
SKILL_ID = "failcat.skill_id"
TENANT_ID = "failcat.tenant_id"
AGENT_NAME = "failcat.agent"

FAILURE_CODE = "failure.code"
"""An explicit code, set by the application; takes precedence over inferred codes."""

REPORTED_ID = "failcat.failure_id"
"""On a failing span: the id (UUID text) that the agent already gave this exception. Spans with equal values are one
failure."""

MATCH_RESULT = "failcat.match"
"""On a failing span: a JSON object {code, rule, match_type, confidence} that the agent passed explicitly; it is stored
instead of the sidecar's verdict."""

# A recovery outcome: a span or a log record that carries all of the first three.
RECOVERY_FAILURE_ID = "failcat.recovery.failure_id"  # UUID text of the failure that was recovered from
RECOVERY_MODE = "failcat.recovery.mode"  # one of the ten recovery modes
RECOVERY_SUCCEEDED = "failcat.recovery.succeeded"  # boolean
RECOVERY_ATTEMPT = "failcat.recovery.attempt"  # integer from 1; 1 when absent
RECOVERY_ERROR_CODE = "failcat.recovery.error_code"  # the failure's catalog code, for the metric's label; optional

# A report of losses: a span or a log record that carries both. Its time tells the hour in which they were dropped; run,
# tenant and service are named as those of a failure are.
LOSS_REPORT_ID = "failcat.loss.report_id"  # UUID text; a report that is sent again with the same one counts once
LOSS_DROPPED = "failcat.loss.dropped"  # integer from 1: failing spans and recovery outcomes that will not come
