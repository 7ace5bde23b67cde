"""Failcat in the agent: every failure reaches the sidecar with its run, step and tenant, and is recovered from as the
catalog advises.

    failcat.instrument()                    # or no code at all: opentelemetry-instrument python agent.py
    with failcat.run(run_id, tenant_id="acme", agent="support"):
        for attempt in failcat.attempts():
            with attempt:
                answer = ask()

Importing this package loads nothing; each name loads what it needs when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from failcat.budget import RetryBudget
    from failcat.context import run, step
    from failcat.delivery import dropped, flush
    from failcat.instrumentor import FailcatInstrumentor
    from failcat.matching import (
        MatchResult,
        match,
        match_and_persist,
        persist_failure_match,
        persist_failure_match_async,
        update_recovery_status,
    )
    from failcat.predicates import backoff, is_retryable, wait
    from failcat.recovery import attempts, retry
    from failcat.reporting import report
    from failcat.retry_after import retry_after_seconds
    from failcat.setup import instrument, uninstrument
    from failcat.threads import carry

_MODULES = {
    **dict.fromkeys(("instrument", "uninstrument"), "setup"),
    **dict.fromkeys(("run", "step"), "context"),
    **dict.fromkeys(("dropped", "flush"), "delivery"),
    **dict.fromkeys(("match", "match_and_persist", "persist_failure_match", "persist_failure_match_async"), "matching"),
    **dict.fromkeys(("MatchResult", "update_recovery_status"), "matching"),
    **dict.fromkeys(("attempts", "retry"), "recovery"),
    **dict.fromkeys(("backoff", "is_retryable", "wait"), "predicates"),
    "carry": "threads",
    "FailcatInstrumentor": "instrumentor",
    "report": "reporting",
    "retry_after_seconds": "retry_after",
    "RetryBudget": "budget",
}

__all__ = [
    "FailcatInstrumentor",
    "MatchResult",
    "RetryBudget",
    "attempts",
    "backoff",
    "carry",
    "dropped",
    "flush",
    "instrument",
    "is_retryable",
    "match",
    "match_and_persist",
    "persist_failure_match",
    "persist_failure_match_async",
    "report",
    "retry",
    "retry_after_seconds",
    "run",
    "step",
    "uninstrument",
    "update_recovery_status",
    "wait",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"failcat.{module}"), name)
    globals()[name] = value
    return value
