"""Runs and steps: `with failcat.run(…)`, `@failcat.step(…)`.

What they name is put on every span that starts inside, and an exception that leaves one without having been reported is
reported. They follow asyncio tasks by themselves, threads and executors once the process is instrumented, and forks.
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

from failcat._guard import harmless
from failcat._reporting.reporting import report
from failcat._scope import Attributes, Scope, current, inside, run_attributes, step_attributes
from failcat._wrapping import wrap

F = TypeVar("F", bound=Callable[..., Any])


class _Place:
    """A scope that can be entered with `with`, or by each call of a decorated function."""

    def __init__(self) -> None:
        self._open: list[_Entered] = []

    def __enter__(self) -> Self:
        self._open.append(self._enter(inside(self._attributes())))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if exception is not None:
            report(exception)
        self._open.pop().leave()

    def __call__(self, function: F) -> F:
        return wrap(function, lambda: _Call(self._for_call(function)))

    def _attributes(self) -> Attributes:
        raise NotImplementedError

    def _for_call(self, function: Callable[..., Any]) -> _Place:
        return self

    def _enter(self, scope: Scope) -> _Entered:
        return _Entered(scope)


class run(_Place):  # noqa: N801 - reads as a statement: with failcat.run(…)
    """One run of an agent. A context manager, and a decorator whose every call is a run of its own.

    Without `run_id` each entry gets a new one, which `run_id` then holds. `baggage=True` sends run, tenant and agent
    along to the services that are called, in the header of every outgoing request."""

    def __init__(
        self,
        run_id: object = None,
        *,
        tenant_id: str | None = None,
        agent: str | None = None,
        baggage: bool = False,
    ) -> None:
        super().__init__()
        self.run_id = "" if run_id is None else str(run_id)
        self._given = bool(self.run_id)
        self._tenant_id = tenant_id
        self._agent = agent
        self._baggage = baggage

    def _attributes(self) -> Attributes:
        if not self._given:
            self.run_id = uuid4().hex
        return run_attributes(self.run_id, self._tenant_id, self._agent)

    def _for_call(self, function: Callable[..., Any]) -> run:
        given = self.run_id if self._given else None
        return run(given, tenant_id=self._tenant_id, agent=self._agent, baggage=self._baggage)

    def _enter(self, scope: Scope) -> _Entered:
        return _Entered(scope, baggage=self._baggage)


class step(_Place):  # noqa: N801 - reads as a statement: with failcat.step(…)
    """One step of a run: the skill that it uses and its index. As a decorator its skill is the function's name unless
    another is given."""

    def __init__(self, skill_id: str | None = None, *, index: int | None = None) -> None:
        super().__init__()
        self._skill_id = skill_id
        self._index = index

    def _attributes(self) -> Attributes:
        return step_attributes(self._skill_id, self._index)

    def _for_call(self, function: Callable[..., Any]) -> step:
        return step(self._skill_id or function.__name__, index=self._index)


class _Call:
    """The place of one call of a decorated function, which a generator enters many times."""

    def __init__(self, place: _Place) -> None:
        self._place = place
        self._scope = inside(place._attributes())

    @contextmanager
    def entered(self) -> Iterator[None]:
        entered = self._place._enter(self._scope)
        try:
            yield
        finally:
            entered.leave()

    def left_by(self, exception: BaseException) -> None:
        report(exception)


class _Entered:
    """A scope that is current until it is left."""

    __slots__ = ("_baggage_token", "_token")

    def __init__(self, scope: Scope, *, baggage: bool = False) -> None:
        self._token = current.set(scope)
        self._baggage_token = _attach_baggage(scope) if baggage else None

    def leave(self) -> None:
        _reset(self._token)
        if self._baggage_token is not None:
            otel_context.detach(self._baggage_token)


def _reset(token: Token[Scope | None]) -> None:
    try:
        current.reset(token)
    except ValueError:  # left in another context than it was entered in, as abandoned async generators are
        current.set(None)


@harmless(None)
def _attach_baggage(scope: Scope) -> Token[otel_context.Context]:
    context = otel_context.get_current()
    for key, value in scope.attributes.items():
        context = otel_baggage.set_baggage(key, value, context)
    return otel_context.attach(context)
