"""The contract between agent and sidecar: which spans report failures, and which id each failure has.

Where the two differed, an agent would drop what the sidecar stores, or name a failure by an id that no row has. Names
of attributes are OpenTelemetry's semantic conventions 1.44.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from failcat_catalog import attributes as own
from failcat_catalog.identity import content_hash

ERROR_TYPE = "error.type"
EXCEPTION_EVENT = "exception"
EXCEPTION_TYPE = "exception.type"
EXCEPTION_MESSAGE = "exception.message"
FINISH_REASONS = "gen_ai.response.finish_reasons"

_OWN_REPORTS = (own.FAILURE_CODE, own.RECOVERY_FAILURE_ID, own.LOSS_REPORT_ID)
REPORTING_ATTRIBUTES = (ERROR_TYPE, *_OWN_REPORTS)
"""A span with one of these may report a failure, a recovery outcome or losses, whatever its status."""
LOG_REPORTING_ATTRIBUTES = (EXCEPTION_TYPE, EXCEPTION_MESSAGE, *_OWN_REPORTS)
"""The same of a log record."""

CONTROL_FLOW = frozenset(
    {
        *("CancelledError", "KeyboardInterrupt", "GeneratorExit", "SystemExit", "StopIteration", "StopAsyncIteration"),
        *("GraphBubbleUp", "GraphInterrupt", "NodeInterrupt", "GraphDrained", "ParentCommand"),  # LangGraph
        *("CallDeferred", "ApprovalRequired", "HumanFeedbackPending"),  # pydantic-ai, crewai: a person is asked
    }
)
"""Class names of exceptions that control a program's flow: not failures. Names, so that no framework is imported."""

BENIGN_FINISH_REASONS = (
    *("stop", "tool_calls", "end_turn", "tool_use", "tool_call", "stop_sequence", "completed", "complete"),
    *("function_call", "pause_turn", "eos_token", "eos"),
)
"""In lower case, the frequent ones first: a response with such a reason did not fail."""

FAILING_FINISH_REASONS = frozenset(
    {
        *("content_filter", "content_filtered", "guardrail_intervened", "refusal", "safety", "error"),
        *("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded"),
        *("prohibited_content", "blocklist", "spii", "jailbreak", "model_armor"),
        *("image_safety", "image_prohibited_content", "image_recitation"),
        *("recitation", "language", "malformed_function_call", "unexpected_tool_call", "too_many_tool_calls"),
        "missing_thought_signature",
    }
)
"""In lower case. A response with such a reason is incomplete or refused, often on a span without status ERROR. A reason
in neither list is sent by agents and is no failure to the sidecar, so that a newer sidecar can know more."""

NO_EVENT = 0xFFFFFFFF
"""The ordinal of a failure that no exception event reports."""

MAX_EVENTS = 1_024
"""Events of one span that are read; SDKs stop at 128. An exception after them has no ordinal and is not reported."""

_BENIGN = frozenset(BENIGN_FINISH_REASONS)


def first_occurrences(exceptions: Iterable[tuple[str, str]]) -> list[int]:
    """The indexes of the distinct exceptions among (type, message) pairs, each at its first occurrence:
    instrumentations record an exception again that was recorded by hand. The last index belongs to the span's final
    failure."""
    first: dict[tuple[str, str], int] = {}
    for index, exception in enumerate(exceptions):
        first.setdefault(exception, index)
    return list(first.values())


def log_ordinal(exception_type: str, message: str, time_unix_nano: int) -> bytes:
    """The ordinal of a log record's failure."""
    return content_hash(exception_type, message, str(time_unix_nano))


def code_text(value: object) -> str:
    """A code or class as text. Codes are sent as texts or numbers; other values are not codes."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def failing_finish_reason(value: object) -> str:
    """The first failing reason in the attribute's value, as sent; empty without one."""
    return next((reason for reason in _reasons(value) if reason.lower() in FAILING_FINISH_REASONS), "")


def ended_well(value: object) -> bool:
    """Whether all reasons in the attribute's value are benign."""
    return all(reason.lower() in _BENIGN for reason in _reasons(value))


def _reasons(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return [reason for reason in value if isinstance(reason, str)] if isinstance(value, Sequence) else ()
