"""Propagates the current run and step into threads and thread pools, which start with empty contexts.

Propagates only Failcat's own context variable, so that nothing else in the program changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from failcat._instrumentation.patches import Patches
from failcat._scope import RunScope, current

P = ParamSpec("P")
R = TypeVar("R")


class _Start(Protocol):
    def __call__(self, thread: threading.Thread) -> None: ...


class _Submit(Protocol):
    def __call__(
        self, executor: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]: ...


def carry(function: Callable[P, R]) -> Callable[P, R]:
    """Binds `function` to the current run and step. Threads and ThreadPoolExecutor of an instrumented process need no
    `carry`; pools of other libraries do."""
    scope = current.get()
    return function if scope is None else _within_scope(scope, function)


def carry_into_threads(patches: Patches) -> None:
    """Patches Thread and ThreadPoolExecutor."""
    patches.replace(threading.Thread, "start", _start)  # type: ignore[arg-type]
    patches.replace(ThreadPoolExecutor, "submit", _submit)  # type: ignore[arg-type]


def _within_scope(scope: RunScope | None, function: Callable[P, R]) -> Callable[P, R]:
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        token = current.set(scope)
        try:
            return function(*args, **kwargs)
        finally:
            current.reset(token)

    return call


def _start(inner: _Start) -> _Start:
    @wraps(inner)
    def start(thread: threading.Thread) -> None:
        scope = current.get()
        if scope is not None and thread.ident is None:  # starting twice raises
            thread.run = _run_within_scope(scope, thread)  # type: ignore[method-assign]
        inner(thread)

    return start


def _run_within_scope(scope: RunScope, thread: threading.Thread) -> Callable[[], None]:
    run = thread.run

    def call() -> None:
        del thread.run  # restores the thread's own method, and leaves no reference cycle
        current.set(scope)  # until the thread ends: its uncaught exceptions belong to this run too
        run()

    return call


def _submit(inner: _Submit) -> _Submit:
    @wraps(inner)
    def submit(executor: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        # Also without a run: the pool's thread may have started inside one.
        return inner(executor, _within_scope(current.get(), function), *args, **kwargs)

    return submit
