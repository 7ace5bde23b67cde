"""One decorator for functions, coroutines, generators and asynchronous generators.

A generator's scope is deactivated at every yield and activated at every resumption, so its caller never runs inside it.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class CallScope(Protocol):
    """The scope of one call."""

    def active(self) -> AbstractContextManager[object]:
        """Makes it the current scope until the context manager exits."""
        ...

    def record_exception(self, exception: BaseException) -> None:
        """Records an exception that leaves the call."""
        ...


def wrap(function: F, new_scope: Callable[[], CallScope]) -> F:
    """`function`, each call of which runs in a new scope."""
    if inspect.isasyncgenfunction(function):
        wrapped = _async_generator(function, new_scope)
    elif inspect.iscoroutinefunction(function):
        wrapped = _coroutine(function, new_scope)
    elif inspect.isgeneratorfunction(function):
        wrapped = _generator(function, new_scope)
    else:
        wrapped = _function(function, new_scope)
    return cast("F", wrapped)


def _function(function: Callable[..., Any], new_scope: Callable[[], CallScope]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        scope = new_scope()
        with scope.active():
            try:
                return function(*args, **kwargs)
            except BaseException as exception:
                scope.record_exception(exception)
                raise

    return call


def _coroutine(function: Callable[..., Any], new_scope: Callable[[], CallScope]) -> Callable[..., Any]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        scope = new_scope()
        with scope.active():
            try:
                return await function(*args, **kwargs)
            except BaseException as exception:
                scope.record_exception(exception)
                raise

    return call


def _generator(function: Callable[..., Any], new_scope: Callable[[], CallScope]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        scope = new_scope()
        inner: Generator[Any, Any, Any] = function(*args, **kwargs)
        resume, value = inner.send, None
        while True:
            with scope.active():
                try:
                    item = resume(value)
                except StopIteration as stop:
                    return stop.value
                except BaseException as exception:
                    scope.record_exception(exception)
                    raise
            try:
                value, resume = (yield item), inner.send
            except GeneratorExit:
                with scope.active():
                    inner.close()
                raise
            except BaseException as thrown:
                value, resume = thrown, inner.throw

    return call


def _async_generator(function: Callable[..., Any], new_scope: Callable[[], CallScope]) -> Callable[..., Any]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        scope = new_scope()
        inner: AsyncGenerator[Any, Any] = function(*args, **kwargs)
        resume, value = inner.asend, None
        while True:
            with scope.active():
                try:
                    item = await resume(value)
                except StopAsyncIteration:
                    return
                except BaseException as exception:
                    scope.record_exception(exception)
                    raise
            try:
                value, resume = (yield item), inner.asend
            except GeneratorExit:
                with scope.active():
                    await inner.aclose()
                raise
            except BaseException as thrown:
                value, resume = thrown, inner.athrow

    return call
