"""OTLP's messages with repeated fields left as bytes.

A parsed attribute costs two Python objects, and most attributes of a failing span were also on the span before it: as
bytes they can be looked up. An empty element takes 2 bytes on the wire and 100 in memory: as bytes, only the elements
that are kept are parsed.

A text that is not UTF-8, such as one that was cut in a character, is repaired, because a parser rejects the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.logs.v1 import logs_pb2
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

from failcat_sidecar.otlp.framing import field, message_class


class RawSpan(Protocol):
    """The fields of a span that are read."""

    trace_id: bytes
    span_id: bytes
    parent_span_id: bytes
    name: str
    kind: int
    start_time_unix_nano: int
    end_time_unix_nano: int
    attributes: Sequence[bytes]  # KeyValue messages
    events: Sequence[bytes]
    status: trace_pb2.Status


class RawEvent(Protocol):
    """An event of a span."""

    name: str
    time_unix_nano: int
    attributes: Sequence[bytes]  # KeyValue messages


class RawLog(Protocol):
    """The fields of a log record that are read."""

    trace_id: bytes
    span_id: bytes
    time_unix_nano: int
    observed_time_unix_nano: int
    severity_number: int
    severity_text: str
    event_name: str
    body: RawValue
    attributes: Sequence[bytes]  # KeyValue messages


class RawAttributes(Protocol):
    """A resource."""

    attributes: Sequence[bytes]  # KeyValue messages


class RawScope(Protocol):
    """An InstrumentationScope."""

    name: str


class RawList(Protocol):
    """An array, or a map."""

    values: Sequence[bytes]  # AnyValue messages; KeyValue messages


class RawValue(Protocol):
    """An AnyValue."""

    string_value: str
    int_value: int
    array_value: bytes
    kvlist_value: bytes

    def WhichOneof(self, name: str) -> str | None: ...  # noqa: N802  # protobuf's own name


class RawPair(Protocol):
    """A KeyValue."""

    key: str
    value: RawValue


_AS_BYTES: dict[str, tuple[str, ...]] = {
    "AnyValue": ("array_value", "kvlist_value"),
    "ArrayValue": ("values",),
    "KeyValueList": ("values",),
    "Resource": ("attributes",),
    "Span": ("attributes", "events"),
    "Event": ("attributes",),
    "LogRecord": ("attributes",),
}
_NOT_READ: dict[str, tuple[str, ...]] = {
    "Span": ("links",),
    "Resource": ("entity_refs",),
    "InstrumentationScope": ("attributes",),
}
_MANY = {"Span": ("attributes", "events"), "LogRecord": ("attributes",)}
"""Fields that an item may repeat without bound."""


def _pool(*not_read: Mapping[str, tuple[str, ...]], texts_as_bytes: bool = False) -> DescriptorPool:
    pool = DescriptorPool()
    for module in (common_pb2, resource_pb2, trace_pb2, logs_pb2):
        file = FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        for message in file.message_type:
            _leave_raw(message, texts_as_bytes=texts_as_bytes)
            for names in not_read:
                _remove(message, names.get(message.name, ()))
        pool.Add(file)
    return pool


def _leave_raw(message: DescriptorProto, *, texts_as_bytes: bool) -> None:
    for inner in message.nested_type:
        _leave_raw(inner, texts_as_bytes=texts_as_bytes)
    for each in message.field:
        is_text = texts_as_bytes and each.type == FieldDescriptorProto.TYPE_STRING
        if is_text or each.name in _AS_BYTES.get(message.name, ()):
            each.type = FieldDescriptorProto.TYPE_BYTES
            each.ClearField("type_name")


def _remove(message: DescriptorProto, names: Iterable[str]) -> None:
    for name in names:
        for unread in [each for each in message.field if each.name == name]:
            message.field.remove(unread)


def _id_parser() -> Callable[[bytes], RawSpan]:
    """Parses the span id only."""
    span = DescriptorProto(name="Span", field=[field("span_id", 2, FieldDescriptorProto.TYPE_BYTES)])
    file = FileDescriptorProto(name="failcat.span_id.proto", package="failcat.span_id", message_type=[span])
    return cast("Callable[[bytes], RawSpan]", message_class(file, "Span").FromString)


_messages, _lean_messages = _pool(_NOT_READ), _pool(_NOT_READ, _MANY)
_textless = _pool(_NOT_READ, texts_as_bytes=True)


def _parser(kind: type[Message], pool: DescriptorPool = _messages) -> Callable[[bytes], Any]:
    parse = _class(kind, pool).FromString

    def parse_or_repair(data: bytes) -> Message:
        try:
            return parse(data)
        except DecodeError:
            return parse(_repaired(kind, data))

    return parse_or_repair


def _class(kind: type[Message], pool: DescriptorPool) -> type[Message]:
    return GetMessageClass(pool.FindMessageTypeByName(kind.DESCRIPTOR.full_name))


def _repaired(kind: type[Message], data: bytes) -> bytes:
    """The message with U+FFFD for what is not UTF-8 in its texts. Raises DecodeError for what is no message."""
    message = _class(kind, _textless).FromString(data)
    _repair(message, kind.DESCRIPTOR)
    return message.SerializeToString()


def _repair(message: Message, sent: Any) -> None:
    """`sent` is the descriptor with which the message was sent."""
    for each, value in message.ListFields():
        original = sent.fields_by_name[each.name]
        if original.type == FieldDescriptor.TYPE_STRING:
            setattr(message, each.name, value.decode(errors="replace").encode())
        elif each.type == FieldDescriptor.TYPE_MESSAGE:  # what repeats is bytes here, and repaired when it is parsed
            _repair(value, original.message_type)


# Each parses the bytes of one message and raises google.protobuf.message.DecodeError.
parse_span: Callable[[bytes], RawSpan] = _parser(trace_pb2.Span)
parse_event: Callable[[bytes], RawEvent] = _parser(trace_pb2.Span.Event)
parse_log: Callable[[bytes], RawLog] = _parser(logs_pb2.LogRecord)
parse_resource: Callable[[bytes], RawAttributes] = _parser(resource_pb2.Resource)
parse_scope: Callable[[bytes], RawScope] = _parser(common_pb2.InstrumentationScope)
parse_pair: Callable[[bytes], RawPair] = _parser(common_pb2.KeyValue)
parse_value: Callable[[bytes], RawValue] = _parser(common_pb2.AnyValue)
parse_array: Callable[[bytes], RawList] = _parser(common_pb2.ArrayValue)
parse_map: Callable[[bytes], RawList] = _parser(common_pb2.KeyValueList)

_parse_id = _id_parser()
_parse_lean_span = _parser(trace_pb2.Span, _lean_messages)
_parse_lean_log = _parser(logs_pb2.LogRecord, _lean_messages)


def span_id_of(data: bytes) -> bytes:
    """Empty for a broken span."""
    try:
        return _parse_id(data).span_id
    except DecodeError:
        return b""


def lean_span(data: bytes) -> bytes:
    """A span without attributes and events, however many it has. Raises DecodeError."""
    return _without_unknown(_parse_lean_span(data))


def lean_log(data: bytes) -> bytes:
    """A log record without attributes. Raises DecodeError."""
    return _without_unknown(_parse_lean_log(data))


def _without_unknown(message: Message) -> bytes:
    message.DiscardUnknownFields()
    return message.SerializeToString()
