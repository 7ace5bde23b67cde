"""Exceptions that steer a program: not failures, neither reported nor retried."""

from __future__ import annotations

from failcat._guard import harmless
from failcat_catalog.contract import CONTROL_FLOW

_MAX_LEAVES = 64


@harmless(False)
def is_failure(exception: BaseException | None) -> bool:
    """Whether `exception` tells of something that went wrong. A group does when one of its members does."""
    if exception is None:
        return False
    if isinstance(exception, BaseExceptionGroup):
        return any(is_failure(leaf) for leaf in leaves(exception))
    if not isinstance(exception, Exception):
        return False
    return not any(cls.__name__ in CONTROL_FLOW for cls in type(exception).__mro__)


def leaves(exception: BaseException) -> list[BaseException]:
    """The exceptions that a group holds at any depth, at most `_MAX_LEAVES`; any other exception is its own leaf."""
    found: list[BaseException] = []
    waiting = [exception]
    while waiting and len(found) < _MAX_LEAVES:
        current = waiting.pop()
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(reversed(current.exceptions))
        else:
            found.append(current)
    return found
