"""Runs and steps: `with failcat.run(…)`, `@failcat.step(…)`.

Their attributes are set on every span that starts inside. An unreported exception that leaves one is reported. They
propagate into asyncio tasks and forks; into threads and executors once the process is instrumented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Token
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

from opentelemetry import baggage as otel_baggage
from opentelemetry import context as otel_context

from failcat._delivery.lifecycle import flush
from failcat._guard import never_raises
from failcat._reporting.reporting import report
from failcat._scope import Attributes, RunScope, bounded_name, current, nested_scope, run_attributes, step_attributes
from failcat._wrapping import wrap

INVOCATION_FLUSH_SECONDS = 1.0

F = TypeVar("F", bound=Callable[..., Any])


class _ScopeManager:
    """Enters a scope for a `with` block, or for each call of a decorated function."""

    def __init__(self) -> None:
        self._entered: list[_EnteredScope] = []

    def __enter__(self) -> Self:
        self._entered.append(self._enter(nested_scope(self._attributes())))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if exception is not None:
            report(exception)
        self._entered.pop().exit()

    def __call__(self, function: F) -> F:
        return wrap(function, lambda: _ManagedCall(self._for_call(function)))

    def _attributes(self) -> Attributes:
        raise NotImplementedError

    def _for_call(self, function: Callable[..., Any]) -> _ScopeManager:
        return self

    def _enter(self, scope: RunScope) -> _EnteredScope:
        return _EnteredScope(scope)


class run(_ScopeManager):  # noqa: N801 - reads as a statement: with failcat.run(…)
    """One run of an agent. A context manager, and a decorator whose every call is a run of its own.

    Without `run_id`, each entry generates one and sets the attribute `run_id`. `baggage=True` propagates run, tenant
    and agent to called services in the baggage header of every outgoing request."""

    def __init__(
        self,
        run_id: object = None,
        *,
        tenant_id: str | None = None,
        agent: str | None = None,
        baggage: bool = False,
    ) -> None:
        super().__init__()
        self.run_id = "" if run_id is None else bounded_name(run_id)
        self._given = bool(self.run_id)
        self._tenant_id = tenant_id
        self._agent = agent
        self._baggage = baggage

    def __str__(self) -> str:
        """The id, so that the run itself can be passed where its id is asked for."""
        return self.run_id

    def _attributes(self) -> Attributes:
        if not self._given:
            self.run_id = uuid4().hex
        return run_attributes(self.run_id, self._tenant_id, self._agent)

    def _for_call(self, function: Callable[..., Any]) -> run:
        given = self.run_id if self._given else None
        return run(given, tenant_id=self._tenant_id, agent=self._agent, baggage=self._baggage)

    def _enter(self, scope: RunScope) -> _EnteredScope:
        return _EnteredScope(scope, baggage=self._baggage)


class step(_ScopeManager):  # noqa: N801 - reads as a statement: with failcat.step(…)
    """One step of a run: its skill and its index. A decorated function's name is the default skill."""

    def __init__(self, skill_id: str | None = None, *, index: int | None = None) -> None:
        super().__init__()
        self._skill_id = skill_id
        self._index = index

    def _attributes(self) -> Attributes:
        return step_attributes(self._skill_id, self._index)

    def _for_call(self, function: Callable[..., Any]) -> step:
        return step(self._skill_id or function.__name__, index=self._index)


class _ManagedCall:
    """The scope of one call of a decorated function; a generator activates it once per resumption."""

    def __init__(self, manager: _ScopeManager) -> None:
        self._manager = manager
        self._scope = nested_scope(manager._attributes())

    @contextmanager
    def active(self) -> Iterator[None]:
        entered = self._manager._enter(self._scope)
        try:
            yield
        finally:
            entered.exit()

    def record_exception(self, exception: BaseException) -> None:
        report(exception)


class _EnteredScope:
    """Makes a scope the current one until `exit`."""

    __slots__ = ("_baggage_token", "_token")

    def __init__(self, scope: RunScope, *, baggage: bool = False) -> None:
        self._token = current.set(scope)
        self._baggage_token = _attach_baggage(scope) if baggage else None

    def exit(self) -> None:
        _reset(self._token)
        if self._baggage_token is not None:
            otel_context.detach(self._baggage_token)


def _reset(token: Token[RunScope | None]) -> None:
    try:
        current.reset(token)
    except ValueError:  # exited in another context than entered in: an abandoned asynchronous generator
        current.set(None)


@never_raises(None)
def _attach_baggage(scope: RunScope) -> Token[otel_context.Context]:
    context = otel_context.get_current()
    for key, value in scope.attributes.items():
        context = otel_baggage.set_baggage(key, value, context)
    return otel_context.attach(context)


def flush_after(function: F) -> F:
    """Decorates the handler of an invocation, after which the process may be frozen or thrown away, as in AWS Lambda:
    reports the exception that leaves it, and delivers all failures before it ends, in INVOCATION_FLUSH_SECONDS at
    most."""
    return wrap(function, _Invocation)


class _Invocation:
    """One call of a function that `flush_after` decorates."""

    @contextmanager
    def active(self) -> Iterator[None]:
        try:
            yield
        finally:
            flush(INVOCATION_FLUSH_SECONDS)

    def record_exception(self, exception: BaseException) -> None:
        report(exception)


@contextmanager
def run_of_attributes(attributes: Attributes | None) -> Iterator[None]:
    """The run and step of a parent process, in its child; reports what leaves it."""
    token = current.set(RunScope(dict(attributes))) if attributes and current.get() is None else None
    try:
        yield
    except BaseException as exception:
        report(exception)
        raise
    finally:
        if token is not None:
            current.reset(token)
