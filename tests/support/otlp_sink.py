"""A small OTLP/HTTP server that keeps what it gets, answers as it is told, and can be slow."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import Any, NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.local_http import LocalHttpServer

from failcat_catalog.contract import NO_EVENT, first_occurrences
from failcat_catalog.identity import failure_id, uuid_text


class Received(NamedTuple):
    """One span as it arrived."""

    name: str
    attributes: dict[str, Any]
    is_error: bool
    message: str
    exceptions: list[dict[str, Any]]
    trace_id: bytes
    span_id: bytes
    resource: dict[str, Any]
    own_id: str  # that follows from the span alone

    @property
    def failure_id(self) -> str:
        """The id that the failure is stored under: the reported one, else the span's own."""
        reported: str = self.attributes.get("failcat.failure_id", "")
        return reported or self.own_id


class OtlpSink(LocalHttpServer):
    """Use as a context manager."""

    def __init__(self) -> None:
        self.spans: list[Received] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.statuses: list[int] = []  # of the next requests; then 200
        self.response_headers: dict[str, str] = {}
        self.delay_seconds = 0.0
        self._lock = Lock()
        super().__init__(self._handler())

    @property
    def failures(self) -> list[Received]:
        other = {"failcat.recovery.mode", "failcat.loss.dropped"}
        return [span for span in self.spans if other.isdisjoint(span.attributes)]

    @property
    def losses(self) -> dict[str, int]:
        """How many failures were dropped, as told, by run."""
        told: dict[str, int] = {}
        for report in {span.attributes["failcat.loss.report_id"]: span for span in self._reports}.values():
            run_id = report.attributes["failcat.run_id"]
            told[run_id] = told.get(run_id, 0) + report.attributes["failcat.loss.dropped"]
        return told

    @property
    def _reports(self) -> list[Received]:
        return [span for span in self.spans if "failcat.loss.dropped" in span.attributes]

    @property
    def recoveries(self) -> list[dict[str, Any]]:
        """The attributes of recovery outcomes, without their prefix."""
        prefix = "failcat.recovery."
        found = [span.attributes for span in self.spans if f"{prefix}mode" in span.attributes]
        return [{key.removeprefix(prefix): value for key, value in each.items() if prefix in key} for each in found]

    def _take(self, body: bytes, headers: dict[str, str]) -> int:
        with self._lock:
            self.headers.append(headers)
            self.bodies.append(body)
            statuses = self.statuses  # a test may set another list meanwhile
            status = statuses.pop(0) if statuses else 200
            if status == 200:
                self.spans.extend(_spans(body))
        return status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(sink.delay_seconds)
                self.send_response(sink._take(body, dict(self.headers.items())))
                for name, value in {"Content-Length": "0", **sink.response_headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler


def _spans(body: bytes) -> list[Received]:
    request = ExportTraceServiceRequest.FromString(body)
    return [
        Received(
            span.name,
            _plain(span.attributes),
            span.status.code == 2,
            span.status.message,
            [_plain(event.attributes) for event in span.events if event.name == "exception"],
            span.trace_id,
            span.span_id,
            _plain(resource.resource.attributes),
            _own_id(span),
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _own_id(span: Span) -> str:
    """By the contract: of the last distinct exception, at its first event, or of the span's end."""
    exceptions = [(at, event) for at, event in enumerate(span.events) if event.name == "exception"]
    described = [_plain(event.attributes) for _, event in exceptions]
    first = first_occurrences((each["exception.type"], each["exception.message"]) for each in described)
    ordinal, at_ns = NO_EVENT, span.end_time_unix_nano
    if first:
        ordinal, at_ns = exceptions[first[-1]][0], exceptions[first[-1]][1].time_unix_nano
    return uuid_text(failure_id(at_ns, span.trace_id, span.span_id, ordinal))


def _plain(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value") for pair in pairs}
