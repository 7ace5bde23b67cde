"""Control flow among what spans and log records report. In-process signals are no failures; a cancellation that a
protocol reports is: somebody waited for the answer, or left without it."""

from __future__ import annotations

from failcat_catalog.contract import is_control_flow
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import Attributes

_CANCELLED = frozenset({"499", "CANCELLED", "canceled"})  # HTTP, gRPC, Connect
_STATUSES = (names.ERROR_TYPE, names.HTTP_STATUS, names.HTTP_STATUS_OLD, *names.RPC_STATUSES)


def steers(exception_type: str, error_type: str, message: str, attributes: Attributes) -> bool:
    """Whether a report is a signal of a program to itself."""
    if not is_control_flow(exception_type or error_type or _class_of_repr(message), message):
        return False
    return not any(_is_cancelled(key, attributes[key]) for key in _STATUSES if key in attributes)


def _class_of_repr(message: str) -> str:
    """The class of a status description that is Python's `repr` of an exception: `GraphInterrupt((Interrupt(…),))`."""
    name, bracket, _ = message.partition("(")
    return name if bracket and message.endswith(")") and name.replace(".", "").isidentifier() else ""


def _is_cancelled(key: str, value: object) -> bool:
    if key == names.GRPC_STATUS and value == 1:
        return True
    return isinstance(value, (str, int)) and str(value) in _CANCELLED
