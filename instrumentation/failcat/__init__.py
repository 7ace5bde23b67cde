"""Failcat in the agent process: reports every failure to the sidecar with its run, step and tenant, and retries as the
catalog advises.

    failcat.instrument()  # or no code at all: opentelemetry-instrument python agent.py
    with failcat.run(run_id, tenant_id="acme", agent="support"):
        for attempt in failcat.attempts():
            with attempt:
                answer = ask()

Importing this package imports no submodule. Each name imports its module on first use. Modules whose names start with
an underscore are not API.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from failcat._delivery.lifecycle import dropped, flush
    from failcat._instrumentation.setup import instrument, uninstrument
    from failcat._instrumentation.status import AgentStatus, status
    from failcat._instrumentation.threads import carry
    from failcat._recovery.attempts import attempts, retry
    from failcat._recovery.budget import RetryBudget
    from failcat._recovery.predicates import backoff, is_retryable, wait
    from failcat._recovery.retry_after import retry_after_seconds
    from failcat._reporting.log_handler import FailureHandler
    from failcat._reporting.matching import (
        MatchResult,
        match,
        match_and_persist,
        persist_failure_match,
        persist_failure_match_async,
        update_recovery_status,
    )
    from failcat._reporting.reporting import report
    from failcat._runs import flush_after, run, step
    from failcat.instrumentor import FailcatInstrumentor

    __version__: str

_MODULES = {
    **dict.fromkeys(("instrument", "uninstrument"), "_instrumentation.setup"),
    **dict.fromkeys(("run", "step", "flush_after"), "_runs"),
    **dict.fromkeys(("dropped", "flush"), "_delivery.lifecycle"),
    **dict.fromkeys(("match", "match_and_persist", "update_recovery_status", "MatchResult"), "_reporting.matching"),
    **dict.fromkeys(("persist_failure_match", "persist_failure_match_async"), "_reporting.matching"),
    **dict.fromkeys(("attempts", "retry"), "_recovery.attempts"),
    **dict.fromkeys(("backoff", "is_retryable", "wait"), "_recovery.predicates"),
    "carry": "_instrumentation.threads",
    "FailcatInstrumentor": "instrumentor",
    "FailureHandler": "_reporting.log_handler",
    "AgentStatus": "_instrumentation.status",
    "status": "_instrumentation.status",
    "report": "_reporting.reporting",
    "retry_after_seconds": "_recovery.retry_after",
    "RetryBudget": "_recovery.budget",
}

__all__ = [
    "AgentStatus",
    "FailcatInstrumentor",
    "FailureHandler",
    "MatchResult",
    "RetryBudget",
    "attempts",
    "backoff",
    "carry",
    "dropped",
    "flush",
    "flush_after",
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
    "status",
    "step",
    "uninstrument",
    "update_recovery_status",
    "wait",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - takes longer than the rest

        return version("failcat")
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"failcat.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
