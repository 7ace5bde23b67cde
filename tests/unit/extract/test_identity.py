"""The id of a failure follows from the span or log record alone, so that the shim can compute it in the agent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import (
    MS,
    START_NS,
    as_json,
    decoded,
    exception,
    extracted,
    failures,
    log,
    log_failures,
    span,
    span_id,
    trace_id,
    traces,
)

from failcat_catalog.contract import NO_EVENT, is_control_flow
from failcat_catalog.identity import content_hash, failure_id
from failcat_sidecar.export import Encoding
from failcat_sidecar.extract import Failure

REPORTED = "01890a5d-ac96-774b-bcce-b302099a8057"
DAY_US = 86_400_000_000


def test_with_an_exception_event_it_is_the_events_time_and_index() -> None:
    (failure,) = failures(span(7, events=(Span.Event(name="retry"), exception("E", "m", at_ms=3))))
    assert failure.id == failure_id(START_NS + 3 * MS, trace_id(1), span_id(7), 1)


def test_without_an_event_it_is_the_spans_end() -> None:
    (failure,) = failures(span(7, end_ms=9))
    assert failure.id == failure_id(START_NS + 9 * MS, trace_id(1), span_id(7), NO_EVENT)


def test_of_a_log_record_it_is_its_time_and_content() -> None:
    (failure,) = log_failures(log(7, at_ms=4, attributes={"exception.type": "E", "exception.message": "m"}))
    time_unix_nano = START_NS + 4 * MS
    ordinal = content_hash("E", "m", str(time_unix_nano))
    assert failure.id == failure_id(time_unix_nano, trace_id(1), span_id(7), ordinal)


def test_the_id_that_the_shim_gave_wins_for_the_final_failure_only() -> None:
    events = (exception("A", ""), exception("B", ""))
    first, last = failures(span(events=events, attributes={"failcat.failure_id": REPORTED}))
    assert first.id == first.own_id
    assert last.id.hex() == REPORTED.replace("-", "") != last.own_id.hex()


@pytest.mark.parametrize("reported", ["", "x", 5, REPORTED + "0", "x" * 10_000])
def test_an_id_that_is_none_is_passed_over(reported: object) -> None:
    (failure,) = failures(span(attributes={"failcat.failure_id": reported}))
    assert failure.id == failure.own_id


@pytest.mark.parametrize(
    "change", [{"trace_id": b""}, {"trace_id": bytes(16)}, {"span_id": b"\1"}, {"span_id": bytes(8)}]
)
def test_without_a_valid_context_it_follows_from_the_raw_content(change: dict[str, bytes]) -> None:
    def changed(**how: Any) -> Failure:
        made = span(**how)
        for name, value in change.items():
            setattr(made, name, value)
        (failure,) = failures(made)
        return failure

    one = changed(message="boom")
    assert (one.trace_id, one.span_id) == (b"", b"")
    assert one.id == changed(message="boom").id
    others = [changed(message="bang"), changed(message="boom", name="other"), changed(message="boom", end_ms=11)]
    assert len({one.id, *(other.id for other in others)}) == 4


@given(text=st.text(alphabet=st.characters(codec=None, exclude_categories=()), min_size=1))
def test_secrets_and_unstorable_text_do_not_change_it(text: str) -> None:
    assume(not is_control_flow("", text))  # Hypothesis tries texts of the code
    document = as_json(traces(span(message="PLACE")))
    escaped = "".join(f"\\u{unit:04x}" for unit in _utf16(text))
    body = document.replace(b"PLACE", escaped.encode())
    one, same = (extracted(decoded(body, encoding=Encoding.JSON).suspects)[0] for _ in range(2))
    assert isinstance(one, Failure) and isinstance(same, Failure)
    assert one.id == same.id == failures(span())[0].id
    one.observation.message.encode()
    assert "\0" not in one.observation.message


def _utf16(text: str) -> list[int]:
    raw = text.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]


@pytest.mark.parametrize(
    ("end_ns", "occurred_us", "clamped"),
    [
        (START_NS, START_NS // 1_000, False),
        (5, START_NS // 1_000, True),  # the start is plausible
        (2**64 - 1, START_NS // 1_000, True),
    ],
)
def test_a_time_that_is_not_plausible_is_replaced_and_flagged_and_the_id_keeps_it(
    end_ns: int, occurred_us: int, clamped: bool
) -> None:
    made = span()
    made.end_time_unix_nano = end_ns
    (failure,) = failures(made)
    assert (failure.occurred_at_us, "occurred_at_clamped" in failure.context) == (occurred_us, clamped)
    assert failure.id == failure_id(end_ns, trace_id(1), span_id(1), NO_EVENT)


@pytest.mark.parametrize(
    ("start_ns", "end_ns", "event_ns", "occurred_us"),
    [
        (START_NS - MS, 0, 0, (START_NS - MS) // 1_000),
        (0, 0, START_NS - 2 * MS, (START_NS - 2 * MS) // 1_000),
        (0, 0, 0, START_NS // 1_000),  # when it arrived
        (7, 5, 3, START_NS // 1_000),
        (2**64 - 1, 2**64 - 1, 2**64 - 1, START_NS // 1_000 + DAY_US),  # a clock ahead: later than all others
    ],
)
def test_without_a_plausible_end_a_span_takes_whatever_time_is_known(
    start_ns: int, end_ns: int, event_ns: int, occurred_us: int
) -> None:
    made = span(events=(Span.Event(name="retry", time_unix_nano=event_ns),))
    made.start_time_unix_nano, made.end_time_unix_nano = start_ns, end_ns
    (failure,) = failures(made)
    assert failure.occurred_at_us == occurred_us


@pytest.mark.parametrize("time_ns", [0, 5])
def test_a_log_record_without_a_plausible_time_takes_that_of_its_observation(time_ns: int) -> None:
    made = log(attributes={"exception.type": "E"})
    made.time_unix_nano, made.observed_time_unix_nano = time_ns, START_NS - MS
    (failure,) = log_failures(made)
    assert failure.occurred_at_us == (START_NS - MS) // 1_000
