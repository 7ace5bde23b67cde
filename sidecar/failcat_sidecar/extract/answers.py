"""The status with which a server answers because of an exception of its own. It tells what the caller got, not what
happened: a KeyError behind a 500 is no server that is better asked again. It is stored, but not matched."""

from __future__ import annotations

from failcat_catalog.contract import NO_EVENT, class_name, code_text
from failcat_sidecar.extract.context import Cleaned
from failcat_sidecar.extract.failing import RawReport
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import KIND_SERVER, Attributes, Item, SpanItem

KEY = "answered"
"""Of the context: the attributes that only tell the answer."""

SERVER_FAULTS = frozenset(
    {
        *map(str, range(500, 600)),
        *("UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"),
        *("2", "4", "12", "13", "14", "15"),
        *("unknown", "deadline_exceeded", "unimplemented", "internal", "unavailable", "data_loss"),
        "-32603",
    }
)
"""The statuses of HTTP, gRPC, Connect and JSON-RPC by which a server says that the fault is its own. With another
status it has decided whose fault the exception is. Source: semantic conventions, RPC spans."""

_STATUSES = (names.ERROR_TYPE, names.HTTP_STATUS, names.HTTP_STATUS_OLD, *names.RPC_STATUSES)
_NOTHING: Attributes = {}
_SERVER_EVENTS = ("http.server.", "rpc.server.")
_EMPTY_CLASSES = frozenset({"Exception", "Error", "RpcException"})
"""Without a message such an exception says less than the status: grpcio's `context.abort` raises one."""

_ANSWERING = frozenset(
    {
        *("HTTPException", "HttpException", "HttpError", "ResponseStatusException", "ErrorResponseException"),
        *("AbortionError", "StatusException", "StatusRuntimeException", "TRPCError", "APIException"),
    }
)
_ANSWERING_MODULES = ("werkzeug.exceptions.", "falcon.", "tornado.web.", "aiohttp.web", "sanic.exceptions.")
"""Exceptions by which a handler chooses the status: Starlette and FastAPI, NestJS, Koa, Spring, gRPC, tRPC, Django REST
framework, Flask, Falcon, Tornado, aiohttp, Sanic."""


def without_answer(item: Item, report: RawReport, cleaned: Cleaned) -> tuple[Cleaned, Attributes]:
    """The attributes to match, and those that tell the answer only; none unless the item is a server's with an
    exception of its own."""
    is_server = item.kind == KIND_SERVER if isinstance(item, SpanItem) else item.event_name.startswith(_SERVER_EVENTS)
    if not is_server or not _tells_more(report):
        return cleaned, _NOTHING
    values, marks = cleaned
    answer = {key: values[key] for key in _STATUSES if key in values and code_text(values[key]) in SERVER_FAULTS}
    if not answer:
        return cleaned, _NOTHING
    return ({key: value for key, value in values.items() if key not in answer}, marks), answer


def _tells_more(report: RawReport) -> bool:
    """Whether the report has more than a status and a text about it."""
    name = class_name(report.exception_type)
    if name:
        last = name.rpartition(".")[2]
        chosen = last in _ANSWERING or name.startswith(_ANSWERING_MODULES)
        return not chosen and bool(report.message or last not in _EMPTY_CLASSES)
    has_event = report.ordinal != NO_EVENT and bool(report.message)
    return has_event or (bool(report.error_type) and report.error_type not in SERVER_FAULTS)
