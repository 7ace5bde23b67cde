"""The observation behind a stored row, as near as the row tells it.

A row keeps one name where an observation had up to three (`failure.code`, `error.type`, the exception's class); the
attributes keep the first two, and whatever is recalled must call itself what the row does.
"""

from __future__ import annotations

from collections.abc import Mapping

from failcat_catalog.attributes import FAILURE_CODE
from failcat_catalog.matcher.facts import NO_INFORMATION
from failcat_catalog.observe import observed_code
from failcat_catalog.types import UNKNOWN_ERROR, AttributeValue, Observation
from failcat_sidecar.collapse.sameness import is_class_name
from failcat_sidecar.otlp import names
from failcat_storage.stored import StoredFailure

_PROTOCOL_CODES = ("HTTP_", "GRPC_", "SQLSTATE_", "JSONRPC_")


def recalled(stored: StoredFailure) -> Observation:
    """What the catalog would be asked if the failure came again."""
    sent = _sent_error_type(stored)
    for error_type in (sent, "", _own_code(stored)):
        observation = Observation(
            error_code=_text(stored.attributes, FAILURE_CODE),
            error_type=error_type,
            exception_type=_exception_type(stored, sent),
            message=stored.message,
            attributes=stored.attributes,
        )
        if observed_code(observation) == stored.error_code:
            break
    return observation


def _sent_error_type(stored: StoredFailure) -> str:
    """`error.type`, else the finish reason that stood for it."""
    error_type = _text(stored.attributes, names.ERROR_TYPE)
    if error_type.lower() not in NO_INFORMATION:
        return error_type
    reasons = stored.attributes.get(names.FINISH_REASONS)
    is_reason = reasons == stored.error_type or (isinstance(reasons, list) and stored.error_type in reasons)
    return stored.error_type if is_reason else ""


def _exception_type(stored: StoredFailure, sent: str) -> str:
    """Without an exception the row's type is `error.type` again, which says no less."""
    return stored.error_type if stored.error_type != sent or is_class_name(sent) else ""


def _own_code(stored: StoredFailure) -> str:
    """The row's code, if it can only have been the `error.type` of another span of the same failure."""
    code = stored.error_code
    return "" if code == UNKNOWN_ERROR or code.startswith(_PROTOCOL_CODES) else code


def _text(attributes: Mapping[str, AttributeValue], key: str) -> str:
    value = attributes.get(key)
    return value if isinstance(value, str) else ""
