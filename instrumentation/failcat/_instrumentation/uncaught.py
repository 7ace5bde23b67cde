"""Reports uncaught exceptions: of the main thread, of other threads, of asyncio tasks that are not awaited.

`sys.unraisablehook` is not patched: an exception in `__del__` is not a failure of the agent.
"""

from __future__ import annotations

import sys
import threading
from contextvars import Context
from functools import partial
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from failcat._import_hooks import when_imported
from failcat._instrumentation.patches import Patches
from failcat._reporting.reporting import report

if TYPE_CHECKING:
    import asyncio


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
        if patches.is_active and isinstance(exception, BaseException):
            _context_of(context).run(report, exception)
        inner(loop, context)

    return call_exception_handler


def _context_of(context: dict[str, Any]) -> Context:
    """The context of the task that failed, which has its run. Python 3.11 does not expose it."""
    task = context.get("task") or context.get("future")
    get_context = getattr(task, "get_context", None)
    found = get_context() if get_context else None
    return found if isinstance(found, Context) else Context()
