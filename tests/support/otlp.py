"""Small OTLP requests for tests: spans and log records from keyword arguments, as protobuf or JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from failcat_sidecar.export import Encoding, Export, Signal, Transport
from failcat_sidecar.extract import Candidate, Extractor, Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.otlp import Decoded, Item, decode

START_NS = 1_795_000_000_000_000_000
MS = 1_000_000
CLIENT, SERVER, INTERNAL = Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_SERVER, Span.SPAN_KIND_INTERNAL
UNSET, OK, ERROR = Status.STATUS_CODE_UNSET, Status.STATUS_CODE_OK, Status.STATUS_CODE_ERROR


def trace_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def span_id(number: int) -> bytes:
    return number.to_bytes(8, "big") if number else b""


def any_value(value: Any) -> AnyValue:
    fields = {bool: "bool_value", int: "int_value", float: "double_value", bytes: "bytes_value", str: "string_value"}
    if value is None or type(value) in fields:
        return AnyValue(**{} if value is None else {fields[type(value)]: value})
    made = AnyValue()
    if isinstance(value, Mapping):
        made.kvlist_value.SetInParent()
        made.kvlist_value.values.extend(pairs(value))
    else:
        made.array_value.SetInParent()
        made.array_value.values.extend(map(any_value, value))
    return made


def pairs(attributes: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=any_value(value)) for key, value in attributes.items()]


def exception(exception_type: str, message: str, at_ms: float = 10, stacktrace: str = "") -> Span.Event:
    named = {"exception.type": exception_type, "exception.message": message}
    if stacktrace:
        named["exception.stacktrace"] = stacktrace
    return Span.Event(name="exception", time_unix_nano=START_NS + int(at_ms * MS), attributes=pairs(named))


def span(
    number: int = 1,
    *,
    trace: int = 1,
    parent: int = 0,
    name: str = "chat gpt-5",
    kind: Span.SpanKind.ValueType = INTERNAL,
    end_ms: float = 10,
    attributes: Mapping[str, Any] | None = None,
    events: Sequence[Span.Event] = (),
    status: Status.StatusCode.ValueType = ERROR,
    message: str = "",
) -> Span:
    """A span that ends `end_ms` after START_NS; failing unless told otherwise."""
    return Span(
        trace_id=trace_id(trace),
        span_id=span_id(number),
        parent_span_id=span_id(parent),
        name=name,
        kind=kind,
        start_time_unix_nano=START_NS,
        end_time_unix_nano=START_NS + int(end_ms * MS),
        attributes=pairs(attributes or {}),
        events=events,
        status=Status(code=status, message=message),
    )


def log(
    number: int = 1,
    *,
    trace: int = 1,
    at_ms: float = 10,
    event_name: str = "",
    body: Any = "",
    severity: int = 17,
    severity_text: str = "",
    attributes: Mapping[str, Any] | None = None,
) -> LogRecord:
    return LogRecord(
        trace_id=trace_id(trace),
        span_id=span_id(number),
        time_unix_nano=START_NS + int(at_ms * MS),
        event_name=event_name,
        body=any_value(body),
        severity_number=severity,  # type: ignore[arg-type]  # a number is what is on the wire
        severity_text=severity_text,
        attributes=pairs(attributes or {}),
    )


def traces(*spans: Span, resource: Mapping[str, Any] | None = None, scope: str = "test") -> bytes:
    request = ExportTraceServiceRequest()
    outer = request.resource_spans.add()
    outer.resource.attributes.extend(pairs(resource or {"service.name": "tests"}))
    inner = outer.scope_spans.add()
    inner.scope.name = scope
    inner.spans.extend(spans)
    return request.SerializeToString()


def logs(*records: LogRecord, resource: Mapping[str, Any] | None = None) -> bytes:
    request = ExportLogsServiceRequest()
    outer = request.resource_logs.add()
    outer.resource.attributes.extend(pairs(resource or {"service.name": "tests"}))
    outer.scope_logs.add().log_records.extend(records)
    return request.SerializeToString()


def as_json(body: bytes, signal: Signal = Signal.TRACES) -> bytes:
    """The request as OTLP JSON: proto3's JSON, but with hexadecimal ids."""
    message = ExportTraceServiceRequest if signal is Signal.TRACES else ExportLogsServiceRequest
    document = MessageToDict(message.FromString(body), use_integers_for_enums=True)
    _hexadecimal_ids(document)
    return json.dumps(document).encode()


def _hexadecimal_ids(value: Any) -> None:
    if isinstance(value, list):
        for inner in value:
            _hexadecimal_ids(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in ("traceId", "spanId", "parentSpanId"):
                value[key] = base64.b64decode(inner).hex()
            else:
                _hexadecimal_ids(inner)


def decoded(
    body: bytes, signal: Signal = Signal.TRACES, encoding: Encoding = Encoding.PROTOBUF, tenant: str | None = None
) -> Decoded:
    return decode(Export(signal, encoding, Transport.HTTP, body, tenant))


def candidates(
    *spans: Span,
    tenant: str | None = None,
    keep_contents: bool = False,
    invalid: InvalidRecoveries | None = None,
    **how: Any,
) -> list[Candidate]:
    """What extraction makes of spans, through the wire format."""
    extractor = Extractor(keep_contents=keep_contents)
    suspects = decoded(traces(*spans, **how)).suspects
    return extractor.extract(suspects, tenant, invalid or InvalidRecoveries(), START_NS)


def extracted(suspects: Iterable[Item]) -> list[Candidate]:
    """What extraction makes of them now, for no tenant."""
    return Extractor().extract(suspects, None, InvalidRecoveries())


def failures(*spans: Span, **how: Any) -> list[Failure]:
    return [candidate for candidate in candidates(*spans, **how) if isinstance(candidate, Failure)]


def log_candidates(*records: LogRecord, **how: Any) -> list[Candidate]:
    suspects = decoded(logs(*records, **how), Signal.LOGS).suspects
    return Extractor().extract(suspects, None, InvalidRecoveries(), START_NS)


def log_failures(*records: LogRecord, **how: Any) -> list[Failure]:
    return [candidate for candidate in log_candidates(*records, **how) if isinstance(candidate, Failure)]
