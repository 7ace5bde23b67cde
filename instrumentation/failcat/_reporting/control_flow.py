"""Tells failures from control flow, which is neither reported nor retried."""

from __future__ import annotations

from functools import lru_cache

from failcat._guard import never_raises
from failcat._reporting.observation import text_of
from failcat_catalog.contract import is_control_flow

_MAX_LEAVES = 64

_FAILING_BASES = frozenset({"gevent.timeout.Timeout"})
"""Failures that are no Exception, so that no `except Exception` of the code that timed out stops them."""


@never_raises(False)
def is_failure(exception: BaseException | None) -> bool:
    """Whether `exception` is a failure. A group is one if any of its members is."""
    if exception is None:
        return False
    if isinstance(exception, BaseExceptionGroup):
        return any(is_failure(leaf) for leaf in leaves(exception))
    if not isinstance(exception, Exception):
        return _name(type(exception)) in _FAILING_BASES
    message = text_of(exception)
    return not any(is_control_flow(name, message) for name in _deciding_names(type(exception)))  # type: ignore[arg-type]  # a class is hashable


@lru_cache(maxsize=1_024)
def _deciding_names(cls: type) -> tuple[str, ...]:
    """The class's name, and those of its bases that steer programs whatever the message."""
    bases = (_name(base) for base in cls.__mro__[1:])
    return _name(cls), *(name for name in bases if name.startswith("errors.") or is_control_flow(name, ""))


def _name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__name__}"


def leaves(exception: BaseException) -> list[BaseException]:
    """The exceptions inside a group at any depth, at most `_MAX_LEAVES`; another exception is its own leaf."""
    found: list[BaseException] = []
    stack = [exception]
    while stack and len(found) < _MAX_LEAVES:
        exception = stack.pop()
        if isinstance(exception, BaseExceptionGroup):
            stack.extend(reversed(exception.exceptions))
        else:
            found.append(exception)
    return found
