"""The skill of a span that names none: the span's name, unless that says less than its operation does."""

from __future__ import annotations

import re
from functools import lru_cache

from failcat_sidecar.otlp.model import Attributes

_OPERATION_KEYS = (
    *("traceloop.entity.name", "graph.node.name", "graph.node.id", "ai.telemetry.functionId"),
    *("gen_ai.operation.name", "rpc.method", "db.operation.name", "db.operation"),
)
_ROUTE_KEYS = ("http.route", "url.template")
_TOOL_PREFIX = "execute_tool "  # the conventions' name of a tool's call, before the tool's own
_MODEL = "gen_ai.request.model"
_NO_OPERATION = frozenset({"framework"})  # Spring AI, on spans of its own

_VERB = re.compile(r"(?:HTTP )?(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|QUERY|HTTP)", re.IGNORECASE)
_ROUTED = re.compile(rf"{_VERB.pattern} /", re.IGNORECASE)
_CLASS_PATH = re.compile(r"<class .*|(?=.*(?:^|[.:$\\])_*[A-Z]\w*[a-z])\w+(?:(?:[.$\\]|::)\w+)+", re.DOTALL)


def operation_of(name: str, attributes: Attributes) -> str:
    """The span's name, or its operation's where the name is a message template, a class path or an HTTP verb."""
    if not says_little(name):
        return name.removeprefix(_TOOL_PREFIX) or name
    for key in _OPERATION_KEYS:
        operation = attributes.get(key)
        if isinstance(operation, str) and operation and operation not in _NO_OPERATION and not says_little(operation):
            model = attributes.get(_MODEL) if key.startswith("gen_ai.") else None
            return f"{operation} {model}" if isinstance(model, str) and model else operation
    route = next((route for key in _ROUTE_KEYS if isinstance(route := attributes.get(key), str)), "")
    return f"{name} {route}" if route and _VERB.fullmatch(name) else name


@lru_cache(maxsize=2_048)
def says_little(name: str) -> bool:
    """Whether any other name is better."""
    if _VERB.fullmatch(name) or _CLASS_PATH.fullmatch(name):
        return True
    return "{" in name and not _ROUTED.match(name)
