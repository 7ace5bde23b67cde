"""One table from errors to responses, and responses as `google.rpc.Status` in the request's encoding.

Of the statuses listed here clients retry 503 and UNAVAILABLE only, so only retryable errors have these.
"""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf import json_format
from google.rpc import code_pb2, error_details_pb2, status_pb2

from failcat_sidecar.errors import (
    Forbidden,
    InvalidPayload,
    PayloadTooLarge,
    PermanentError,
    RetryableError,
    SpoolDiskFailed,
    SpoolFull,
    Unauthenticated,
    UnsupportedContent,
)
from failcat_sidecar.export import Encoding
from failcat_sidecar.receive.auth import Misdirected
from failcat_sidecar.rejections import RejectionReason

# Python's exporter gives up when the delay is longer than the rest of its ten seconds.
MAX_RETRY_AFTER_SECONDS = 5

# Trailing metadata carries the message twice, in a header list that clients limit to 8 KiB.
MAX_MESSAGE_CHARACTERS = 400

INTERNAL_MESSAGE = "Failcat failed to process this request; its log says why"


class NotServed(PermanentError):
    """Failcat serves POST /v1/traces and POST /v1/logs here."""


class MethodNotAllowed(PermanentError):
    """Only POST is allowed here."""


class IncompleteRequest(RetryableError):
    """The request did not arrive in full; send it again."""


class MalformedRequest(PermanentError):
    """This is not a valid HTTP request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to one class of errors, and the reason that it is counted under."""

    http_status: int
    grpc_code: int  # google.rpc.Code
    reason: RejectionReason


_ANSWERS: dict[type[BaseException], Answer] = {
    Unauthenticated: Answer(401, code_pb2.UNAUTHENTICATED, RejectionReason.UNAUTHENTICATED),
    Forbidden: Answer(403, code_pb2.PERMISSION_DENIED, RejectionReason.FORBIDDEN),
    Misdirected: Answer(421, code_pb2.PERMISSION_DENIED, RejectionReason.MISDIRECTED),
    NotServed: Answer(404, code_pb2.UNIMPLEMENTED, RejectionReason.NOT_SERVED),
    MethodNotAllowed: Answer(405, code_pb2.UNIMPLEMENTED, RejectionReason.NOT_SERVED),
    UnsupportedContent: Answer(415, code_pb2.INVALID_ARGUMENT, RejectionReason.UNSUPPORTED),
    MalformedRequest: Answer(400, code_pb2.INVALID_ARGUMENT, RejectionReason.MALFORMED),
    InvalidPayload: Answer(400, code_pb2.INVALID_ARGUMENT, RejectionReason.INVALID),
    PayloadTooLarge: Answer(413, code_pb2.RESOURCE_EXHAUSTED, RejectionReason.TOO_LARGE),
    PermanentError: Answer(400, code_pb2.INVALID_ARGUMENT, RejectionReason.REJECTED),
    IncompleteRequest: Answer(503, code_pb2.UNAVAILABLE, RejectionReason.INCOMPLETE),
    SpoolFull: Answer(503, code_pb2.UNAVAILABLE, RejectionReason.SPOOL_FULL),
    SpoolDiskFailed: Answer(503, code_pb2.UNAVAILABLE, RejectionReason.SPOOL_DISK_FAILED),
    RetryableError: Answer(503, code_pb2.UNAVAILABLE, RejectionReason.BUSY),
}


def answer_to(error: Exception) -> Answer | None:
    """The response to the error's nearest class; None for a bug of ours, which is answered with 500 and INTERNAL."""
    return next((_ANSWERS[kind] for kind in type(error).__mro__ if kind in _ANSWERS), None)


def status_of(error: Exception) -> status_pb2.Status:
    """The status that the client receives. It discloses nothing of a bug of ours."""
    answer = answer_to(error)
    if answer is None:
        return status_pb2.Status(code=code_pb2.INTERNAL, message=INTERNAL_MESSAGE)
    status = status_pb2.Status(code=answer.grpc_code, message=_sendable(str(error)))
    if isinstance(error, RetryableError):
        status.details.add().Pack(retry_info(error))
    elif answer.grpc_code == code_pb2.INVALID_ARGUMENT:
        violation = error_details_pb2.BadRequest.FieldViolation(description=status.message)
        status.details.add().Pack(error_details_pb2.BadRequest(field_violations=[violation]))
    return status


def retry_after_seconds(error: RetryableError) -> int:
    """1 to MAX_RETRY_AFTER_SECONDS."""
    return min(max(error.retry_after_seconds, 1), MAX_RETRY_AFTER_SECONDS)


def retry_info(error: RetryableError) -> error_details_pb2.RetryInfo:
    info = error_details_pb2.RetryInfo()
    info.retry_delay.seconds = retry_after_seconds(error)
    return info


def encode_status(status: status_pb2.Status, encoding: Encoding) -> bytes:
    if encoding is Encoding.JSON:
        return json_format.MessageToJson(status, indent=None).encode()
    return bytes(status.SerializeToString())


def _sendable(message: str) -> str:
    """Truncated, and valid UTF-8: a message may quote the client's text."""
    return message[:MAX_MESSAGE_CHARACTERS].encode("utf-8", "replace").decode()
