"""Requests with content of which nothing is recognised, and the text by which the sender finds out why.

OTLP tells receivers to ignore what they do not know, so such a request would be answered like an empty one. Only
requests without items, and those whose first item does not begin like one, are looked into.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import StrEnum
from itertools import islice
from typing import Any

import msgspec

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import Signal
from failcat_sidecar.otlp import json_types as shapes
from failcat_sidecar.otlp import wire

MAX_ITEMS = 64
"""That are looked at: a request holds items of one kind."""

MAX_FIELDS = 1_024
"""Of a protobuf request without items."""


class Unrecognised(StrEnum):
    """What came instead; a closed set, fit for a metric's label."""

    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"
    SNAKE_CASE = "snake_case"
    OLD_NAMES = "old_names"
    NO_OTLP = "no_otlp"

    def text(self, signal: Signal) -> str:
        """For the sender of a request of this signal; quotes nothing of the request."""
        return f"nothing in this request was recognised, and nothing is stored: {_TEXTS[self].format(**_NAMES[signal])}"


_NAMES = {
    Signal.TRACES: {"path": "/v1/traces", "frame": "resourceSpans, scopeSpans, spans"},
    Signal.LOGS: {"path": "/v1/logs", "frame": "resourceLogs, scopeLogs, logRecords"},
}
_TEXTS = {
    Unrecognised.TRACES: "these are spans, and {path} takes none; send them to /v1/traces",
    Unrecognised.LOGS: "these are log records, and {path} takes none; send them to /v1/logs",
    Unrecognised.METRICS: "these are metrics, which are not stored; send traces and logs only",
    Unrecognised.SNAKE_CASE: "its keys are in snake_case; OTLP JSON writes lowerCamelCase: {frame}",
    Unrecognised.OLD_NAMES: "it has instrumentationLibrary…, which OTLP 0.19 replaced by scope…; update the exporter",
    Unrecognised.NO_OTLP: "an OTLP request to {path} has {frame}, one in the other",
}


# JSON.


class _StrictScopeSpans(shapes.ScopeSpans, gc=False, rename="camel", forbid_unknown_fields=True):
    schema_url: msgspec.Raw = msgspec.Raw()


class _StrictResourceSpans(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    resource: msgspec.Raw = msgspec.Raw()
    scope_spans: list[_StrictScopeSpans] | None = None
    schema_url: msgspec.Raw = msgspec.Raw()


class _StrictTraces(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    resource_spans: list[_StrictResourceSpans] | None = None


class _StrictScopeLogs(shapes.ScopeLogs, gc=False, rename="camel", forbid_unknown_fields=True):
    schema_url: msgspec.Raw = msgspec.Raw()


class _StrictResourceLogs(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    resource: msgspec.Raw = msgspec.Raw()
    scope_logs: list[_StrictScopeLogs] | None = None
    schema_url: msgspec.Raw = msgspec.Raw()


class _StrictLogs(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    resource_logs: list[_StrictResourceLogs] | None = None


_STRICT: dict[Signal, msgspec.json.Decoder[Any]] = {
    Signal.TRACES: msgspec.json.Decoder(_StrictTraces),
    Signal.LOGS: msgspec.json.Decoder(_StrictLogs),
}
_CLUES = (
    (Unrecognised.SNAKE_CASE, (b'"resource_spans"', b'"resource_logs"', b'"scope_spans"', b'"scope_logs"')),
    (Unrecognised.SNAKE_CASE, (b'"log_records"', b'"resource_metrics"')),
    (Unrecognised.OLD_NAMES, (b'"instrumentationLibrarySpans"', b'"instrumentationLibraryLogs"')),
    (Unrecognised.METRICS, (b'"resourceMetrics"',)),
)
_OTHERS = {
    Signal.TRACES: (Unrecognised.LOGS, (b'"resourceLogs"',)),
    Signal.LOGS: (Unrecognised.TRACES, (b'"resourceSpans"',)),
}


def json_without_items(body: bytes, signal: Signal) -> Unrecognised | None:
    """What a JSON request without spans or log records is; None if it is an empty request."""
    with suppress(msgspec.DecodeError):
        _STRICT[signal].decode(body)
        return None
    clues = (*_CLUES, _OTHERS[signal])
    return next((what for what, keys in clues if any(key in body for key in keys)), Unrecognised.NO_OTLP)


# Protobuf: the framing of all signals has the same numbers, so only the fields of an item tell what it is.


def _tags(numbers: Iterable[int], wire_type: int) -> frozenset[int]:
    return frozenset(number << 3 | wire_type for number in numbers)


_FRAME = _tags((1, 2, 3), wire.LENGTH)  # resource or scope, scopes or items, schema URL
_OLD_SCOPES = wire.tag(1_000)  # instrumentation_library_spans and -_logs
_ITEMS = {
    Unrecognised.TRACES: _tags((1, 2, 3, 4, 5, 9, 11, 13, 15), wire.LENGTH)
    | _tags((6, 10, 12, 14), wire.VARINT)
    | _tags((7, 8), wire.FIXED64)
    | _tags((16,), wire.FIXED32),
    Unrecognised.LOGS: _tags((3, 4, 5, 6, 9, 10, 12), wire.LENGTH)  # 4 was a name
    | _tags((2, 7), wire.VARINT)
    | _tags((1, 11), wire.FIXED64)
    | _tags((8,), wire.FIXED32),
    Unrecognised.METRICS: _tags((1, 2, 3, 5, 7, 9, 10, 11, 12), wire.LENGTH),
}
_MINE = {Signal.TRACES: Unrecognised.TRACES, Signal.LOGS: Unrecognised.LOGS}
_BEGINNINGS = {
    Signal.TRACES: (b"\n\x10",),  # a trace id of 16 bytes
    Signal.LOGS: (b"\x09", b"\x10", b"\x59"),  # time, severity, time of observation
}


def protobuf_items(items: Sequence[bytes], signal: Signal) -> Unrecognised | None:
    """What items are that came as this signal; None if they are what they should be, or cannot be told."""
    if items[0].startswith(_BEGINNINGS[signal]):  # nearly always
        return None
    fitting = set(_ITEMS)
    for item in islice(items, MAX_ITEMS):
        fitting &= _fitting(item)
    return fitting.pop() if len(fitting) == 1 and _MINE[signal] not in fitting else None


def _fitting(item: bytes) -> set[Unrecognised]:
    """What the item may be. A gauge has no field that a span could not have, a sum has."""
    try:
        tags = {field.tag for field in wire.fields(item, 0, len(item))}
    except InvalidPayload:
        return set()  # it is rejected
    return {what for what, known in _ITEMS.items() if tags <= known}


def protobuf_without_items(body: bytes) -> Unrecognised | None:
    """What a protobuf request without items is; None if it is an empty request."""
    unknown: set[int] = set()
    with suppress(InvalidPayload):
        for outer in islice(wire.fields(body, 0, len(body)), MAX_FIELDS):
            if outer.tag != wire.tag(1):
                return Unrecognised.NO_OTLP
            unknown |= _unknown_tags(body, outer)
    if _OLD_SCOPES in unknown:
        return Unrecognised.OLD_NAMES
    return Unrecognised.NO_OTLP if unknown else None


def _unknown_tags(body: bytes, outer: wire.Field) -> set[int]:
    """Of a ResourceSpans or ResourceLogs, and of its scopes: fields that are no part of the framing."""
    tags: set[int] = set()
    for field in islice(wire.fields(body, outer.start, outer.end), MAX_FIELDS):
        tags.add(field.tag)
        if field.tag == wire.tag(2):
            tags.update(inner.tag for inner in islice(wire.fields(body, field.start, field.end), MAX_FIELDS))
    return tags - _FRAME
