"""The shapes of OTLP JSON, for msgspec: unknown keys are ignored, null is absent, and a wrong type is an error.

Enums are integers, 64-bit numbers may be strings, bytes are base64. Spans and log records stay raw at first, so that an
invalid one does not affect others. Source: the OTLP specification's JSON mapping and proto3's.
"""

from __future__ import annotations

import msgspec

Integer64 = int | str | None


class ArrayValue(msgspec.Struct, gc=False):
    values: list[AnyValue] | None = None


class KeyValueList(msgspec.Struct, gc=False):
    values: list[KeyValue] | None = None


class AnyValue(msgspec.Struct, gc=False, rename="camel"):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: Integer64 = None
    double_value: msgspec.Raw = msgspec.Raw()  # a number of any size, or "NaN", "Infinity", "-Infinity"
    array_value: ArrayValue | None = None
    kvlist_value: KeyValueList | None = None
    bytes_value: bytes | None = None


class KeyValue(msgspec.Struct, gc=False):
    key: str | None = None
    value: AnyValue | None = None


class ResourceShape(msgspec.Struct, gc=False):
    attributes: list[KeyValue] | None = None


class ScopeShape(msgspec.Struct, gc=False):
    name: str | None = None


class StatusShape(msgspec.Struct, gc=False):
    code: int | None = None
    message: str | None = None


class EventShape(msgspec.Struct, gc=False, rename="camel"):
    name: str | None = None
    time_unix_nano: Integer64 = None
    attributes: list[KeyValue] | None = None


class Span(msgspec.Struct, gc=False, rename="camel"):
    trace_id: str | None = None
    span_id: str | None = None
    parent_span_id: str | None = None
    name: str | None = None
    kind: int | None = None
    start_time_unix_nano: Integer64 = None
    end_time_unix_nano: Integer64 = None
    attributes: list[KeyValue] | None = None
    events: list[EventShape] | None = None
    status: StatusShape | None = None


class LogRecord(msgspec.Struct, gc=False, rename="camel"):
    trace_id: str | None = None
    span_id: str | None = None
    time_unix_nano: Integer64 = None
    observed_time_unix_nano: Integer64 = None
    severity_number: int | str | None = None  # proto3's own JSON has the name of the enum's value
    severity_text: str | None = None
    event_name: str | None = None
    body: AnyValue | None = None
    attributes: list[KeyValue] | None = None


class LeanSpan(msgspec.Struct, gc=False, rename="camel"):
    """The fields that identify a suspect."""

    span_id: str | None = None
    status: StatusShape | None = None


class ScopeSpans(msgspec.Struct, gc=False):
    scope: ScopeShape | None = None
    spans: list[msgspec.Raw] | None = None


class ResourceSpans(msgspec.Struct, gc=False, rename="camel"):
    resource: ResourceShape | None = None
    scope_spans: list[ScopeSpans] | None = None


class TracesRequest(msgspec.Struct, gc=False, rename="camel"):
    resource_spans: list[ResourceSpans] | None = None


class ScopeLogs(msgspec.Struct, gc=False, rename="camel"):
    scope: ScopeShape | None = None
    log_records: list[msgspec.Raw] | None = None


class ResourceLogs(msgspec.Struct, gc=False, rename="camel"):
    resource: ResourceShape | None = None
    scope_logs: list[ScopeLogs] | None = None


class LogsRequest(msgspec.Struct, gc=False, rename="camel"):
    resource_logs: list[ResourceLogs] | None = None
