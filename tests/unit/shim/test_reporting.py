"""One exception is one failure, however far it propagates, under one id."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable

import pytest
from opentelemetry.trace import Status, StatusCode, Tracer
from tests.support.otlp_sink import OtlpSink
from tests.support.reported import flushed_failures, ids_of, raised

import failcat
from failcat._reporting import recent_failures
from failcat._reporting.control_flow import is_failure
from failcat._reporting.span_failures import SpanFailure

TEXT = "the warehouse did not answer within 30 s"


class ApplicationError(Exception):
    pass


def fail_in_span(tracer: Tracer, exception: Exception, name: str = "chat") -> None:
    with tracer.start_as_current_span(name):
        raise exception


def test_a_failing_span_and_its_exception_have_one_id(tracer: Tracer, sink: OtlpSink) -> None:
    with pytest.raises(TimeoutError) as caught:
        fail_in_span(tracer, TimeoutError(TEXT))
    (failure,) = flushed_failures(sink)
    assert failcat.report(caught.value) == failure.failure_id == failure.own_id
    assert len(flushed_failures(sink)) == 1


def test_a_parent_that_fails_of_the_same_exception_names_its_childs_id(tracer: Tracer, sink: OtlpSink) -> None:
    with pytest.raises(TimeoutError), tracer.start_as_current_span("invoke_agent"):
        fail_in_span(tracer, TimeoutError(TEXT))
    child, parent = flushed_failures(sink)
    assert parent.failure_id == child.failure_id == child.own_id != parent.own_id


def test_a_span_that_tells_only_status_and_type_is_joined_to_its_exception(tracer: Tracer, sink: OtlpSink) -> None:
    """As the official GenAI instrumentations end their spans: inside `except`, without an exception event."""
    with pytest.raises(TimeoutError) as caught:
        span = tracer.start_span("chat")
        try:
            raise TimeoutError(TEXT)
        except TimeoutError as error:
            span.set_attribute("error.type", "TimeoutError")
            span.set_status(Status(StatusCode.ERROR, str(error)))
            span.end()
            raise
    assert [failcat.report(caught.value)] == ids_of(sink)


def test_a_span_that_ended_elsewhere_is_joined_by_what_it_tells(tracer: Tracer, sink: OtlpSink) -> None:
    error = raised(TimeoutError(TEXT))

    def end_span() -> None:
        span = tracer.start_span("chat", attributes={"error.type": "TimeoutError"})
        span.set_status(Status(StatusCode.ERROR, TEXT))
        span.end()

    with failcat.run("r1"):
        thread = threading.Thread(target=end_span)
        thread.start()
        thread.join()
        first = failcat.report(error)
        second = failcat.report(raised(TimeoutError(TEXT)))
    assert first != second, "a second failure that reads alike is a failure of its own"
    assert ids_of(sink) == [first, second]


def test_a_span_that_fails_without_a_word_is_about_what_was_reported_inside_it(tracer: Tracer, sink: OtlpSink) -> None:
    """As MCP's servers: they answer a tool's exception, and their span only says `tool_error`."""
    with tracer.start_as_current_span("tools/call") as span:
        reported = failcat.report(raised(LookupError("no order")))
        span.set_attribute("error.type", "tool_error")
        span.set_status(StatusCode.ERROR)
    with tracer.start_as_current_span("tools/call") as span:
        other = failcat.report(raised(LookupError("no order")))
        span.set_status(StatusCode.ERROR, "this one speaks for itself")
    stored = ids_of(sink)
    assert (stored.count(reported or ""), stored.count(other or ""), len(set(stored))) == (2, 1, 3)


def test_a_span_that_fails_in_its_own_way_inside_except_is_its_own_failure(tracer: Tracer, sink: OtlpSink) -> None:
    try:
        raise KeyError("first")
    except KeyError as error:
        with tracer.start_as_current_span("fallback") as span:
            span.set_status(Status(StatusCode.ERROR, "the fallback model refused"))
        reported = failcat.report(error)
    fallback, first = ids_of(sink)
    assert reported == first != fallback


class ProviderError(Exception):
    """As the providers' clients raise: a status, and the code in the body."""

    status_code = 429
    body = {"error": {"type": "rate_limit_error", "message": "slow down"}}  # noqa: RUF012


@pytest.mark.parametrize(
    ("attributes", "message", "is_same"),
    [
        ({"error.type": "rate_limit_error"}, "", True),
        ({"error.type": "429"}, "", True),
        ({"error.type": "_OTHER", "http.response.status_code": 429}, "", True),
        ({"error.type": "overloaded_error"}, "", False),
        ({"http.response.status_code": 500}, "", False),
        ({"error.type": "rate_limit_error"}, "the fallback model refused", False),
        ({}, "Rate limited: slow", True),
        ({}, "", False),
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_a_span_that_tells_the_exceptions_code_or_status_is_about_it(
    inside: bool, attributes: dict[str, str | int], message: str, is_same: bool, tracer: Tracer, sink: OtlpSink
) -> None:
    """As Anthropic's SDK ends its spans: with a code and no text."""

    def end_span() -> None:
        span = tracer.start_span("chat", attributes=attributes)
        span.set_status(Status(StatusCode.ERROR, message))
        span.end()

    with failcat.run("r1"):
        error = raised(ProviderError("Rate limited: slow down, please"))
        if inside:
            try:
                raise error
            except ProviderError:
                end_span()
        else:
            end_span()
        failcat.report(error)
    assert (len(set(ids_of(sink))) == 1) is is_same


def wrapped_with_its_text(cause: Exception) -> Exception:
    return ApplicationError(f"step 3: {cause}")


def wrapped_as_something_else(cause: Exception) -> Exception:
    return ApplicationError("step failed")


@pytest.mark.parametrize(
    ("wrapper", "is_same"),
    [(wrapped_with_its_text, True), (wrapped_as_something_else, False)],
)
def test_a_wrapper_is_the_same_failure_when_it_says_the_same(
    wrapper: Callable[[Exception], Exception], is_same: bool, tracer: Tracer, sink: OtlpSink
) -> None:
    with pytest.raises(ApplicationError), failcat.run("r1"):
        try:
            fail_in_span(tracer, TimeoutError(TEXT))
        except TimeoutError as error:
            raise wrapper(error) from error
    assert len(set(ids_of(sink))) == (1 if is_same else 2)


def test_a_wrapper_of_the_same_verdict_is_the_same_failure_only_when_it_names_its_cause(
    tracer: Tracer, sink: OtlpSink
) -> None:
    def fail(*, named: bool) -> str | None:
        try:
            fail_in_span(tracer, TimeoutError(TEXT))
        except TimeoutError as error:
            try:
                if named:
                    raise TimeoutError("gave up") from error
                raise TimeoutError("the fallback gave up")
            except TimeoutError as outer:
                return failcat.report(outer)
        return None

    named, unnamed = fail(named=True), fail(named=False)
    stored = ids_of(sink)
    assert len(stored) == 3
    assert (stored[0], stored[2]) == (named, unnamed)


def test_members_of_a_group_are_failures_and_the_group_is_none(sink: OtlpSink, tracer: Tracer) -> None:
    with pytest.raises(ExceptionGroup) as caught, failcat.run("r1"):
        members = [raised(ValueError("one")), raised(TimeoutError(TEXT))]
        raise BaseExceptionGroup("both", [ExceptionGroup("inner", members)])
    first = failcat.report(caught.value)
    assert first == ids_of(sink)[0]
    assert [failure.exceptions[-1]["exception.type"] for failure in sink.failures] == ["ValueError", "TimeoutError"]


def test_a_mark_survives_pickling_and_frozen_classes(sink: OtlpSink, tracer: Tracer) -> None:
    class Frozen(Exception):
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    frozen = raised(Frozen("x"))
    assert failcat.report(frozen) == failcat.report(frozen)
    travelled = raised(ValueError("x"))
    failure_id = failcat.report(travelled)
    assert failcat.report(pickle.loads(pickle.dumps(travelled))) == failure_id
    assert len(flushed_failures(sink)) == 2


def test_exceptions_that_cannot_be_read_harm_nobody(sink: OtlpSink, tracer: Tracer) -> None:
    class Hostile(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

        @property
        def code(self) -> str:
            raise RuntimeError("no code")

        response = property(lambda self: 1 / 0)

    assert failcat.report(raised(Hostile())) == ids_of(sink)[0]


def test_what_inherits_from_control_flow_is_none_and_a_group_of_it_neither() -> None:
    steering = type("GraphInterrupt", (Exception,), {})
    assert not is_failure(type("Mine", (steering,), {})())
    assert not is_failure(ExceptionGroup("all", [steering(), steering()]))
    assert is_failure(ExceptionGroup("one", [steering(), ValueError()]))


@pytest.mark.parametrize(
    ("attributes", "is_sent"),
    [
        ({}, False),
        ({"gen_ai.response.finish_reasons": ["stop"]}, False),
        ({"gen_ai.response.finish_reasons": ["tool_calls", "stop"]}, False),
        ({"gen_ai.response.finish_reasons": ["content_filter"]}, True),
        ({"gen_ai.response.finish_reasons": ["length"]}, True),
        ({"error.type": "timeout"}, True),
        ({"failure.code": "OUT_OF_STOCK"}, True),
        ({"failcat.recovery.failure_id": "01a202e4-a281-7e59-8140-7e0e0be8598d"}, True),
    ],
    ids=str,
)
def test_spans_without_error_are_sent_when_they_tell_of_a_failure(
    attributes: dict[str, object], is_sent: bool, tracer: Tracer, sink: OtlpSink
) -> None:
    tracer.start_span("chat", attributes=attributes).end()  # type: ignore[arg-type]  # any attribute values
    assert failcat.flush()
    assert len(sink.spans) == is_sent


def test_sightings_are_bounded() -> None:
    unclaimed_failures = recent_failures.UnclaimedFailures()
    for number in range(10_000):
        unclaimed_failures.add(SpanFailure(str(number), "E", f"text {number}"), None)
    assert len(unclaimed_failures._recent) == recent_failures.MAX_UNCLAIMED
    inside = recent_failures.ReportsBySpan()
    for number in range(10_000):
        inside.add(number, "id")
    assert len(inside._by_span) == recent_failures.MAX_UNCLAIMED
