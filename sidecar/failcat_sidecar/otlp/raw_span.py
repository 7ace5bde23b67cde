"""OTLP's span with its attributes left as bytes.

An attribute in full costs two Python objects of protobuf, and most of a failing span's attributes were on the span
before it too: as bytes they can be looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, cast

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

from failcat_sidecar.otlp.framing import field, message_class


class RawSpan(Protocol):
    """What is read of a span."""

    trace_id: bytes
    span_id: bytes
    parent_span_id: bytes
    name: str
    kind: int
    start_time_unix_nano: int
    end_time_unix_nano: int
    attributes: Sequence[bytes]  # KeyValue messages
    events: Sequence[trace_pb2.Span.Event]
    status: trace_pb2.Status


def _parser() -> Callable[[bytes], RawSpan]:
    pool = DescriptorPool()
    for module in (common_pb2, resource_pb2, trace_pb2):
        file = FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        if module is trace_pb2:
            _leave_attributes(file)
        pool.Add(file)
    span_class = GetMessageClass(pool.FindMessageTypeByName(trace_pb2.Span.DESCRIPTOR.full_name))
    return cast("Callable[[bytes], RawSpan]", span_class.FromString)


def _leave_attributes(file: FileDescriptorProto) -> None:
    span = next(message for message in file.message_type if message.name == "Span")
    attributes = next(field for field in span.field if field.name == "attributes")
    attributes.type = FieldDescriptorProto.TYPE_BYTES
    attributes.ClearField("type_name")


def _id_parser() -> Callable[[bytes], RawSpan]:
    """Of the span id alone."""
    span = DescriptorProto(name="Span", field=[field("span_id", 2, FieldDescriptorProto.TYPE_BYTES)])
    file = FileDescriptorProto(name="failcat.span_id.proto", package="failcat.span_id", message_type=[span])
    return cast("Callable[[bytes], RawSpan]", message_class(file, "Span").FromString)


_parse_id = _id_parser()
parse_span = _parser()
"""bytes → RawSpan. Raises google.protobuf.message.DecodeError."""


def span_id_of(data: bytes) -> bytes:
    """Empty for a broken span."""
    try:
        return _parse_id(data).span_id
    except DecodeError:
        return b""
