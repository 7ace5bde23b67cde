"""One decorator for functions, coroutines, generators and asynchronous generators.

A generator is left and entered again at every yield, so that what it sets is not seen by whoever iterates over it.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class Place(Protocol):
    """What a call happens inside of."""

    def entered(self) -> AbstractContextManager[object]:
        """Makes it the current place, for one stretch of code."""
        ...

    def left_by(self, exception: BaseException) -> None:
        """Hears of an exception that leaves it."""
        ...


def wrap(function: F, new_place: Callable[[], Place]) -> F:
    """`function` with each call of it in a place of its own."""
    if inspect.isasyncgenfunction(function):
        wrapped = _async_generator(function, new_place)
    elif inspect.iscoroutinefunction(function):
        wrapped = _coroutine(function, new_place)
    elif inspect.isgeneratorfunction(function):
        wrapped = _generator(function, new_place)
    else:
        wrapped = _function(function, new_place)
    return cast("F", wrapped)


def _function(function: Callable[..., Any], new_place: Callable[[], Place]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        place = new_place()
        with place.entered():
            try:
                return function(*args, **kwargs)
            except BaseException as exception:
                place.left_by(exception)
                raise

    return call


def _coroutine(function: Callable[..., Any], new_place: Callable[[], Place]) -> Callable[..., Any]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        place = new_place()
        with place.entered():
            try:
                return await function(*args, **kwargs)
            except BaseException as exception:
                place.left_by(exception)
                raise

    return call


def _generator(function: Callable[..., Any], new_place: Callable[[], Place]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        place = new_place()
        inner: Generator[Any, Any, Any] = function(*args, **kwargs)
        resume, value = inner.send, None
        while True:
            with place.entered():
                try:
                    item = resume(value)
                except StopIteration as stop:
                    return stop.value
                except BaseException as exception:
                    place.left_by(exception)
                    raise
            try:
                value, resume = (yield item), inner.send
            except GeneratorExit:
                with place.entered():
                    inner.close()
                raise
            except BaseException as thrown:
                value, resume = thrown, inner.throw

    return call


def _async_generator(function: Callable[..., Any], new_place: Callable[[], Place]) -> Callable[..., Any]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        place = new_place()
        inner: AsyncGenerator[Any, Any] = function(*args, **kwargs)
        resume, value = inner.asend, None
        while True:
            with place.entered():
                try:
                    item = await resume(value)
                except StopAsyncIteration:
                    return
                except BaseException as exception:
                    place.left_by(exception)
                    raise
            try:
                value, resume = (yield item), inner.asend
            except GeneratorExit:
                with place.entered():
                    await inner.aclose()
                raise
            except BaseException as thrown:
                value, resume = thrown, inner.athrow

    return call
