"""The receivers: OTLP over HTTP and gRPC, up to the seam in `export.py`. They know nothing of what a body holds."""

from failcat_sidecar.receive.auth import Principal, Scope, Tokens, authorize, cannot_listen, require_loopback_or_tokens
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
    "Scope",
    "Tokens",
    "authorize",
    "cannot_listen",
    "require_loopback_or_tokens",
]
