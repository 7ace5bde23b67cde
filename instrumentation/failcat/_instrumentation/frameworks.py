"""What frameworks raise without any span telling of it.

LangGraph: GraphRecursionError and exceptions in nodes leave a graph unreported by its instrumentations. Every way to
run a graph goes through `Pregel.stream` or `Pregel.astream`.
MCP: a server answers a tool's exception with `isError`, and its span says `tool_error` without a word.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from types import ModuleType
from typing import Any

from failcat._import_hooks import when_imported
from failcat._instrumentation.patches import Patches
from failcat._reporting.reporting import report
from failcat._scope import name_of
from failcat_catalog import attributes as own
from failcat_catalog.types import AttributeValue

_NODE_NOTE = "During task with name '"
"""LangGraph notes on an exception which node it left."""


def report_frameworks(patches: Patches) -> None:
    def patch_langgraph(module: ModuleType) -> None:
        if patches.is_active:
            patches.replace(module.Pregel, "stream", lambda stream: _stream(stream, patches))  # type: ignore[arg-type]
            patches.replace(module.Pregel, "astream", lambda stream: _astream(stream, patches))  # type: ignore[arg-type]

    def patch_mcp(module: ModuleType) -> None:
        if patches.is_active:
            patches.replace(module.ToolManager, "call_tool", lambda call: _call_tool(call, patches))  # type: ignore[arg-type]

    when_imported("langgraph.pregel.main", patch_langgraph)
    when_imported("mcp.server.mcpserver.tools.tool_manager", patch_mcp)
    when_imported("mcp.server.fastmcp.tools.tool_manager", patch_mcp)  # its name before 2.0


def _stream(inner: Callable[..., Iterator[Any]], patches: Patches) -> Callable[..., Iterator[Any]]:
    @wraps(inner)
    def stream(graph: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            return (yield from inner(graph, *args, **kwargs))
        except Exception as exception:
            _report(graph, exception, patches)
            raise

    return stream


def _astream(inner: Callable[..., AsyncIterator[Any]], patches: Patches) -> Callable[..., AsyncIterator[Any]]:
    @wraps(inner)
    async def astream(graph: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        parts = inner(graph, *args, **kwargs)
        try:
            async for part in parts:
                yield part
        except Exception as exception:
            _report(graph, exception, patches)
            raise
        finally:
            if inspect.isasyncgen(parts):
                await parts.aclose()

    return astream


def _call_tool(inner: Callable[..., Awaitable[Any]], patches: Patches) -> Callable[..., Awaitable[Any]]:
    @wraps(inner)
    async def call_tool(manager: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return await inner(manager, name, *args, **kwargs)
        except Exception as exception:
            if patches.is_active:
                told = {"error.type": "tool_error", "gen_ai.tool.name": name_of(name)}
                report(exception.__cause__ or exception, told)  # the manager only says which tool failed
            raise

    return call_tool


def _report(graph: object, exception: Exception, patches: Patches) -> None:
    if not patches.is_active:
        return
    attributes: dict[str, AttributeValue] = {"gen_ai.workflow.name": name_of(getattr(graph, "name", "") or "LangGraph")}
    if node := _node_of(exception):
        attributes[own.SKILL_ID] = node
    report(exception, attributes)


def _node_of(exception: BaseException) -> str:
    """The innermost node that the exception left; empty when it came from the graph itself."""
    for note in getattr(exception, "__notes__", ()):
        if isinstance(note, str) and note.startswith(_NODE_NOTE):
            return name_of(note.removeprefix(_NODE_NOTE).partition("'")[0])
    return ""
