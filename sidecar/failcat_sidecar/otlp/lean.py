"""A first look at a request: the framing of OTLP, with everything that most items do not need left as bytes.

Parsing a batch of healthy spans in full costs six times as much as parsing it with these descriptors, which have OTLP's
field numbers but declare only what tells a suspect from a healthy item. upb keeps the undeclared fields, so that
serialising one item gives back all its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, cast

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass


class LeanItem(Protocol):
    """A span or log record; only the fields of its own kind can be read."""

    status: bytes  # span: the Status message
    span_id: bytes  # span
    event_name: bytes  # log record

    def SerializeToString(self) -> bytes: ...  # noqa: N802  # protobuf's own name


class LeanScope(Protocol):
    """A ScopeSpans or ScopeLogs."""

    scope: bytes  # the InstrumentationScope message
    items: Sequence[LeanItem]


class LeanResource(Protocol):
    """A ResourceSpans or ResourceLogs."""

    resource: bytes  # the Resource message
    scopes: Sequence[LeanScope]


class LeanRequest(Protocol):
    """An Export…ServiceRequest."""

    resources: Sequence[LeanResource]


def _field(name: str, number: int, message: str = "") -> FieldDescriptorProto:
    """A repeated field of `message`, or one of bytes."""
    kind = FieldDescriptorProto
    if not message:
        return kind(name=name, number=number, label=kind.LABEL_OPTIONAL, type=kind.TYPE_BYTES)
    repeated = kind.LABEL_REPEATED
    return kind(name=name, number=number, label=repeated, type=kind.TYPE_MESSAGE, type_name=message)


def _parser(package: str, item: DescriptorProto) -> Callable[[bytes], LeanRequest]:
    """Traces and logs have the same framing with the same numbers; only the items differ."""
    file = FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    scope = DescriptorProto(name="Scope", field=[_field("scope", 1), _field("items", 2, f".{package}.Item")])
    resource = DescriptorProto(name="Resource", field=[_field("resource", 1), _field("scopes", 2, f".{package}.Scope")])
    request = DescriptorProto(name="Request", field=[_field("resources", 1, f".{package}.Resource")])
    file.message_type.extend([item, scope, resource, request])
    pool = DescriptorPool()
    pool.Add(file)
    message_class = GetMessageClass(pool.FindMessageTypeByName(f"{package}.Request"))
    return cast("Callable[[bytes], LeanRequest]", message_class.FromString)


parse_traces = _parser(
    "failcat.lean.traces", DescriptorProto(name="Item", field=[_field("span_id", 2), _field("status", 15)])
)
"""bytes → LeanRequest with spans. Raises google.protobuf.message.DecodeError."""

parse_logs = _parser("failcat.lean.logs", DescriptorProto(name="Item", field=[_field("event_name", 12)]))
"""bytes → LeanRequest with log records. Raises google.protobuf.message.DecodeError."""
