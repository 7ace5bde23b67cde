"""Recovery outcomes: a span or log record that names a failure, a recovery mode and whether it worked."""

from __future__ import annotations

from uuid import UUID

from failcat_catalog import attributes as own
from failcat_catalog.identity import has_context
from failcat_catalog.types import AttributeValue
from failcat_catalog.vocabulary import RecoveryMode
from failcat_sidecar.extract.times import clamped_us
from failcat_sidecar.extract.whereabouts import name_of
from failcat_sidecar.otlp.model import Item, SpanItem
from failcat_storage.records import RecoveryRecord

MAX_ATTEMPT = (1 << 31) - 1  # the column is an integer


def uuid_of(value: AttributeValue) -> bytes | None:
    """The 16 bytes of a UUID's text; None if it is not one."""
    try:
        return UUID(value).bytes if isinstance(value, str) and len(value) <= 64 else None
    except ValueError:
        return None


def recovery_of(item: Item, tenant_id: str | None, now_unix_nano: int) -> RecoveryRecord | None:
    """None unless failure, mode and outcome are all there and valid. `tenant_id` is the failure's whereabouts'."""
    attributes = item.attributes
    failure = uuid_of(attributes.get(own.RECOVERY_FAILURE_ID))
    mode = attributes.get(own.RECOVERY_MODE)
    succeeded = attributes.get(own.RECOVERY_SUCCEEDED)
    attempt = attributes.get(own.RECOVERY_ATTEMPT, 1)
    if failure is None or not isinstance(succeeded, bool):
        return None
    if not isinstance(mode, str) or mode not in RecoveryMode.__members__:
        return None
    if not isinstance(attempt, int) or not 1 <= attempt <= MAX_ATTEMPT:
        return None
    located = has_context(item.trace_id, item.span_id)
    time_unix_nano = item.end_unix_nano if isinstance(item, SpanItem) else item.time_unix_nano
    return RecoveryRecord(
        failure_id=failure,
        attempt=int(attempt),
        mode=mode,
        succeeded=succeeded,
        occurred_at_us=clamped_us(time_unix_nano, now_unix_nano),
        error_code=name_of(attributes.get(own.RECOVERY_ERROR_CODE)) or None,
        tenant_id=tenant_id,
        trace_id=item.trace_id if located else None,
        span_id=item.span_id if located else None,
    )
