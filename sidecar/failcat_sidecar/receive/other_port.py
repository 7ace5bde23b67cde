"""What a client of the wrong port is told: OTLP/gRPC at the port for HTTP, and the other way round."""

from __future__ import annotations

import asyncio

GRPC_IS_OFF = (
    "OTLP over gRPC is switched off here (FAILCAT_OTLP_GRPC=off): send OTLP over HTTP to this port, "
    "with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
)
TLS_IS_NOT_SPOKEN = "a client speaks TLS, which is not served here: its endpoint must begin with http://"

TLS_HANDSHAKE = b"\x16\x03"  # RFC 8446 §5.1
_HTTP_METHODS = (b"POST ", b"GET ", b"PUT ", b"HEAD ", b"OPTIONS ")

_SETTINGS, _GOAWAY = 0x4, 0x7  # RFC 9113 §6
_HTTP_1_1_REQUIRED = 0xD


def goaway(text: str) -> bytes:
    """Ends an HTTP/2 connection; gRPC clients show the text."""
    payload = bytes(4) + _HTTP_1_1_REQUIRED.to_bytes(4, "big") + text.encode()
    return _frame(_SETTINGS, b"") + _frame(_GOAWAY, payload)


def is_http(start: bytes) -> bool:
    """Whether these are the first bytes of an HTTP/1 request."""
    return start.startswith(_HTTP_METHODS)


def http_refusal(text: str) -> bytes:
    """An HTTP/1 response that closes the connection."""
    body = text.encode() + b"\n"
    return (
        b"HTTP/1.1 421 Misdirected Request\r\nContent-Type: text/plain; charset=utf-8\r\nServer: failcat\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )


def _frame(kind: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, 0]) + bytes(4) + payload


def not_grpc(http_port: int) -> str:
    """For a client that speaks HTTP/1 to the port for gRPC; 0 when there is none for HTTP."""
    other = f"at port {http_port}" if http_port else "nowhere (FAILCAT_OTLP_HTTP=off)"
    return (
        f"this port serves OTLP over gRPC; OTLP over HTTP is served {other}: change the endpoint, "
        "or set OTEL_EXPORTER_OTLP_PROTOCOL=grpc"
    )


def peer_of(client: asyncio.BaseTransport | None) -> str:
    """The client's host; empty when it is gone."""
    name = client.get_extra_info("peername") if client else None
    return str(name[0]) if name else ""
