"""The receivers: OTLP over HTTP and gRPC, up to the `Export` that they pass to the pipeline. They do not decode
bodies."""

from failcat_sidecar.receive.auth import (
    Principal,
    Tokens,
    TokenScope,
    authorize,
    cannot_listen,
    require_loopback_or_tokens,
)
from failcat_sidecar.receive.budget import ByteBudget
from failcat_sidecar.receive.grpc import GrpcReceiver
from failcat_sidecar.receive.http import HttpReceiver
from failcat_sidecar.receive.limits import ReceiveLimits
from failcat_sidecar.rejections import ReceiveObserver, RejectionReason

__all__ = [
    "ByteBudget",
    "GrpcReceiver",
    "HttpReceiver",
    "Principal",
    "ReceiveLimits",
    "ReceiveObserver",
    "RejectionReason",
    "TokenScope",
    "Tokens",
    "authorize",
    "cannot_listen",
    "require_loopback_or_tokens",
]
