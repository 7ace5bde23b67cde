"""Wrapper exceptions: a failure is classified by the innermost cause that the catalog knows.

Reads tenacity's `RetryError[… raised X]`, urllib3's `(Caused by X(…))`, Java's and JavaScript's `Caused by: X`, and the
exceptions in the traceback of an ExceptionGroup or a RetryError, whose own message has no information.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from failcat_catalog.matcher.facts import Fact, type_facts
from failcat_catalog.types import Observation

WRAPPERS = frozenset({"RetryError", "MaxRetryError", "ExceptionGroup", "BaseExceptionGroup", "FallbackExceptionGroup"})
"""Classes whose name and message do not tell the cause."""

MAX_TRACE_CHARS = 16384
MAX_TRACE_LINES = 400
MAX_CAUSES = 16

_NOTHING_WRAPPED: tuple[Sequence[str], str] = ((), "")


def replace_wrapper(facts: set[Fact], causes: Iterable[str], knows: Callable[[Fact], bool]) -> None:
    """Replaces the wrapper's facts by those of the innermost of `causes` (outermost first) that the catalog knows."""
    for name in reversed(list(causes)):
        inner = type_facts(name)
        if any(knows(fact) for fact in inner if not fact.startswith(("provider:", "protocol:"))):
            facts -= {fact for fact in facts if fact.startswith(("type:", "name:", "inner:"))}
            facts.update(inner)
            return


def wrapped_text(observation: Observation) -> tuple[Sequence[str], str]:
    """For a wrapper with a traceback: the classes in it, outermost first, and the innermost exception's message."""
    trace = observation.attributes.get("exception.stacktrace")
    class_name = (observation.exception_type or observation.error_type).rpartition(".")[2] if trace else ""
    if class_name not in WRAPPERS or not isinstance(trace, str):
        return _NOTHING_WRAPPED
    raised = _raised(trace[-MAX_TRACE_CHARS:], class_name)
    return [name for name, _ in raised], raised[-1][1] if raised else ""


def _raised(trace: str, wrapper: str) -> list[tuple[str, str]]:
    """(class, message) of the exceptions in a Python traceback; the last is the root cause. Python prints a cause
    before its effect, and the members of a group after the group."""
    found: list[tuple[str, str]] = []
    for line in trace.splitlines()[-MAX_TRACE_LINES:]:
        text = line.strip(" |+-")
        name, colon, message = text.partition(": ")
        if colon and _is_class(name) and name.rpartition(".")[2] != wrapper:
            found.append((name, message))
    if "ExceptionGroup" not in wrapper:
        found.reverse()
    return found[-MAX_CAUSES:]


def _is_class(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last[:1].isupper() and name.replace(".", "").replace("_", "").isalnum() and len(name) < 200
