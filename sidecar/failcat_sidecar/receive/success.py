"""The body of a successful response: empty, or a partial success with the number of rejected items."""

from __future__ import annotations

import json

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from failcat_sidecar.export import AnySignal, Encoding, ExportOutcome, Signal, UnstoredSignal

MAX_MESSAGE_CHARACTERS = 1_024

_JSON_FIELD = {Signal.TRACES: "rejectedSpans", Signal.LOGS: "rejectedLogRecords"}
_EMPTY = {Encoding.PROTOBUF: b"", Encoding.JSON: b"{}"}


def success_body(signal: AnySignal, encoding: Encoding, outcome: ExportOutcome) -> bytes:
    """`Export<Signal>ServiceResponse`; with nothing rejected, a message is a warning."""
    if isinstance(signal, UnstoredSignal) or not (outcome.rejected or outcome.message):
        return _EMPTY[encoding]
    message = outcome.message[:MAX_MESSAGE_CHARACTERS].encode("utf-8", "replace").decode()
    if encoding is Encoding.JSON:
        # The JSON mapping of protobuf writes 64-bit integers as strings.
        partial = {_JSON_FIELD[signal]: str(outcome.rejected), "errorMessage": message}
        return json.dumps({"partialSuccess": partial}).encode()
    if signal is Signal.TRACES:
        traces = ExportTraceServiceResponse()
        traces.partial_success.rejected_spans = outcome.rejected
        traces.partial_success.error_message = message
        return traces.SerializeToString()
    logs = ExportLogsServiceResponse()
    logs.partial_success.rejected_log_records = outcome.rejected
    logs.partial_success.error_message = message
    return logs.SerializeToString()
