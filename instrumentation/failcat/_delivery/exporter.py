"""OTLP/HTTP to the sidecar: the SDK's encoding over the standard library's client.

The SDK's own exporter would send the headers that OTEL_EXPORTER_OTLP_HEADERS holds for another backend, and log every
retry. Source of the rules: OTLP 1.11 (retryable statuses, Retry-After).
"""

from __future__ import annotations

import encodings.idna  # noqa: F401 - else the first request imports the codec, perhaps during a fork
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextvars import Token
from email.message import Message
from http.client import HTTPException, HTTPMessage
from typing import IO, NamedTuple, Self

from opentelemetry import context
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext

from failcat._ancestors import HealthySpan
from failcat._delivery.deadline import OPERATION_SECONDS, BoundedHttp, BoundedHttps
from failcat._delivery.outgoing import ancestor_span, outgoing
from failcat._delivery.settings import DeliverySettings
from failcat_catalog.text import printable

MAX_RETRY_AFTER_SECONDS = 30.0
TOO_LARGE = 413
RETRYABLE_STATUSES = frozenset({429, 502, 503, 504})
_ENCODED_SPANS = 256  # per call of the encoder, whose objects take more memory than the bytes and which holds the GIL
_MAX_REASON_CHARS = 200

_SUPPRESSING_KEYS = (context._SUPPRESS_INSTRUMENTATION_KEY, "suppress_instrumentation")
"""The keys that opentelemetry-instrumentation's `suppress_instrumentation` sets; importing it loads wrapt, 40 ms."""


class SendResult(NamedTuple):
    """The result of one request."""

    is_final: bool  # accepted, or refused permanently
    is_accepted: bool = False
    is_too_large: bool = False  # a smaller request may be accepted
    reason: str = ""
    retry_after_seconds: float = 0.0


ACCEPTED = SendResult(is_final=True, is_accepted=True)


class Exporter:
    """Sends requests from one thread, in which instrumentation is suppressed."""

    def __init__(self, settings: DeliverySettings) -> None:
        self._url = settings.url
        self._headers = {"Content-Type": "application/x-protobuf", "User-Agent": "failcat"}
        if settings.token:
            self._headers["Authorization"] = f"Bearer {settings.token}"
        proxies = urllib.request.ProxyHandler({}) if settings.is_loopback else urllib.request.ProxyHandler()
        self._opener = urllib.request.build_opener(proxies, _NoRedirects(), BoundedHttp(), BoundedHttps())
        self._token: Token[context.Context] | None = None

    def __enter__(self) -> Self:
        suppressed = context.get_current()
        for key in _SUPPRESSING_KEYS:
            suppressed = context.set_value(key, True, suppressed)
        self._token = context.attach(suppressed)
        return self

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            context.detach(self._token)

    def encode(
        self, spans: Sequence[tuple[ReadableSpan, Mapping[str, str]]], ancestors: Iterable[HealthySpan] = ()
    ) -> bytes:
        """One request body with sanitised copies of the spans, each with its extra attributes, and of the healthy spans
        around them, each once."""
        sent = {_id_of(span.context) for span, _ in spans}
        healthy = {key: each for each in ancestors if (key := _id_of(each.context)) not in sent}
        spans = [*spans, *((ancestor_span(each), {}) for each in healthy.values())]
        parts = (spans[start : start + _ENCODED_SPANS] for start in range(0, len(spans), _ENCODED_SPANS))
        return b"".join(_encode(part) for part in parts)  # concatenated protobuf messages are merged by the decoder

    def post(self, body: bytes) -> SendResult:
        """Sends one request, once. Never raises for errors of the network or the server."""
        request = urllib.request.Request(self._url, body, self._headers)  # noqa: S310 - settings allow http and https only
        try:
            self._opener.open(request, timeout=OPERATION_SECONDS).close()
            return ACCEPTED  # the status decides; reading the body could take forever
        except urllib.error.HTTPError as error:
            with error:
                return _refused(error.code, error.headers)
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)  # urllib wraps the connection's error
            is_final = isinstance(reason, ssl.SSLCertVerificationError)
            return SendResult(is_final=is_final, reason=_printable(str(reason)) or type(error).__name__)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, which would send the token to another server."""

    def redirect_request(  # noqa: PLR0917 - urllib's signature
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _encode(spans: Sequence[tuple[ReadableSpan, Mapping[str, str]]]) -> bytes:
    body: bytes = encode_spans([outgoing(span, extra) for span, extra in spans]).SerializeToString()
    return body


def _id_of(context: SpanContext | None) -> tuple[int, int] | None:
    return (context.trace_id, context.span_id) if context is not None else None


def _printable(reason: str) -> str:
    """Bounded, without control characters: an error may quote the server's bytes."""
    return printable(reason[:_MAX_REASON_CHARS])[:_MAX_REASON_CHARS]


def _refused(status: int, headers: Message) -> SendResult:
    if status not in RETRYABLE_STATUSES:
        hint = "; FAILCAT_TOKEN must be a token of the sidecar" if status in (401, 403) else ""
        return SendResult(is_final=True, is_too_large=status == TOO_LARGE, reason=f"HTTP {status}{hint}")
    retry_after = headers.get("Retry-After", "")
    seconds = float(retry_after) if retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 6 else 0.0
    reason = f"HTTP {status}"
    return SendResult(is_final=False, reason=reason, retry_after_seconds=min(seconds, MAX_RETRY_AFTER_SECONDS))
