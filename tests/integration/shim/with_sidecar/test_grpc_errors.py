"""What the shim reads of exceptions that a real gRPC client raises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

import failcat

RETRY_INFO = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=2, nanos=500_000_000))
PACKED = any_pb2.Any()
PACKED.Pack(RETRY_INFO)
TRAILERS = {
    "retry info": ("google.rpc.retryinfo-bin", RETRY_INFO.SerializeToString()),
    "rich status": ("grpc-status-details-bin", status_pb2.Status(details=[PACKED]).SerializeToString()),
}


class Refusing(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc ships no types
    """Refuses each call with the trailer that its method names."""

    def service(self, details: Any) -> Any:
        def refuse(_: bytes, context: grpc.ServicerContext) -> bytes:
            context.set_trailing_metadata([TRAILERS[details.method.strip("/")]])
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "quota exceeded")
            return b""

        return grpc.unary_unary_rpc_method_handler(refuse)


@pytest.fixture
def channel() -> Iterator[grpc.Channel]:
    server = grpc.server(ThreadPoolExecutor(1), handlers=[Refusing()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as opened:
        yield opened
    server.stop(0)


@pytest.mark.parametrize("trailer", TRAILERS)
def test_status_and_retry_delay_are_read(trailer: str, channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(f"/{trailer}")(b"")
    assert failcat.retry_after_seconds(caught.value) == 2.5
    assert failcat.match(caught.value).matched
