"""Reports what runtimes catch themselves, so that no hook of Python sees it: gevent's hub, IPython's cells, Celery's
tasks, and processes of multiprocessing."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context, copy_context
from functools import wraps
from types import ModuleType
from typing import Any

from failcat._guard import never_raises
from failcat._import_hooks import when_imported
from failcat._instrumentation.patches import Patches
from failcat._reporting.reporting import report
from failcat._scope import current


def report_runtimes(patches: Patches) -> None:
    """Patches each runtime when it is imported."""

    def on_import(name: str, owner: str, method: str, make: Callable[..., Any]) -> None:
        def patch(module: ModuleType) -> None:
            if patches.is_active:
                patches.replace(getattr(module, owner), method, lambda inner: make(inner, patches))

        when_imported(name, patch)

    on_import("gevent.hub", "Hub", "handle_error", _handle_error)
    on_import("IPython.core.interactiveshell", "InteractiveShell", "showtraceback", _show_traceback)
    on_import("multiprocessing.process", "BaseProcess", "start", _start_process)
    when_imported("gevent.greenlet", lambda module: module.Greenlet.add_spawn_callback(_carry_into_greenlet))
    when_imported("celery.signals", lambda module: _connect_celery(module, patches))


def _handle_error(inner: Callable[..., Any], patches: Patches) -> Callable[..., Any]:
    """An exception that leaves a greenlet, under the run in which it was spawned."""

    @wraps(inner)
    def handle_error(hub: Any, greenlet: Any, kind: Any, value: Any, traceback: Any) -> Any:
        if patches.is_active:
            _report_of_greenlet(greenlet, value)
        return inner(hub, greenlet, kind, value, traceback)

    return handle_error


@never_raises(None, loses_failure=True)
def _report_of_greenlet(greenlet: Any, exception: Any) -> None:
    if isinstance(exception, BaseException):
        context = getattr(greenlet, "gr_context", None)
        found = context if isinstance(context, Context) else copy_context()
        found.copy().run(report, exception)


@never_raises(None)
def _carry_into_greenlet(greenlet: Any) -> None:
    """Greenlets start with an empty context. This gives them the current run, and nothing else of the program's."""
    scope = current.get()
    if scope is not None and greenlet.gr_context is None:
        context = Context()
        context.run(current.set, scope)
        greenlet.gr_context = context


def _show_traceback(inner: Callable[..., Any], patches: Patches) -> Callable[..., Any]:
    """An exception that ends a cell; a cell that cannot be parsed is shown by another method."""

    @wraps(inner)
    def showtraceback(shell: Any, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> Any:
        if patches.is_active:
            _report_of_cell(shell, exc_tuple)
        return inner(shell, exc_tuple, *args, **kwargs)

    return showtraceback


@never_raises(None, loses_failure=True)
def _report_of_cell(shell: Any, exc_tuple: Any) -> None:
    exception = shell._get_exc_info(exc_tuple)[1]
    if type(exception).__name__ != "UsageError":  # of a magic command
        report(exception)


def _connect_celery(module: Any, patches: Patches) -> None:
    def task_failed(exception: Any = None, **_: Any) -> None:
        if patches.is_active and isinstance(exception, BaseException):
            report(exception)

    module.task_failure.connect(task_failed, weak=False)


def _start_process(inner: Callable[..., Any], patches: Patches) -> Callable[..., Any]:
    """A process reports what leaves it, under the run in which it was started. Workers of pools serve many runs."""

    @wraps(inner)
    def start(process: Any) -> Any:
        scope = current.get()
        if not patches.is_active or "PoolWorker" in process.name or "run" in vars(process):
            return inner(process)
        process.run = _ChildRun(process, scope.attributes if scope else None)
        try:
            return inner(process)
        finally:
            del process.run

    return start


class _ChildRun:
    """Runs a process's own `run`, in the child. Pickled to children that are spawned."""

    def __init__(self, process: Any, attributes: Any) -> None:
        self._process = process
        self._attributes = attributes

    def __call__(self) -> None:
        from failcat._runs import run_of_attributes  # noqa: PLC0415 - only in the child

        with run_of_attributes(self._attributes):
            type(self._process).run(self._process)
