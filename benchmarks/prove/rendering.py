"""A plan of a hostile request as bytes, OTLP protobuf or JSON, never larger than what a sidecar takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from benchmarks.prove.shapes import Attributes, Items, Plan, Scopes, Senders
from failcat_sidecar.otlp.wire import message, varint

MAX_BYTES = 33_554_432
MAX_JSON_BYTES = 8_388_608
_UNKNOWN = b"\x78\x00"  # a field 15 that is a number: OTLP has none on the outer levels
_UNKNOWN_OF_ITEM = b"\xf8\x01\x00"  # a field 31
_TIME = b"\x41" + (1_795_000_000_000_000_000).to_bytes(8, "little")


def rendered(plan: Plan) -> bytes:
    """The body of a request."""
    return _json(plan) if plan.is_json else _protobuf(plan)


def _protobuf(plan: Plan) -> bytes:
    room, ids = _Room(MAX_BYTES), count(1)
    body = [_UNKNOWN * min(plan.unknown, MAX_BYTES // 2)]
    room.take(len(body[0]))
    for senders in plan.senders:
        for _ in room.times(senders.count):
            content = b"".join(_sender(senders, plan, room, ids))
            body.append(message(1, content))
    return b"".join(body)[:MAX_BYTES]


def _sender(senders: Senders, plan: Plan, room: _Room, ids: Iterator[int]) -> Iterator[bytes]:
    pairs = b"".join(_pairs(senders.attributes, 1, room))
    unknown = _UNKNOWN * min(senders.unknown, room.left // 2)
    room.take(len(unknown))
    yield message(1, pairs + unknown)
    for scopes in senders.scopes:
        for _ in room.times(scopes.count):
            yield message(2, b"".join(_scope(scopes, plan, room, ids)))


def _scope(scopes: Scopes, plan: Plan, room: _Room, ids: Iterator[int]) -> Iterator[bytes]:
    if scopes.name.count:
        yield message(1, message(1, str(scopes.name).encode()[: room.left // 2]))
    yield _UNKNOWN * min(scopes.unknown, room.left // 2)
    room.take(2 * scopes.unknown + scopes.name.count + 8)
    for items in scopes.items:
        body = (_log_body if plan.is_logs else _span_body)(items, room.most())
        for _ in room.times(items.count, len(body) + 60):
            yield message(2, _identity(items, next(ids), plan.is_logs) + body)


def _identity(items: Items, number: int, is_log: bool) -> bytes:
    if not items.has_ids:
        return b""
    trace, span = b"T" * 16, number.to_bytes(8, "big")
    if is_log:
        return message(9, trace) + message(10, span)
    parent = message(4, (number + 1).to_bytes(8, "big")) if items.is_chain else b""
    return message(1, trace) + message(2, span) + parent + _TIME


def _span_body(items: Items, room: _Room) -> bytes:
    attributes = b"".join(_pairs(items.attributes, 9, room))
    exceptions = b"".join(_exception(items, number) for number in room.times(items.exceptions, _exception_size(items)))
    status = message(2, str(items.message).encode()[: room.left]) + b"\x18\x02" if items.fails else b""
    unknown = _UNKNOWN_OF_ITEM * min(items.unknown, room.left // 3)
    return attributes + exceptions + unknown + message(15, status)


def _log_body(items: Items, room: _Room) -> bytes:
    attributes = b"".join(_pairs(items.attributes, 6, room))
    told = message(6, _pair("exception.message", message(1, str(items.message).encode()[: room.left])))
    stack = message(6, _pair("exception.stacktrace", message(1, str(items.stack).encode()[: room.left])))
    return attributes + (told + stack if items.fails else b"") + _UNKNOWN_OF_ITEM * min(items.unknown, room.left // 3)


def _exception_size(items: Items) -> int:
    return len(str(items.exception).encode()) + len(str(items.stack).encode()) + 100


def _exception(items: Items, number: int) -> bytes:
    pairs = {
        "exception.type": f"E{number}",
        "exception.message": str(items.exception),
        "exception.stacktrace": str(items.stack),
    }
    attributes = b"".join(message(3, _pair(key, message(1, value.encode()))) for key, value in pairs.items())
    return message(11, message(2, b"exception") + attributes)


def _pairs(groups: list[Attributes], number: int, room: _Room) -> Iterator[bytes]:
    for group in groups:
        key, value = str(group.key), _value(group, room)
        for place in room.times(group.count, len(value) + len(key) + 12):
            yield message(number, _pair(f"{key}{place}" if key else "", value))


def _pair(key: str, value: bytes) -> bytes:
    return (message(1, key.encode()) if key else b"") + message(2, value)


def _value(group: Attributes, room: _Room) -> bytes:
    text = message(1, str(group.value).encode()[: room.left // 2]) if group.value.count else b""
    if group.kind in ("array", "map"):
        return _container(group, text, min(group.elements, room.left // 2 // (len(text) + 16)))
    if group.kind == "nested":
        for _ in range(min(group.elements, 500)):
            text = message(5, message(1, text))
        return text
    return {"bytes": message(7, text), "number": b"\x18" + varint(group.elements)}.get(group.kind, text)


def _container(group: Attributes, text: bytes, elements: int) -> bytes:
    if group.kind == "array":
        return message(5, message(1, text) * elements)
    return message(6, b"".join(message(1, _pair(f"{group.key}{number}", text)) for number in range(elements)))


class _Room:
    """How many bytes are left; what repeats ends when there are none."""

    def __init__(self, left: int) -> None:
        self.left = left

    def most(self) -> _Room:
        """For what repeats: it fits at least once."""
        return _Room(self.left * 3 // 4)

    def take(self, size: int) -> None:
        self.left = max(self.left - size, 0)

    def times(self, wanted: int, size: int = 16) -> Iterator[int]:
        for number in range(wanted):
            if self.left < size:
                return
            self.take(size)
            yield number


def _json(plan: Plan) -> bytes:
    room, ids = _Room(MAX_JSON_BYTES * 3 // 4), count(1)
    senders = [_json_sender(each, plan, room, ids) for each in plan.senders for _ in room.times(each.count, 60)]
    key = "resourceLogs" if plan.is_logs else "resourceSpans"
    document = {key: senders, "unknown": [1] * min(plan.unknown, room.left // 4)}
    return json.dumps(document).encode()


def _json_sender(senders: Senders, plan: Plan, room: _Room, ids: Iterator[int]) -> dict[str, Any]:
    scopes = [_json_scope(each, plan, room, ids) for each in senders.scopes for _ in room.times(each.count, 60)]
    resource = {"attributes": _json_pairs(senders.attributes, room), "x": [0] * min(senders.unknown, room.left // 8)}
    return {"resource": resource, "scopeLogs" if plan.is_logs else "scopeSpans": scopes}


def _json_scope(scopes: Scopes, plan: Plan, room: _Room, ids: Iterator[int]) -> dict[str, Any]:
    made: list[Any] = []
    for items in scopes.items:
        body = _json_item(items, plan, room.most())
        for _ in room.times(items.count, len(json.dumps(body)) + 120):
            made.append({**_json_identity(items, next(ids)), **body})
    name = str(scopes.name)[: room.left // 16]
    return {"scope": {"name": name}, "logRecords" if plan.is_logs else "spans": made}


def _json_identity(items: Items, number: int) -> dict[str, Any]:
    if not items.has_ids:
        return {}
    parent = {"parentSpanId": f"{number + 1:016x}"} if items.is_chain else {}
    return {"traceId": "54" * 16, "spanId": f"{number:016x}", **parent}


def _json_item(items: Items, plan: Plan, room: _Room) -> dict[str, Any]:
    text: Callable[[object], dict[str, str]] = lambda value: {"stringValue": str(value)[: room.left // 16]}  # noqa: E731  # short, and used in this function only
    pairs = _json_pairs(items.attributes, room)
    if plan.is_logs:
        return {"attributes": [*pairs, {"key": "exception.message", "value": text(items.message)}]}
    event = {
        "name": "exception",
        "attributes": [
            {"key": "exception.message", "value": text(items.exception)},
            {"key": "exception.stacktrace", "value": text(items.stack)},
        ],
    }
    events = [event for _ in room.times(items.exceptions, len(json.dumps(event)))]
    status = {"code": 2, "message": str(items.message)[: room.left // 16]} if items.fails else {}
    return {"status": status, "attributes": pairs, "events": events}


def _json_pairs(groups: list[Attributes], room: _Room) -> list[Any]:
    made: list[Any] = []
    for group in groups:
        value = _json_value(group, room)
        for number in room.times(group.count, len(json.dumps(value)) + len(json.dumps(str(group.key))) + 30):
            made.append({"key": f"{group.key}{number}", "value": value})
    return made


def _json_value(group: Attributes, room: _Room) -> dict[str, Any]:
    text = {"stringValue": str(group.value)[: room.left // 16]}
    elements = min(group.elements, room.left // 2 // (len(json.dumps(text)) + 40))
    if group.kind == "array":
        return {"arrayValue": {"values": [text] * elements}}
    if group.kind == "map":
        values = [{"key": f"{group.key}{number}", "value": text} for number in range(elements)]
        return {"kvlistValue": {"values": values}}
    if group.kind == "nested":
        for _ in range(min(elements, 400)):
            text = {"arrayValue": {"values": [text]}}  # type: ignore[dict-item]  # nests on purpose
        return text
    return {"intValue": group.elements} if group.kind == "number" else text
