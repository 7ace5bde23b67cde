"""Reports exceptions of frameworks that no span reports.

LangGraph: its instrumentations report neither GraphRecursionError nor exceptions in nodes. Every way to run a graph
calls `Pregel.stream` or `Pregel.astream`.
MCP: a server answers a tool's exception with `isError`; its span has the code `tool_error` and no message.
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
from failcat._scope import bounded_name
from failcat_catalog import attributes as own
from failcat_catalog.types import AttributeValue

_NODE_NOTE = "During task with name '"
"""The start of the note that LangGraph adds to an exception which leaves a node."""


def report_frameworks(patches: Patches) -> None:
    """Patches LangGraph and MCP when they are imported."""

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
                attributes: dict[str, AttributeValue] = {
                    "error.type": "tool_error",
                    "gen_ai.tool.name": bounded_name(name),
                }
                report(exception.__cause__ or exception, attributes)  # the manager's exception only names the tool
            raise

    return call_tool


def _report(graph: object, exception: Exception, patches: Patches) -> None:
    if not patches.is_active:
        return
    attributes: dict[str, AttributeValue] = {
        "gen_ai.workflow.name": bounded_name(getattr(graph, "name", "") or "LangGraph")
    }
    if node := _node_of(exception):
        attributes[own.SKILL_ID] = node
    report(exception, attributes)


def _node_of(exception: BaseException) -> str:
    """The innermost node that the exception left; empty if the graph itself raised it."""
    for note in getattr(exception, "__notes__", ()):
        if isinstance(note, str) and note.startswith(_NODE_NOTE):
            return bounded_name(note.removeprefix(_NODE_NOTE).partition("'")[0])
    return ""
