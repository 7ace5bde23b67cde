"""Reports uncaught exceptions: of the main thread, of other threads, of asyncio tasks that are not awaited.

`sys.unraisablehook` is not patched: an exception in `__del__` is not a failure of the agent.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial, wraps
from types import CodeType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from failcat._guard import never_raises
from failcat._import_hooks import when_imported
from failcat._instrumentation.patches import Patches
from failcat._reporting.reporting import is_library, report

if TYPE_CHECKING:
    import asyncio


_CONTEXT_ATTRIBUTE = "_failcat_context"
_CLOSING = frozenset({"aclose", "close", "wait_closed", "disconnect", "shutdown", "__aexit__"})
"""Coroutine functions by which clients close."""


class _ExceptHook(Protocol):
    def __call__(
        self, kind: type[BaseException], exception: BaseException, traceback: TracebackType | None
    ) -> object: ...


class _ThreadHook(Protocol):
    def __call__(self, args: threading.ExceptHookArgs) -> object: ...


class _LoopHandler(Protocol):
    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None: ...


def report_uncaught(patches: Patches) -> None:
    """Patches the three hooks: each reports the exception, then calls the original hook."""
    patches.replace(sys, "excepthook", lambda hook: _except_hook(hook, patches))  # type: ignore[arg-type]
    patches.replace(threading, "excepthook", lambda hook: _thread_hook(hook, patches))  # type: ignore[arg-type]
    for module_name, class_name in (("asyncio.base_events", "BaseEventLoop"), ("uvloop", "Loop")):
        when_imported(module_name, partial(_patch_loop, class_name=class_name, patches=patches))


def _patch_loop(module: ModuleType, *, class_name: str, patches: Patches) -> None:
    if patches.is_active:
        loop_class = getattr(module, class_name)
        handler = "call_exception_handler"
        patches.replace(loop_class, handler, lambda inner: _loop_handler(inner, patches))  # type: ignore[arg-type]
        if sys.version_info < (3, 12):  # later, tasks tell their context
            patches.replace(loop_class, "create_task", _create_task)  # type: ignore[arg-type]  # of any signature


def _except_hook(inner: _ExceptHook, patches: Patches) -> _ExceptHook:
    def excepthook(kind: type[BaseException], exception: BaseException, traceback: TracebackType | None) -> object:
        if patches.is_active and exception is not None:
            report(exception)
        return inner(kind, exception, traceback)

    return excepthook


def _thread_hook(inner: _ThreadHook, patches: Patches) -> _ThreadHook:
    def excepthook(args: threading.ExceptHookArgs) -> object:
        if patches.is_active and args.exc_value is not None:
            report(args.exc_value)
        return inner(args)

    return excepthook


def _loop_handler(inner: _LoopHandler, patches: Patches) -> _LoopHandler:
    def call_exception_handler(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        exception = context.get("exception")
        if patches.is_active and isinstance(exception, BaseException) and not _is_closing(exception, context):
            _context_of(context, exception).run(report, exception)
        inner(loop, context)

    return call_exception_handler


@never_raises(False)
def _is_closing(exception: BaseException, context: dict[str, Any]) -> bool:
    """Whether a library closed its connections, often after the loop that they belong to: no failure of the agent, and
    made in whatever run was current."""
    if isinstance(exception, RuntimeError) and str(exception) == "Event loop is closed":
        return True
    coroutine = getattr(context.get("future") or context.get("task"), "get_coro", lambda: None)()
    code = getattr(coroutine, "cr_code", None)
    return isinstance(code, CodeType) and code.co_name in _CLOSING and is_library(code.co_filename)


def _context_of(context: dict[str, Any], exception: BaseException) -> Context:
    """The context in which the failed task or callback was made, which has its run; an empty one if it is unknown."""
    future = context.get("task") or context.get("future")
    # `gather` returns a future of its own that is no task.
    tasks = (future, *(child for child in getattr(future, "_children", ()) if _failed_of(child, exception)))
    contexts = (*map(_context_of_task, tasks), getattr(context.get("handle"), "_context", None))
    return next((found for found in contexts if isinstance(found, Context)), Context())


def _failed_of(task: Any, exception: BaseException) -> bool:
    return bool(task.done() and not task.cancelled() and task.exception() is exception)


def _context_of_task(task: object) -> object:
    get_context = getattr(task, "get_context", None)
    return get_context() if get_context else getattr(task, _CONTEXT_ATTRIBUTE, None)


def _create_task(inner: Callable[..., asyncio.Task[Any]]) -> Callable[..., asyncio.Task[Any]]:
    """Keeps the context of each task, which Python 3.11 does not tell."""

    @wraps(inner)
    def create_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **kwargs: Any) -> asyncio.Task[Any]:
        task = inner(loop, coroutine, **kwargs)
        with suppress(AttributeError):  # a class of the program's own without a dictionary
            setattr(task, _CONTEXT_ATTRIBUTE, kwargs.get("context") or copy_context())
        return task

    return create_task
