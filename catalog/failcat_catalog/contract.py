"""The contract between agent and sidecar: which spans report failures, and which id each failure has.

Where the two differed, an agent would drop what the sidecar stores, or name a failure by an id that no row has. Names
of attributes are OpenTelemetry's semantic conventions 1.44. Finish reasons are in `finish_reasons.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from failcat_catalog import attributes as own
from failcat_catalog.finish_reasons import failing_finish_reason
from failcat_catalog.identity import content_hash

ERROR_TYPE = "error.type"
EXCEPTION_EVENT = "exception"
EXCEPTION_TYPE = "exception.type"
EXCEPTION_MESSAGE = "exception.message"

MODEL_KEYS = (
    *("gen_ai.request.model", "gen_ai.response.model"),  # the conventions
    *("llm.request.model_name", "llm.invocation_parameters"),  # OpenInference; the second is JSON with `model`
    *("llm.model_name", "embedding.model_name", "reranker.model_name"),
    "ai.model.id",  # Vercel AI SDK
    *("llm.request.model", "traceloop.association.properties.ls_model_name"),  # Traceloop: older, and of LangChain
    *("langsmith.metadata.ls_model_name", "langfuse.observation.model.name", "mlflow.llm.model"),
    *("model_name", "model"),  # pydantic-ai; the log events of Claude Code, Codex and Gemini CLI; MLflow
)
"""Where instrumentations name the model. The first that is present wins: what was asked for comes before what answered,
because only answers have the second, and its date of release would tell failures of one model apart."""

OWN_REPORTS = (own.FAILURE_CODE, own.RECOVERY_FAILURE_ID, own.LOSS_REPORT_ID)
"""Attributes of a failure, a recovery outcome or losses."""

REPORTING_ATTRIBUTES = (ERROR_TYPE, *OWN_REPORTS)
"""A span with one of these may report a failure, a recovery outcome or losses, whatever its status. Of log records see
`log_failures`."""


class ControlFlow(NamedTuple):
    """Signals by which one library, or several, steer a program: raised or returned as errors, but no failures."""

    source: str
    classes: tuple[str, ...] = ()
    """Names of exception classes, so that no library is imported: `Class` of any module, `root.Class` below that root
    module only, or without a module."""
    texts: tuple[str, ...] = ()
    """Whole messages. Go's errors have one class for all."""
    starts: tuple[str, ...] = ()
    """The messages' first words."""
    is_go: bool = False
    """The texts count only with a class of Go: other programs write them, too."""
    is_cancellation: bool = False
    """A time-out may be raised as the cancellation that it caused: where the message names one, it is a failure."""


CONTROL_FLOW = (
    ControlFlow(
        "docs.python.org: exceptions, asyncio; Ruby and JavaScript have StopIteration, too",
        ("CancelledError", "KeyboardInterrupt", "GeneratorExit", "SystemExit", "StopIteration", "StopAsyncIteration"),
        is_cancellation=True,
    ),
    ControlFlow("anyio 4.11, trio 0.31", ("trio.Cancelled", "EndOfStream", "WouldBlock"), is_cancellation=True),
    ControlFlow(
        "fetch standard, axios, the openai and anthropic SDKs for JavaScript: an AbortController",
        ("AbortError", "CanceledError", "APIUserAbortError"),
        is_cancellation=True,
    ),
    ControlFlow(
        "java.util.concurrent, java.lang, kotlinx.coroutines",
        ("CancellationException", "JobCancellationException", "InterruptedException"),
        is_cancellation=True,
    ),
    ControlFlow(
        "learn.microsoft.com: System.OperationCanceledException, System.Threading.Tasks.TaskCanceledException",
        ("OperationCanceledException", "TaskCanceledException"),
        is_cancellation=True,
    ),
    ControlFlow(
        "langgraph 1.2 errors.py; GraphInterrupt and NodeInterrupt ask a person",
        ("GraphBubbleUp", "GraphInterrupt", "NodeInterrupt", "GraphDrained", "ParentCommand"),
    ),
    ControlFlow(
        "pydantic_ai 2.68 exceptions.py: a person or another process is asked, or the model is asked again",
        ("CallDeferred", "ApprovalRequired", "ModelRetry", "ToolRetryError", "SkipModelRequest", "SkipToolExecution"),
    ),
    ControlFlow("crewai 1.15: a person is asked", ("HumanFeedbackPending",)),
    ControlFlow("strands-agents 1.x, agno 2.x exceptions.py", ("InterruptException", "StopAgentRun", "RetryAgentRun")),
    ControlFlow("llama-index-workflows 2.x, haystack 2.x", ("WorkflowCancelledByUser", "haystack.BreakpointException")),
    ControlFlow("autogen_core 0.7", ("DropMessage",)),
    ControlFlow("docs.celeryq.dev: celery.exceptions", ("celery.Ignore", "celery.Reject", "celery.Retry")),
    ControlFlow(
        "arq 0.26 worker.py, dramatiq 2 errors.py, huey 2 exceptions.py, docs.bullmq.io",
        (
            "arq.Retry",
            "RetryJob",
            "dramatiq.Retry",
            "RetryTask",
            "CancelExecution",
            "bullmq.DelayedError",
            "bullmq.WaitingChildrenError",
        ),
    ),
    ControlFlow(
        "temporalio 1.35, @temporalio/workflow",
        ("ContinueAsNewError", "ContinueAsNew", "CompleteAsyncError", "CancelledFailure", "CanceledFailure"),
    ),
    ControlFlow("prefect 3 exceptions.py", ("prefect.Cancelled", "prefect.Pause")),
    ControlFlow(
        "airflow 3 exceptions.py", ("AirflowSkipException", "AirflowRescheduleException", "airflow.TaskDeferred")
    ),
    ControlFlow("streamlit 1.x, werkzeug 3", ("RerunException", "streamlit.StopException", "RequestRedirect")),
    ControlFlow(
        "aiohttp 3 web_exceptions.py, pyramid 2 httpexceptions.py, tornado 6 web.py, kit.svelte.dev redirect()",
        (
            *("HTTPFound", "HTTPSeeOther", "HTTPMovedPermanently", "HTTPTemporaryRedirect", "HTTPPermanentRedirect"),
            *("tornado.Finish", "svelte.Redirect"),
        ),
    ),
    ControlFlow(
        "next 16 redirect(), notFound(), dynamic rendering; react 19 use()",
        starts=(
            *("NEXT_REDIRECT", "NEXT_NOT_FOUND", "NEXT_HTTP_ERROR_FALLBACK", "NEXT_PRERENDER_INTERRUPTED"),
            *("BAILOUT_TO_CLIENT_SIDE_RENDERING", "Bail out to client-side rendering", "DYNAMIC_SERVER_USAGE"),
            *("Dynamic server usage:", "Suspense Exception: This is not a real error!"),
        ),
    ),
    ControlFlow(
        "redis.io EVALSHA, XGROUP CREATE: the client then sends EVAL, or uses the group",
        ("NoScriptError", "JedisNoScriptException", "RedisNoScriptException", "NOSCRIPT", "BUSYGROUP"),
        starts=("NOSCRIPT", "BUSYGROUP Consumer Group name already exists"),
    ),
    ControlFlow(
        "pkg.go.dev: database/sql, database/sql/driver, pgx, go-redis, mongo, gomemcache, net/http",
        texts=(
            *("driver: skip fast-path; continue as if unimplemented", "sql: no rows in result set"),
            *("no rows in result set", "pg: no rows in result set", "redis: nil", "mongo: no documents in result"),
            *("memcache: cache miss", "redigo: nil returned", "datastore: no such entity"),
            *("http: Server closed", "net/http: abort Handler", "context canceled"),
        ),
    ),
    ControlFlow(
        "pkg.go.dev: io, io/fs, flag, gorm, google.golang.org/api/iterator",
        texts=(
            *("EOF", "record not found", "no more items in iterator", "skip this directory"),
            *("skip everything and stop the walk", "flag: help requested"),
        ),
        is_go=True,
    ),
    ControlFlow(
        "docs.rs sqlx::Error::RowNotFound",
        texts=("no rows returned by a query that expected to return at least one row",),
    ),
)
"""What is no failure. A cancellation that a protocol reports (gRPC CANCELLED, HTTP 499) is one, of severity LOW."""

NO_ERROR_TYPES = frozenset({"", "none", "null", "nil", "undefined", "false", "0", "ok", "success", "unset", "n/a"})
"""Values of `error.type`, in lower case, with which instrumentations say that nothing failed."""

NO_EVENT = 0xFFFFFFFF
"""The ordinal of a failure that no exception event reports."""

MAX_EVENTS = 1_024
"""Events of one span that are read; SDKs stop at 128. An exception after them has no ordinal and is not reported."""

_SEPARATORS = re.compile(r"[.:$\\]+")  # of modules and classes, in all languages
_CLASS_WRITTEN_OUT = ("<class ", "class ")
_TIMED_OUT = re.compile("time-?out|timed out|deadline", re.IGNORECASE)
_GO_CANCELLED = ": context canceled"
_GO_STATUS = "rpc error: "

_CLASSES: dict[str, dict[str, ControlFlow]] = {}
"""From a class to its root modules, empty for any, and their signals."""
for _signals in CONTROL_FLOW:
    for _root, _, _class in (name.rpartition(".") for name in _signals.classes):
        _CLASSES.setdefault(_class, {})[_root] = _signals
_TEXTS = {text: signals for signals in CONTROL_FLOW for text in signals.texts}
_MAX_CACHED_CHARS = 64
_MAX_TEXT = max(map(len, _TEXTS))
_STARTS = tuple(start for signals in CONTROL_FLOW for start in signals.starts)


def first_occurrences(exceptions: Iterable[tuple[str, str]]) -> list[int]:
    """The indexes of the distinct exceptions among (type, message) pairs, each at its first occurrence:
    instrumentations record an exception again that was recorded by hand. The last index belongs to the span's final
    failure."""
    first: dict[tuple[str, str], int] = {}
    for index, exception in enumerate(exceptions):
        first.setdefault(exception, index)
    return list(first.values())


def log_ordinal(told: Iterable[str], time_unix_nano: int) -> bytes:
    """The ordinal of a log record's failure: of an exception, `told` is its type and message."""
    return content_hash(*told, str(time_unix_nano))


def code_text(value: object) -> str:
    """A code or class as text. Codes are sent as texts or numbers; other values are not codes."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


class SpanSigns(NamedTuple):
    """What the attributes of a span, and its events, tell of a failure whatever its status; empty for nothing."""

    code: str  # `failure.code`
    error_type: str  # `error.type`
    finish_reason: str  # in the spelling of the table


Events = Sequence[tuple[str, Mapping[str, object]]]
"""Names and attributes of a span's events, the first MAX_EVENTS."""


def signs_of(attributes: Mapping[str, object], events: Events) -> SpanSigns:
    reason = failing_finish_reason(attributes)
    if events and not reason:
        reason = next(filter(None, (failing_finish_reason(told) for _, told in events)), "")
    return SpanSigns(code_text(attributes.get(own.FAILURE_CODE)), told_error_type(attributes.get(ERROR_TYPE)), reason)


def exceptions_of(events: Events, signs: SpanSigns, *, is_error: bool, is_ok: bool) -> list[int]:
    """The indexes of the distinct exceptions among the events of a span with status ERROR, OK or neither. Exceptions on
    a span with status OK were handled."""
    if is_ok and not signs.code:
        return []
    told = [at for at, event in enumerate(events) if is_exception(*event)]
    if not told and (is_error or any(signs)):  # an event of another name may tell why
        told = [at for at, (_, attributes) in enumerate(events) if _tells_exception(attributes)]
    return [told[place] for place in first_occurrences(_exception(events[at][1]) for at in told)]


def is_exception(name: str, attributes: Mapping[str, object]) -> bool:
    """Whether an event reports an exception by its name."""
    return name == EXCEPTION_EVENT or (name.endswith("." + EXCEPTION_EVENT) and _tells_exception(attributes))


def _tells_exception(attributes: Mapping[str, object]) -> bool:
    return EXCEPTION_TYPE in attributes or EXCEPTION_MESSAGE in attributes


def _exception(attributes: Mapping[str, object]) -> tuple[str, str]:
    return code_text(attributes.get(EXCEPTION_TYPE)), code_text(attributes.get(EXCEPTION_MESSAGE))


def told_error_type(value: object) -> str:
    """The value of `error.type` as text; empty when it says that nothing failed, as `none` and HTTP statuses below 400
    do. `_OTHER`, of which the conventions say "failed, kind unknown", is a failure."""
    text = value if type(value) is str else code_text(value)
    return (_told_error_type if len(text) <= _MAX_CACHED_CHARS else _told_error_type.__wrapped__)(text)


@lru_cache(maxsize=1_024)
def _told_error_type(text: str) -> str:
    is_status = len(text) == 3 and text.isdecimal()
    return "" if text.strip().lower() in NO_ERROR_TYPES or (is_status and text < "400") else text


def class_name(value: object) -> str:
    """A class or code as text, without Python's `<class '…'>` or Java's `class …` around it."""
    text = value if type(value) is str else code_text(value)
    if not text.startswith(_CLASS_WRITTEN_OUT):  # nearly always; a failure asks four times
        return text
    if text.startswith("<class ") and text.endswith(">"):
        return text[len("<class ") : -1].strip("'\"")
    return text.removeprefix("class ")


def is_control_flow(exception_type: str, message: str) -> bool:
    """Whether an exception of this class, qualified or not, with this message steers a program and is no failure."""
    by_class = _by_class(exception_type)
    if by_class is not None and not (by_class.is_cancellation and _TIMED_OUT.search(message)):
        return True
    if message.startswith(_STARTS):
        return True
    by_text = _TEXTS.get(message) if len(message) <= _MAX_TEXT else None
    if by_text is not None:
        return not by_text.is_go or exception_type.startswith(("*", "errors."))
    return message.endswith(_GO_CANCELLED) and _GO_STATUS not in message


@lru_cache(maxsize=1_024)
def _by_class(name: str) -> ControlFlow | None:
    *modules, last = _SEPARATORS.split(class_name(name))
    by_root = _CLASSES.get(last)
    if by_root is None:
        return None
    return by_root.get("") or (by_root.get(modules[0]) if modules else next(iter(by_root.values())))
