"""Within one request: which failing spans are one failure, and what its row says."""

from __future__ import annotations

from itertools import permutations

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import CLIENT, INTERNAL, candidates, exception, log, log_candidates, span, span_id
from tests.support.reported_traces import joiner

from failcat_catalog.identity import uuid_text
from failcat_catalog.types import Match, Observation
from failcat_core.records import FailureRecord
from failcat_sidecar.dedup import Deduplicated, Deduplicator, RecentFailures

LOST = "warehouse 7 lost parcel 12"
RATE = "Rate limit reached for gpt-5, please try again in 800ms."


def rows(*batches: Deduplicated) -> list[FailureRecord]:
    """What the records give together, once they are stored."""
    records = [record for deduplicated in batches for record in deduplicated.records]
    return [each.row for each in joiner()([record for record in records if isinstance(record, FailureRecord)])]


def test_a_lone_failure_is_a_row(deduplicator: Deduplicator) -> None:
    attributes = {"error.type": "openai.RateLimitError", "failcat.run_id": "r", "gen_ai.agent.name": "a"}
    deduplicated = deduplicator.deduplicate(candidates(span(2, parent=1, attributes=attributes, message=RATE)))
    (row,) = rows(deduplicated)
    assert (row.error_code, row.catalog_entry_id, row.error_message) == ("openai.RateLimitError", "RATE_LIMITED", RATE)
    assert (row.run_id, row.agent_name, row.skill_id, row.service_name) == ("r", "a", "chat gpt-5", "tests")
    assert (row.span_id, row.parent_span_id, row.is_retryable) == (span_id(2), span_id(1), True)
    assert row.signature.startswith("v3:") and row.context_values()["retry_after_seconds"] == 0.8
    assert deduplicated.hits == {("RATE_LIMITED", "RESOURCE", row.recovery_mode): 1}
    assert (deduplicated.propagated, deduplicated.duplicates, deduplicated.misses) == (0, 0, {})


def test_an_unknown_failure_is_a_miss_under_its_own_code(deduplicator: Deduplicator) -> None:
    deduplicated = deduplicator.deduplicate(candidates(span(attributes={"error.type": "ParcelLost"}, message=LOST)))
    (row,) = rows(deduplicated)
    assert (row.catalog_entry_id, row.match_type, row.category) == (None, "unknown", None)
    assert (deduplicated.misses, deduplicated.hits) == ({"ParcelLost": 1}, {})


def test_a_verdict_that_the_agent_passes_is_what_the_row_says(deduplicator: Deduplicator) -> None:
    full = (
        '{"code": "TIMEOUT", "confidence": 0.4, "category": "DATA", "severity": "LOW", "recovery_mode": "SKIP", '
        '"retryable": false, "suggestions": ["Order another.", "Or wait."]}'
    )
    passed = (full, '{"code": "TIMEOUT"}', '{"code": "", "matched": false}')
    spans = (span(n, trace=n, attributes={"failcat.match": text}) for n, text in enumerate(passed, 1))
    own, short, miss = rows(deduplicator.deduplicate(candidates(*spans)))
    assert (own.catalog_entry_id, own.match_type, own.confidence_score) == ("TIMEOUT", "explicit", 0.4)
    assert (own.category, own.severity, own.is_retryable, own.recovery_mode) == ("DATA", "LOW", False, "SKIP")
    assert own.recovery_suggestion == "Order another. Or wait."
    assert (short.catalog_entry_id, short.is_retryable, short.confidence_score) == ("TIMEOUT", True, 1.0)
    assert (miss.catalog_entry_id, miss.match_type, miss.category, miss.recovery_mode) == (None, "unknown", None, None)


def child(message: str = LOST, error_type: str = "ParcelLost", kind: Span.SpanKind.ValueType = INTERNAL) -> Span:
    return span(2, parent=1, end_ms=10, message=message, attributes={"error.type": error_type}, kind=kind)


def parent(
    message: str = "", error_type: str = "", end_ms: float = 12, kind: Span.SpanKind.ValueType = INTERNAL
) -> Span:
    attributes = {"error.type": error_type} if error_type else {}
    return span(1, end_ms=end_ms, message=message, attributes=attributes, kind=kind)


PASSED_ON = {
    "the same exception": (child(), parent(LOST, "ParcelLost")),
    "the same exception, short": (child("boom", "Lost"), parent("boom", "app.Lost")),
    "the same exception without a message": (child("", "Lost"), parent("", "app.Lost")),
    "the same text": (child("boom", ""), parent("boom")),
    "the text in another": (child(), parent(f"step 3 failed: {LOST}", "RuntimeError")),
    "the text quoted in another": (
        child('no "x"\nfound here', ""),
        parent("{'error': 'no \\\"x\\\"\\nfound here'}", "E"),
    ),
    "the text behind a status": (
        child("Error code: 429 - too much of it all"),
        parent("body: too much of it all", "E"),
    ),
    "the same verdict": (child(RATE, "openai.RateLimitError"), parent("too fast", "anthropic.RateLimitError")),
    "two views of one call": (child("", "parcel_lost", kind=CLIENT), parent(LOST, "x.Lost", kind=CLIENT)),
    "a parent that says nothing": (child(), parent()),
    "a child that says nothing": (child("", "_OTHER"), parent(LOST, "Lost")),
    "just within a second": (child(), parent(LOST, "ParcelLost", end_ms=1_010)),
}


@pytest.mark.parametrize("pair", PASSED_ON.values(), ids=PASSED_ON.keys())
def test_a_parent_that_passes_a_failure_on_is_no_failure(pair: tuple[Span, Span], deduplicator: Deduplicator) -> None:
    deduplicated = deduplicator.deduplicate(candidates(*reversed(pair)))
    (row,) = rows(deduplicated)
    assert (row.span_id, row.parent_span_id, deduplicated.propagated) == (span_id(2), span_id(1), 1)


OWN = {
    "another exception": (child(), parent("no answer", "TravelAgentSad")),
    "another class with the same words": (child("boom", "Lost"), parent("boom", "Sunk")),
    "a text too short to be found": (child("lost parcel", "A"), parent("we lost parcel 1", "B")),
    "another verdict": (child(RATE, "openai.RateLimitError"), parent("maximum recursion depth", "RecursionError")),
    "two unknown ones": (child("first thing here", "A"), parent("second thing there", "B")),
    "a message-less view of something inside": (child("", "parcel_lost"), parent(LOST, "x.Lost")),
}


@pytest.mark.parametrize("pair", OWN.values(), ids=OWN.keys())
def test_a_parent_that_fails_in_its_own_way_names_its_cause(
    pair: tuple[Span, Span], deduplicator: Deduplicator
) -> None:
    deduplicated = deduplicator.deduplicate(candidates(*reversed(pair)))
    cause, effect = rows(deduplicated)
    assert (cause.span_id, effect.span_id) == (span_id(2), span_id(1))
    assert (cause.caused_by, effect.caused_by, deduplicated.propagated) == (None, cause.id, 0)


@pytest.mark.parametrize("end_ms", [1_011, 8])
def test_a_child_that_did_not_end_just_before_its_parent_has_nothing_to_do_with_it(
    end_ms: float, deduplicator: Deduplicator
) -> None:
    both = rows(deduplicator.deduplicate(candidates(child(), parent(LOST, "ParcelLost", end_ms=end_ms))))
    assert [row.caused_by for row in both] == [None, None]


def test_a_step_that_names_its_failure_stays_one_though_the_exception_is_the_same(deduplicator: Deduplicator) -> None:
    step = span(1, end_ms=12, message=RATE, attributes={"failure.code": "STEP_FAILED"})
    cause, effect = rows(deduplicator.deduplicate(candidates(child(RATE, "openai.RateLimitError"), step)))
    assert (cause.catalog_entry_id, effect.catalog_entry_id) == ("RATE_LIMITED", "STEP_FAILED")
    assert effect.caused_by == cause.id


def test_three_attempts_are_three_failures_and_only_the_last_is_passed_on(deduplicator: Deduplicator) -> None:
    attempts = [span(n, parent=1, end_ms=n, message=LOST, attributes={"error.type": "ParcelLost"}) for n in (2, 3, 4)]
    deduplicated = deduplicator.deduplicate(candidates(parent(LOST, "ParcelLost"), *attempts))
    assert [row.span_id for row in rows(deduplicated)] == [span_id(2), span_id(3), span_id(4)]
    assert ["propagated" in row.context_values() for row in rows(deduplicated)] == [False, False, True]


def test_a_failure_that_was_recovered_from_is_not_the_cause_of_the_next(deduplicator: Deduplicator) -> None:
    first = span(2, parent=1, end_ms=2, message=LOST)
    last = span(3, parent=1, end_ms=9, message="printer on fire today")
    _, cause, effect = rows(deduplicator.deduplicate(candidates(parent("everything is bad", "Sad"), first, last)))
    assert (cause.span_id, effect.caused_by) == (span_id(3), cause.id)


def deep_chain() -> list[Span]:
    wire = {"error.type": "rate_limit_error", "http.response.status_code": 429, "gen_ai.provider.name": "anthropic"}
    sdk = {"error.type": "anthropic.RateLimitError", "gen_ai.provider.name": "anthropic"}
    tool = {"gen_ai.tool.name": "search", "gen_ai.conversation.id": "c1"}
    agent = {"error.type": "_OTHER", "gen_ai.agent.name": "planner", "failcat.step_index": 3}
    return [
        span(5, parent=4, end_ms=10, kind=CLIENT, name="POST", attributes=wire),
        span(4, parent=3, end_ms=11, kind=CLIENT, name="chat", attributes=sdk, message=f"Error code: 429 - {RATE}"),
        span(3, parent=2, end_ms=12, attributes=tool, events=(exception("app.ToolError", f"search: {RATE}", 12),)),
        span(2, parent=1, end_ms=13, attributes=agent, message=f"{{'error': '{RATE}'}}"),
    ]


def test_the_row_takes_the_best_of_the_chain(deduplicator: Deduplicator) -> None:
    (row,) = rows(deduplicator.deduplicate(candidates(*deep_chain())))
    assert (row.span_id, row.parent_span_id) == (span_id(5), span_id(4))
    assert (row.error_code, row.catalog_entry_id) == ("rate_limit_error", "RATE_LIMITED")
    assert (row.error_message, row.error_type) == (f"Error code: 429 - {RATE}", "app.ToolError")
    assert (row.run_id, row.agent_name, row.skill_id, row.step_index) == ("c1", "planner", "search", 3)
    assert row.context_values()["attributes"]["http.response.status_code"] == 429
    assert [member["span_id"] for member in row.context_values()["propagated"]] == [span_id(n).hex() for n in (4, 3, 2)]


def test_the_model_is_the_chains_and_the_version_that_of_the_named_service(deduplicator: Deduplicator) -> None:
    chat = span(1, end_ms=12, message=LOST, attributes={"gen_ai.request.model": "gpt-5", "llm.model_name": "other"})
    versions = {"service.version": "2.0"}
    deepest = candidates(span(2, parent=1, message=LOST), resource=versions)
    around = candidates(chat, resource={"service.name": "shop", "service.version": "1.4"})
    (row,) = rows(deduplicator.deduplicate([*deepest, *around]))
    assert (row.model, row.service_name, row.service_version) == ("gpt-5", "shop", "1.4")


def test_the_order_of_the_spans_in_a_request_changes_nothing(deduplicator: Deduplicator) -> None:
    spans = deep_chain()
    expected = deduplicator.deduplicate(candidates(*spans))
    for order in permutations(spans):
        deduplicator.rollback(expected)
        again = deduplicator.deduplicate(candidates(*order))
        assert rows(again) == rows(expected)
        expected = again


def test_spans_that_end_together_are_ordered_by_depth(deduplicator: Deduplicator) -> None:
    spans = [span(number, parent=number - 1, message=LOST) for number in (1, 2, 3)]
    (row,) = rows(deduplicator.deduplicate(candidates(*spans)))
    assert row.span_id == span_id(3)


def test_a_parent_whose_clock_ends_before_its_child_still_comes_after_it(deduplicator: Deduplicator) -> None:
    spans = [span(1, end_ms=9.2, message=LOST), span(2, parent=1, end_ms=10, message=LOST)]
    (row,) = rows(deduplicator.deduplicate(candidates(*spans)))
    assert row.span_id == span_id(2)


def test_a_fault_of_the_matcher_costs_a_failure_its_verdict_and_nothing_else() -> None:
    def broken(_: Observation) -> Match:
        raise ValueError("a bug")

    deduplicated = Deduplicator(broken, "c-1", RecentFailures()).deduplicate(candidates(span(1, message=LOST)))
    (row,) = rows(deduplicated)
    assert (row.error_message, row.catalog_entry_id, row.match_type) == (LOST, None, "unknown")


def test_a_fault_of_the_matcher_is_logged_once_a_kind_with_a_count(caplog: pytest.LogCaptureFixture) -> None:
    def broken(observation: Observation) -> Match:
        raise (ValueError if "two" in observation.message else KeyError)("quotes\x1b the failure")

    deduplicator = Deduplicator(broken, "c-1", RecentFailures())
    for number in range(1, 121):
        deduplicator.deduplicate(
            candidates(span(number, trace=number, message="one or two" if number > 119 else "one"))
        )
    lines = [record.getMessage() for record in caplog.records]
    assert [record.exc_info is not None for record in caplog.records] == [True, False, False, True]
    assert [line.partition("test_request.py")[0].rpartition(": ")[2] for line in lines] == [
        "KeyError in ",
        "KeyError in ",
        "KeyError in ",
        "ValueError in ",
    ]
    assert (lines[1].endswith(", 10 times since the start"), lines[2].endswith(", 100 times since the start")) == (
        True,
        True,
    )


def test_spans_that_are_each_others_parents_are_still_stored(deduplicator: Deduplicator) -> None:
    circle = [span(number, parent=above, message=LOST) for number, above in ((1, 2), (2, 1), (3, 3))]
    deduplicated = deduplicator.deduplicate(candidates(*circle))
    assert len(rows(deduplicated)) + deduplicated.propagated == 3


def test_a_chain_of_thousands_is_one_row(deduplicator: Deduplicator) -> None:
    spans = [span(number, parent=number - 1, end_ms=30 - number / 100, message=LOST) for number in range(1, 2_001)]
    deduplicated = deduplicator.deduplicate(candidates(*spans))
    (row,) = rows(deduplicated)
    assert (row.span_id, deduplicated.propagated, len(row.context_values()["propagated"])) == (
        span_id(2_000),
        1_999,
        16,
    )


def test_two_spans_with_the_id_that_the_shim_gave_are_one_whatever_they_say(deduplicator: Deduplicator) -> None:
    reported = {"failcat.failure_id": "01890a5d-ac96-774b-bcce-b302099a8057"}
    one = span(2, parent=9, end_ms=1, message="aaaa", attributes={**reported, "failure.code": "STEP_FAILED"})
    other = span(1, end_ms=5_000, message="bbbb", attributes={**reported, "failure.code": "TIMEOUT"})
    deduplicated = deduplicator.deduplicate(candidates(other, one))
    (row,) = rows(deduplicated)
    assert (uuid_text(row.id), row.error_message) == (reported["failcat.failure_id"], "aaaa")


def test_two_spans_that_the_shim_reported_apart_are_two_though_they_look_alike(deduplicator: Deduplicator) -> None:
    ids = ["01890a5d-ac96-774b-bcce-b302099a805" + last for last in "78"]
    one = span(2, parent=1, message=LOST, attributes={"failcat.failure_id": ids[0]})
    other = span(1, end_ms=11, message=LOST, attributes={"failcat.failure_id": ids[1]})
    first, second = rows(deduplicator.deduplicate(candidates(one, other)))
    assert second.caused_by == first.id


def test_exceptions_of_one_span_stay_apart_and_its_parent_joins_the_last(deduplicator: Deduplicator) -> None:
    events = (exception("A", "first of all this", 1), exception("B", "second of all this", 9))
    deduplicated = deduplicator.deduplicate(
        candidates(span(2, parent=1, events=events), parent("second of all this", "B"))
    )
    first, second = rows(deduplicated)
    assert (first.error_type, second.error_type, deduplicated.propagated) == ("A", "B", 1)
    assert "propagated" in second.context_values()


def test_log_records_of_one_span_with_the_same_exception_are_one(deduplicator: Deduplicator) -> None:
    same = {"exception.type": "E", "exception.message": "m"}
    records = [log(at_ms=1, attributes=same), log(at_ms=5_000, attributes=same), log(2, attributes=same)]
    deduplicated = deduplicator.deduplicate(log_candidates(*records, log(attributes={"exception.type": "F"})))
    assert (len(rows(deduplicated)), deduplicated.propagated) == (3, 1)


def test_a_verdict_that_the_agent_passed_is_stored_as_it_is(deduplicator: Deduplicator) -> None:
    passed = {"failcat.match": '{"code": "TIMEOUT", "rule": "mine", "confidence": 0.4}'}
    (row,) = rows(deduplicator.deduplicate(candidates(span(message=RATE, attributes=passed))))
    assert (row.catalog_entry_id, row.match_type, row.match_rule) == ("TIMEOUT", "explicit", "mine")
    assert (row.confidence_score, row.category) == (0.4, "TRANSIENT")


def test_a_passed_verdict_that_the_catalog_does_not_know_is_stored_and_counts_as_a_miss(
    deduplicator: Deduplicator,
) -> None:
    passed = {"failcat.match": '{"code": "PARCEL_LOST"}', "error.type": "ParcelLost"}
    deduplicated = deduplicator.deduplicate(candidates(span(message=LOST, attributes=passed)))
    (row,) = rows(deduplicated)
    assert (row.catalog_entry_id, row.match_type, row.category) == ("PARCEL_LOST", "explicit", None)
    assert (deduplicated.hits, deduplicated.misses) == ({}, {"ParcelLost": 1})
