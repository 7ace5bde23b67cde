"""Converts an exception into the catalog's Observation: its class, its text, and the codes that clients attach to it.

Sources: openai and anthropic (`status_code`, `code`, `type`, `body`), httpx, requests and aiohttp (`response`,
`status`), botocore (`response["Error"]`), grpc (`code()`), google-api-core and google-genai (`code`, `status`), asyncpg
and psycopg (`sqlstate`), mcp (`error.code`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from failcat._guard import reraise_if_signalled
from failcat_catalog.text import MAX_MESSAGE_BYTES, MAX_NAME_BYTES, cleaned
from failcat_catalog.types import AttributeValue, Observation

HTTP_STATUS = "http.response.status_code"
RPC_STATUS = "rpc.response.status_code"
RPC_SYSTEM = "rpc.system.name"
JSONRPC_CODE = "rpc.jsonrpc.error_code"
SQLSTATE = "db.response.status_code"

_STATUS_NAMES = ("status_code", "status", "http_status", "code")


def observation_of(exception: BaseException) -> Observation:
    """Reads attributes only. Properties that raise count as absent."""
    class_name = class_name_of(exception)
    return Observation(
        error_type=_machine_code(exception) or class_name,
        exception_type=class_name,
        message=cleaned(text_of(exception), MAX_MESSAGE_BYTES),
        attributes=_protocol_attributes(exception),
    )


def codes_of(exception: BaseException) -> frozenset[str]:
    """The exception's machine code and protocol statuses, as a span may tell them."""
    codes = (_machine_code(exception), *map(str, _protocol_attributes(exception).values()))
    return frozenset(code for code in codes if code and code != "grpc")


def class_name_of(exception: BaseException) -> str:
    """The class name with its module, unless that is `builtins`, as OpenTelemetry formats it."""
    cls = type(exception)
    name = cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    return cleaned(name, MAX_NAME_BYTES)


def text_of(exception: BaseException) -> str:
    """The exception's message; empty if `str` raises."""
    try:
        return str(exception)
    except BaseException as error:
        reraise_if_signalled(error)
        return ""


def read(value: object, name: str) -> object:
    """The attribute, or item of a mapping, called `name`; None if it is absent. Never raises."""
    try:
        return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    except BaseException as error:
        reraise_if_signalled(error)
        return None


def _machine_code(exception: BaseException) -> str:
    """A provider's error code, such as `rate_limit_exceeded` or `ThrottlingException`; empty without one."""
    body = read(exception, "body")
    error = read(body, "error")
    aws_error = read(read(exception, "response"), "Error") if isinstance(read(exception, "response"), Mapping) else None
    candidates = (
        read(exception, "code"),
        read(error, "code"),
        read(error, "type"),
        read(body, "code"),
        read(exception, "type"),
        read(aws_error, "Code"),
        read(exception, "status"),
    )
    return next((cleaned(code, MAX_NAME_BYTES) for code in candidates if isinstance(code, str) and _is_code(code)), "")


def _is_code(text: str) -> bool:
    return 0 < len(text) <= MAX_NAME_BYTES and " " not in text and not text.isdecimal()


def _protocol_attributes(exception: BaseException) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {}
    if status := _http_status(exception):
        attributes[HTTP_STATUS] = status
    if grpc_status := _grpc_status(exception):
        attributes.update({RPC_SYSTEM: "grpc", RPC_STATUS: grpc_status})
    sqlstate = read(exception, "sqlstate") or read(exception, "pgcode")
    if isinstance(sqlstate, str) and len(sqlstate) == 5:
        attributes[SQLSTATE] = sqlstate
    jsonrpc_code = read(read(exception, "error"), "code")
    if isinstance(jsonrpc_code, int) and jsonrpc_code < 0:
        attributes[JSONRPC_CODE] = jsonrpc_code
    return attributes


def _http_status(exception: BaseException) -> int:
    """The HTTP status of an error, 400 to 599; 0 without one."""
    response = read(exception, "response")
    metadata = read(response, "ResponseMetadata")
    sources = (*((exception, name) for name in _STATUS_NAMES), (response, "status_code"), (response, "status"))
    for holder, name in (*sources, (metadata, "HTTPStatusCode")):
        status = read(holder, name)
        if isinstance(status, int) and not isinstance(status, bool) and 400 <= status <= 599:
            return int(status)
    return 0


def _grpc_status(exception: BaseException) -> str:
    """The name of the gRPC status: `code()` of grpc.RpcError, `grpc_status_code` of google-api-core; empty without
    one."""
    code = read(exception, "grpc_status_code")
    method = read(exception, "code")
    if code is None and callable(method) and callable(read(exception, "trailing_metadata")):
        try:
            code = cast("object", method())
        except BaseException as error:
            reraise_if_signalled(error)
            return ""
    name = read(code, "name")
    return name if isinstance(name, str) else ""
