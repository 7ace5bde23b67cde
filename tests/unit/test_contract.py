"""Agent and sidecar agree on which spans report failures: each of them is asked."""

from __future__ import annotations

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags
from tests.support.otlp import as_json, decoded, extracted

from failcat._reporting.span_failures import is_suspect, span_failure
from failcat_catalog.contract import REPORTING_ATTRIBUTES, first_occurrences, log_ordinal
from failcat_catalog.identity import uuid_text
from failcat_sidecar.export import Encoding
from failcat_sidecar.extract import Failure

END_NS = 1_700_000_000_000_000_000


def ended(*events: Event, **attributes: object) -> ReadableSpan:
    """A span without status, as an agent's processors and its exporter see it."""
    return ReadableSpan(
        name="chat",
        context=SpanContext(1, 1, False, TraceFlags(1)),
        attributes=attributes,  # type: ignore[arg-type]  # of any kind that the SDK encodes
        events=events,
        status=Status(StatusCode.UNSET),
        start_time=END_NS - 1,
        end_time=END_NS,
    )


def suspects(span: ReadableSpan, encoding: Encoding) -> int:
    """How many spans the sidecar parses in full."""
    body = encode_spans([span]).SerializeToString()
    return len(decoded(as_json(body) if encoding is Encoding.JSON else body, encoding=encoding).suspects)


def failures(span: ReadableSpan) -> list[Failure]:
    found = extracted(decoded(encode_spans([span]).SerializeToString()).suspects)
    return [failure for failure in found if isinstance(failure, Failure)]


@pytest.mark.parametrize("name", REPORTING_ATTRIBUTES)
def test_a_reporting_attribute_is_a_mark_to_both(name: str) -> None:
    span = ended(**{name: "x"})
    assert is_suspect(span)
    assert (suspects(span, Encoding.PROTOBUF), suspects(span, Encoding.JSON)) == (1, 1)


@pytest.mark.parametrize(("events_before", "is_read"), [(1_023, True), (1_024, False)])
def test_both_sides_read_1024_events_and_give_the_failure_the_same_id(events_before: int, is_read: bool) -> None:
    events = [Event("log", {}, END_NS) for _ in range(events_before)]
    told = {"exception.type": "E", "exception.message": "m"}
    late = ended(*events, Event("exception", told, END_NS - 5), **{"error.type": "timeout"})
    (failure,) = failures(late)
    failing = span_failure(late)
    assert failing is not None
    assert failing.failure_id == uuid_text(failure.own_id)
    assert failing.exception_type == ("E" if is_read else "timeout")


@pytest.mark.parametrize("message", ["m", 7, True, ["a", "b"]])
def test_attributes_of_any_kind_tell_exceptions_apart_alike(message: object) -> None:
    def event(at: int, text: object) -> Event:
        return Event("exception", {"exception.type": "E", "exception.message": text}, END_NS - at)  # type: ignore[dict-item]

    span = ended(event(9, message), event(8, ""), event(7, message))
    failing = span_failure(span)
    assert failing is not None
    assert failing.failure_id == uuid_text(failures(span)[-1].own_id)


@pytest.mark.parametrize("value", ["none", "None", "NONE", "null", "", "200", "204", "302"])
def test_an_error_type_that_denies_an_error_is_none_to_both(value: str) -> None:
    span = ended(**{"error.type": value})
    assert (is_suspect(span), failures(span)) == (False, [])


@pytest.mark.parametrize("value", ["none", "null", "None"])
def test_spans_with_the_usual_denial_are_not_parsed(value: str) -> None:
    assert suspects(ended(**{"error.type": value}), Encoding.PROTOBUF) == 0


@pytest.mark.parametrize("value", ["_OTHER", "nope", "nuts", "noun", "404", "500", "timeout"])
def test_every_other_error_type_is_a_failure_to_both(value: str) -> None:
    span = ended(**{"error.type": value})
    assert (is_suspect(span), len(failures(span))) == (True, 1)


@pytest.mark.parametrize(
    ("name", "attributes", "signs", "is_told"),
    [
        ("gen_ai.client.operation.exception", {"exception.type": "E"}, {}, True),
        ("retry", {"exception.type": "E"}, {}, False),  # handled, and the span did not fail
        ("retry", {"exception.type": "E"}, {"error.type": "timeout"}, True),
        ("retry", {"attempt": 1}, {"error.type": "timeout"}, False),
        ("an.exception", {}, {}, False),
    ],
)
def test_events_of_other_names_report_exceptions_to_both(
    name: str, attributes: dict[str, str], signs: dict[str, str], is_told: bool
) -> None:
    span = ended(Event("log", {}, END_NS), Event(name, attributes, END_NS - 5), **signs)
    found = failures(span)
    assert [failure.observation.exception_type for failure in found if failure.observation.exception_type] == (
        ["E"] if is_told else []
    )
    assert is_suspect(span) == bool(found)
    if found:
        failing = span_failure(span)
        assert failing is not None
        assert failing.failure_id == uuid_text(found[-1].own_id)


@pytest.mark.parametrize(
    ("exceptions", "indexes"),
    [("", []), ("a", [0]), ("ab", [0, 1]), ("aab", [0, 2]), ("aba", [0, 1]), ("abab", [0, 1])],
)
def test_an_exception_counts_at_its_first_occurrence(exceptions: str, indexes: list[int]) -> None:
    assert first_occurrences((letter, letter) for letter in exceptions) == indexes


def test_a_log_records_ordinal_depends_on_all_of_it() -> None:
    assert len({log_ordinal(("E", "m"), 1), log_ordinal(("Em", ""), 1), log_ordinal(("E", "m"), 2)}) == 3
