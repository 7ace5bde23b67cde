"""What steers a program and is no failure: one list for both sides, and what the catalog says of it."""

from __future__ import annotations

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import CLIENT, SERVER, exception, failures, log, log_failures, span

from failcat._reporting.control_flow import is_failure
from failcat_catalog.catalog import Catalog
from failcat_catalog.contract import CONTROL_FLOW, is_control_flow
from failcat_catalog.types import Observation

GO = "*errors.errorString"
NAMES = sorted({name for signals in CONTROL_FLOW for name in signals.classes})
TEXTS = [
    (GO if signals.is_go else "Error", text) for signals in CONTROL_FLOW for text in (*signals.texts, *signals.starts)
]


def bare(name: str) -> str:
    return name.rpartition(".")[2]


def raised(name: str) -> Exception:
    """An exception of a class of that name, in the root module that the list asks for."""
    root, _, class_name = name.rpartition(".")
    return type(class_name, (Exception,), {"__module__": f"{root or 'anything'}.exceptions"})()  # type: ignore[no-any-return]


def code_of(exception_type: str, message: str = "") -> str:
    return Catalog.builtin().match(Observation("", exception_type, exception_type, message)).code


@pytest.mark.parametrize("name", NAMES)
def test_a_class_is_known_however_it_is_written_on_both_sides(name: str) -> None:
    for written in (name, bare(name), f"<class '{name}'>"):
        assert failures(span(events=(exception(written, "why"),))) == []
        assert failures(span(attributes={"error.type": written})) == []
        assert log_failures(log(attributes={"exception.type": written})) == []
    assert not is_failure(raised(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_catalog_calls_a_signal_a_cancellation(name: str) -> None:
    assert {code_of(written) for written in (name, bare(name), f"<class '{name}'>")} == {"CANCELLED"}


@pytest.mark.parametrize(("exception_type", "text"), TEXTS)
def test_a_text_is_known_where_the_class_says_nothing(exception_type: str, text: str) -> None:
    assert failures(span(events=(exception(exception_type, text),))) == []
    assert failures(span(events=(exception(exception_type, text),), message=text)) == []
    assert code_of(exception_type, text) == "CANCELLED"


@pytest.mark.parametrize(
    ("exception_type", "message"),
    [
        ("Error", "NEXT_REDIRECT;replace;/login;307;"),
        ("Error", "NEXT_HTTP_ERROR_FALLBACK;404"),
        ("ReplyError", "NOSCRIPT No matching script. Please use EVAL."),
        ("redis.exceptions.ResponseError", "BUSYGROUP Consumer Group name already exists"),
        ("*url.Error", 'Get "https://api.example.com/v1": context canceled'),
        ("celery.exceptions.Ignore", ""),
        ("class java.util.concurrent.CancellationException", ""),
        ("System.Threading.Tasks.TaskCanceledException", "A task was canceled."),
        ("kotlinx.coroutines.JobCancellationException", "Job was cancelled"),
    ],
)
def test_signals_as_libraries_send_them(exception_type: str, message: str) -> None:
    assert is_control_flow(exception_type, message)


@pytest.mark.parametrize(
    ("exception_type", "message"),
    [
        ("acme.jobs.Retry", "the job was given back"),  # celery's name, of another module
        ("acme.shipments.DelayedError", "the truck is late"),  # BullMQ's, bare, of another module
        ("ValueError", "record not found"),  # Go's text, in another language
        ("ssl.SSLError", "EOF"),
        (GO, 'Post "https://api.example.com/v1/chat": EOF'),
        (GO, "load order 7: sql: no rows in result set"),
        (
            "System.Threading.Tasks.TaskCanceledException",
            "The request was canceled due to the configured HttpClient.Timeout",
        ),
        ("asyncio.exceptions.CancelledError", "deadline exceeded"),
        (GO, "rpc error: code = Canceled desc = context canceled"),
        ("acme.GraphInterruptError", "ask"),
        ("Error", "the page said NEXT_REDIRECT"),
        ("", ""),
    ],
)
def test_what_only_looks_like_a_signal_is_a_failure(exception_type: str, message: str) -> None:
    assert not is_control_flow(exception_type, message)
    assert len(failures(span(events=(exception(exception_type, message),)))) == 1


@pytest.mark.parametrize(
    "made",
    [
        span(kind=CLIENT, attributes={"rpc.grpc.status_code": 1}, message="context canceled"),
        span(
            kind=CLIENT, attributes={"rpc.response.status_code": "CANCELLED"}, events=(exception("CancelledError", ""),)
        ),
        span(kind=CLIENT, attributes={"rpc.connect_rpc.error_code": "canceled"}, message="context canceled"),
        span(
            kind=SERVER,
            attributes={"http.response.status_code": 499},
            events=(exception("asyncio.CancelledError", ""),),
        ),
        span(kind=SERVER, attributes={"error.type": "499"}, events=(exception("AbortError", "aborted"),)),
        span(kind=SERVER, events=(exception("starlette.requests.ClientDisconnect", ""),)),
    ],
)
def test_a_cancellation_that_a_protocol_reports_is_a_row(made: Span) -> None:
    [failure] = failures(made)
    match = Catalog.builtin().match(failure.observation)
    assert (match.code, match.severity, match.retryable) == ("CANCELLED", "LOW", False)


@pytest.mark.parametrize(
    ("description", "rows"),
    [
        ("GraphInterrupt((Interrupt(value='approve?', id='i1'),))", 0),
        ("langgraph.errors.NodeInterrupt('ask')", 0),
        ("acme.PlanError('ask')", 1),
        ("the agent raised GraphInterrupt('ask')", 1),
    ],
)
def test_a_description_may_be_the_repr_of_a_signal(description: str, rows: int) -> None:
    assert len(failures(span(message=description))) == rows
