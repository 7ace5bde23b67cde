"""Log records as items of the model, the same for every encoding."""

from __future__ import annotations

from collections.abc import Callable

from failcat_catalog import attributes as own
from failcat_catalog.log_failures import log_failure, severity_of
from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.model import Attributes, LogItem, Resource


def log_item(
    *,
    trace_id: bytes,
    span_id: bytes,
    time_unix_nano: int,
    observed_unix_nano: int,
    severity_number: int,
    severity_text: str,
    event_name: str,
    body: AttributeValue,
    attributes: Attributes,
    origin: Callable[[], tuple[Resource, str]],
) -> LogItem | None:
    """None if the record reports nothing. `origin` reads its resource and the scope's name, and may raise."""
    failure = log_failure(event_name, body, severity_of(severity_number, severity_text), attributes)
    if failure is None and own.RECOVERY_FAILURE_ID not in attributes and own.LOSS_REPORT_ID not in attributes:
        return None
    resource, scope = origin()
    return LogItem(
        trace_id=trace_id,
        span_id=span_id,
        time_unix_nano=time_unix_nano or observed_unix_nano,
        observed_unix_nano=observed_unix_nano,
        event_name=event_name,
        attributes=failure.attributes if failure else attributes,
        failure=failure,
        resource=resource,
        scope=scope,
    )
