"""Recovery outcomes: a span or log record that names a failure, a recovery mode and whether it worked."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from failcat_catalog import attributes as own
from failcat_catalog.identity import has_context
from failcat_catalog.types import AttributeValue
from failcat_catalog.vocabulary import RecoveryMode
from failcat_core.records import RecoveryRecord
from failcat_sidecar.extract.attribution import name_of
from failcat_sidecar.extract.times import ended_unix_nano, occurred_us
from failcat_sidecar.otlp.model import Attributes, Item

MAX_ATTEMPT = (1 << 31) - 1  # the column is an integer
MAX_DROPPED = (1 << 31) - 1  # of one report: the sum of many is a bigint


class Invalid(StrEnum):
    """Which part of an outcome is missing or cannot be used, or that it is a report of losses; a closed set, fit for a
    metric's label."""

    FAILURE_ID = "failure_id"
    MODE = "mode"
    SUCCEEDED = "succeeded"
    ATTEMPT = "attempt"
    LOSS = "loss"

    @property
    def rule(self) -> str:
        """The error for the sender; quotes nothing of the request."""
        return _RULES[self]


_RULES = {
    Invalid.FAILURE_ID: f"{own.RECOVERY_FAILURE_ID} must be the UUID of a failure",
    Invalid.MODE: f"{own.RECOVERY_MODE} must be one of {', '.join(RecoveryMode)}",
    Invalid.SUCCEEDED: f"{own.RECOVERY_SUCCEEDED} must be a boolean",
    Invalid.ATTEMPT: f"{own.RECOVERY_ATTEMPT} must be an integer from 1 to {MAX_ATTEMPT}",
    Invalid.LOSS: f"{own.LOSS_REPORT_ID} must be a UUID, {own.LOSS_DROPPED} an integer from 1 to {MAX_DROPPED}",
}


def uuid_of(value: AttributeValue) -> bytes | None:
    """The 16 bytes of a UUID's text; None if it is not one."""
    try:
        return UUID(value).bytes if isinstance(value, str) and len(value) <= 64 else None
    except ValueError:
        return None


def recovery_of(
    item: Item, tenant_id: str | None, token_tenant: str | None, now_unix_nano: int
) -> RecoveryRecord | Invalid:
    """The outcome, or what is wrong with it. `tenant_id` is that of the failure's attribution."""
    parts = _parts(item.attributes)
    if isinstance(parts, Invalid):
        return parts
    failure, mode, succeeded, attempt = parts
    located = has_context(item.trace_id, item.span_id)
    return RecoveryRecord(
        failure_id=failure,
        attempt=attempt,
        mode=mode,
        succeeded=succeeded,
        occurred_at_us=occurred_us(item, ended_unix_nano(item), now_unix_nano),
        error_code=name_of(item.attributes.get(own.RECOVERY_ERROR_CODE)) or None,
        tenant_id=tenant_id,
        token_tenant=token_tenant,
        trace_id=item.trace_id if located else None,
        span_id=item.span_id if located else None,
    )


def _parts(attributes: Attributes) -> tuple[bytes, str, bool, int] | Invalid:
    """Failure, mode, outcome and attempt, if all four are valid."""
    failure = uuid_of(attributes.get(own.RECOVERY_FAILURE_ID))
    mode = attributes.get(own.RECOVERY_MODE)
    succeeded = attributes.get(own.RECOVERY_SUCCEEDED)
    attempt = attributes.get(own.RECOVERY_ATTEMPT, 1)
    if failure is None:
        return Invalid.FAILURE_ID
    if not isinstance(mode, str) or mode not in RecoveryMode.__members__:
        return Invalid.MODE
    if not isinstance(succeeded, bool):
        return Invalid.SUCCEEDED
    if not isinstance(attempt, int) or not 1 <= attempt <= MAX_ATTEMPT:
        return Invalid.ATTEMPT
    return failure, mode, succeeded, int(attempt)
