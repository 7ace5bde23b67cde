"""Across requests, resends, restarts and failed writes."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import CLIENT, INTERNAL, UNSET, candidates, log, log_candidates, span, span_id, trace_id
from tests.unit.dedup.test_request import LOST, RATE, child, deep_chain, parent, rows

from failcat_catalog.catalog import Catalog
from failcat_catalog.identity import uuid_text
from failcat_core import records
from failcat_core.records import FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_sidecar.dedup import Deduplicated, Deduplicator, RecentFailures
from failcat_sidecar.extract import Candidate, Failure

FAILURE = "01890a5d-ac96-774b-bcce-b302099a8057"


def deduplicator_with(recent_failures: RecentFailures) -> Deduplicator:
    catalog = Catalog.builtin()
    return Deduplicator(catalog.match, catalog.version, recent_failures)


def only_row(*batches: Deduplicated) -> FailureRecord:
    """What the records give together, once they are stored."""
    (row,) = rows(*batches)
    return row


def memory() -> RecentFailures:
    """For which all of a test happens at once."""
    return RecentFailures(clock=lambda: 0.0)


def rebuilt(stored: list[Record]) -> RecentFailures:
    """The memory after a restart: from what was spooled, through its encoding."""
    recent_failures = memory()
    recent_failures.replay(records.decode(records.encode(stored)))
    return recent_failures


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["child first", "parent first"])
def test_the_later_report_of_a_failure_is_counted_as_propagated(
    order: tuple[int, int], deduplicator: Deduplicator
) -> None:
    pair = (child(), parent(f"step failed: {LOST}", "RuntimeError"))
    first, second = (deduplicator.deduplicate(candidates(pair[number])) for number in order)
    assert only_row(first, second).span_id == span_id(2)
    assert (first.propagated, first.misses) == (0, {("ParcelLost", "RuntimeError")[order[0]]: 1})
    assert (second.propagated, second.hits, second.misses) == (1, {}, {})


def test_a_parent_that_fails_in_its_own_way_names_a_cause_of_an_earlier_request(deduplicator: Deduplicator) -> None:
    requests = child(), parent("no answer", "TravelAgentSad")
    cause, effect = rows(*(deduplicator.deduplicate(candidates(each)) for each in requests))
    assert effect.caused_by == cause.id


def test_a_parent_takes_only_its_last_child_whichever_comes_first(deduplicator: Deduplicator) -> None:
    above = deduplicator.deduplicate(candidates(parent(LOST, "ParcelLost")))
    attempts = [span(n, parent=1, end_ms=n, message=LOST, attributes={"error.type": "ParcelLost"}) for n in (2, 3, 4)]
    below = deduplicator.deduplicate(candidates(*attempts))
    late = deduplicator.deduplicate(candidates(span(5, parent=1, end_ms=5, message=LOST)))
    assert [row.span_id for row in rows(above, below, late)] == [span_id(n) for n in (2, 3, 4, 5)]
    assert (above.propagated, below.propagated, late.propagated) == (0, 1, 1)


@pytest.mark.parametrize("span_first", [True, False])
def test_a_span_and_its_log_record_are_one(span_first: bool, deduplicator: Deduplicator) -> None:
    as_span = candidates(span(attributes={"error.type": "app.ParcelLost"}))
    as_log = log_candidates(log(attributes={"exception.type": "ParcelLost", "exception.message": LOST}))
    both = [deduplicator.deduplicate(each) for each in ((as_span, as_log) if span_first else (as_log, as_span))]
    row = only_row(*both)
    assert (row.span_id, row.error_message, [each.propagated for each in both]) == (span_id(1), LOST, [0, 1])


def test_a_log_record_of_a_healthy_parent_is_its_childs(deduplicator: Deduplicator) -> None:
    below = deduplicator.deduplicate(candidates(child()))
    told = log(1, at_ms=11, attributes={"exception.type": "ParcelLost", "exception.message": LOST})
    assert only_row(below, deduplicator.deduplicate(log_candidates(told))).span_id == span_id(2)


def test_a_log_record_of_another_failure_of_the_span_stays_one(deduplicator: Deduplicator) -> None:
    first = deduplicator.deduplicate(candidates(span(message="printer on fire", attributes={"error.type": "OnFire"})))
    other = log(attributes={"exception.type": "E", "exception.message": LOST})
    second = deduplicator.deduplicate(log_candidates(other))
    assert [row.error_message for row in rows(first, second)] == ["printer on fire", LOST]
    assert second.propagated == 0


def test_what_is_sent_again_is_known(deduplicator: Deduplicator) -> None:
    batch = candidates(*deep_chain(), span(9, trace=2, message=LOST))
    deduplicator.deduplicate(batch)
    again = deduplicator.deduplicate(batch)
    assert (again.records, again.duplicates, again.propagated, again.hits) == ([], 5, 0, {})


def test_what_is_twice_in_one_request_is_known(deduplicator: Deduplicator) -> None:
    deduplicated = deduplicator.deduplicate(candidates(span(message=LOST), span(message=LOST)))
    assert (len(deduplicated.records), deduplicated.duplicates) == (1, 1)


def test_what_is_sent_again_after_a_restart_is_known(deduplicator: Deduplicator) -> None:
    reported = span(8, trace=3, message=LOST, attributes={"failcat.failure_id": FAILURE})
    batch = candidates(*deep_chain(), span(9, trace=2, message=LOST), reported)
    stored = deduplicator.deduplicate(batch).records
    again = deduplicator_with(rebuilt(stored)).deduplicate(batch)
    assert (again.records, again.duplicates) == ([], 6)


def test_what_could_not_be_spooled_is_new_when_it_is_sent_again(
    deduplicator: Deduplicator, recent_failures: RecentFailures
) -> None:
    about = "failcat.recovery."
    outcome = {about + "failure_id": FAILURE, about + "mode": "SKIP", about + "succeeded": True}
    batch = candidates(*deep_chain(), span(9, trace=2, status=UNSET, attributes=outcome))
    deduplicated = deduplicator.deduplicate(batch)
    deduplicator.rollback(deduplicated)
    assert len(recent_failures) == 0
    again = deduplicator.deduplicate(batch)
    assert (again.records, again.duplicates) == (deduplicated.records, 0)


def test_a_rollback_leaves_what_others_added(deduplicator: Deduplicator) -> None:
    kept = candidates(child())
    deduplicator.deduplicate(kept)
    deduplicator.rollback(
        deduplicator.deduplicate(candidates(parent(LOST, "ParcelLost"), span(7, trace=9, message="x")))
    )
    assert deduplicator.deduplicate(kept).duplicates == 1


def test_another_tenants_failures_are_neither_joined_nor_known(deduplicator: Deduplicator) -> None:
    deduplicator.deduplicate(candidates(child(), tenant="acme"))
    assert only_row(deduplicator.deduplicate(candidates(child(), tenant="evil"))).tenant_id == "evil"
    above = only_row(deduplicator.deduplicate(candidates(parent(LOST, "ParcelLost"), tenant="other")))
    assert above.caused_by is None


def test_a_span_with_a_known_reported_id_is_the_same_failure(deduplicator: Deduplicator) -> None:
    reported = {"failcat.failure_id": FAILURE}
    first = deduplicator.deduplicate(candidates(span(5, message=LOST, attributes=reported)))
    second = deduplicator.deduplicate(candidates(span(3, trace=2, end_ms=90_000, attributes=reported)))
    assert uuid_text(only_row(first, second).id) == FAILURE
    assert (second.propagated, second.misses) == (1, {})


def test_a_recovery_is_counted_once_under_its_failures_code(deduplicator: Deduplicator) -> None:
    row = only_row(deduplicator.deduplicate(candidates(child(RATE, "openai.RateLimitError"))))
    recovery = RecoveryRecord(failure_id=row.id, attempt=1, mode="SKIP", succeeded=True, occurred_at_us=1)
    first = deduplicator.deduplicate([recovery, recovery])
    assert [known.error_code for known in first.recoveries] == ["RATE_LIMITED"]
    assert (first.records, first.duplicates) == (first.recoveries, 1)
    assert deduplicator.deduplicate([recovery]).duplicates == 1
    second = RecoveryRecord(failure_id=row.id, attempt=2, mode="SKIP", succeeded=False, occurred_at_us=2)
    assert deduplicator.deduplicate([second]).duplicates == 0


def test_a_report_of_losses_is_counted_once_also_after_a_restart() -> None:
    report = LossRecord(id=bytes(16), run_id="r", dropped=7, occurred_at_us=1)
    deduplicator = deduplicator_with(memory())
    first = deduplicator.deduplicate([report, report])
    assert (first.records, first.losses, first.duplicates) == ([report], 7, 1)
    assert deduplicator.deduplicate([report]).losses == 0
    assert deduplicator_with(rebuilt(first.records)).deduplicate([report]).records == []
    deduplicator.rollback(first)
    assert deduplicator.deduplicate([report]).losses == 7


def test_a_recovery_that_comes_with_its_failure_is_counted_under_its_code(deduplicator: Deduplicator) -> None:
    (failure,) = candidates(child(RATE, "openai.RateLimitError"))
    assert isinstance(failure, Failure)
    recovery = RecoveryRecord(failure_id=failure.id, attempt=1, mode="SKIP", succeeded=True, occurred_at_us=1)
    deduplicated = deduplicator.deduplicate([recovery, failure])
    assert [known.error_code for known in deduplicated.recoveries] == ["RATE_LIMITED"]
    deduplicator.rollback(deduplicated)
    assert deduplicator.deduplicate([recovery, failure]).duplicates == 0


def test_a_row_takes_what_a_later_report_knows(deduplicator: Deduplicator) -> None:
    first = deduplicator.deduplicate(
        candidates(span(2, parent=1, attributes={"error.type": "parcel_lost"}, message=LOST))
    )
    attributes = {"gen_ai.agent.name": "planner", "failcat.step_index": 2, "failcat.skill_id": "ship", "model": "m"}
    second = deduplicator.deduplicate(candidates(span(1, end_ms=11, message=LOST, attributes=attributes)))
    row = only_row(first, second)
    assert (row.agent_name, row.step_index, row.skill_id, row.model) == ("planner", 2, "ship", "m")


def test_a_chain_in_single_requests_from_either_end_is_one_row() -> None:
    for order in (deep_chain(), deep_chain()[::-1]):
        deduplicator = deduplicator_with(RecentFailures())
        requests = [deduplicator.deduplicate(candidates(one)) for one in order]
        assert only_row(*requests).span_id == span_id(5)


TYPES = ("Lost", "Sunk", "_OTHER", "parcel_lost", "openai.RateLimitError")
CODES: tuple[dict[str, str], ...] = ({}, {}, {"failure.code": "PARCEL_LOST"})
TEXTS = (LOST, f"wrapped: {LOST}", RATE, "printer on fire", "")


@st.composite
def forests(draw: st.DrawFn) -> list[Span]:
    """Failing spans under one another, with texts and codes that do and do not belong together."""
    spans = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        spans.append(
            span(
                number,
                parent=draw(st.integers(0, number - 1)),
                end_ms=draw(st.sampled_from((5, 20, 1_500))) - number,
                message=draw(st.sampled_from(TEXTS)),
                kind=draw(st.sampled_from((CLIENT, INTERNAL))),
                attributes={"error.type": draw(st.sampled_from(TYPES)), **draw(st.sampled_from(CODES))},
            )
        )
    return spans


def requests_of(spans: list[Span], cuts: list[int]) -> list[list[Candidate]]:
    edges = [0, *sorted(cuts), len(spans)]
    return [candidates(*spans[start:end]) for start, end in pairwise(edges)]


@settings(deadline=None, max_examples=60)
@given(spans=forests(), data=st.data())
def test_every_failure_is_spooled_once_and_rows_follow_from_the_set(spans: list[Span], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(spans))
    cuts = data.draw(st.lists(st.integers(0, len(spans)), max_size=3))
    deduplicator = deduplicator_with(RecentFailures())
    requests = requests_of(list(shuffled), cuts)
    batches = [deduplicator.deduplicate(request) for request in requests]
    assert sum(len(batch.records) for batch in batches) == len(spans)
    found = rows(*batches)
    ids = {row.id for row in found}
    assert len(ids) == len(found)
    assert all(row.caused_by in ids for row in found if row.caused_by)
    at_once = deduplicator_with(RecentFailures()).deduplicate(candidates(*spans))
    assert {row.id: row for row in rows(at_once)} == {row.id: row for row in found}
    assert len(found) + at_once.propagated == len(spans)
    for request in requests:
        assert deduplicator.deduplicate(request).duplicates == len(request)


@settings(deadline=None, max_examples=60)
@given(spans=forests(), data=st.data())
def test_a_restart_between_requests_changes_no_decision(spans: list[Span], data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(spans)), max_size=3))
    requests = requests_of(list(data.draw(st.permutations(spans))), cuts)
    recent_failures, stored = memory(), list[Record]()
    deduplicator = deduplicator_with(recent_failures)
    for request in requests:
        restarted = deduplicator_with(rebuilt(stored)).deduplicate(request)
        deduplicated = deduplicator.deduplicate(request)
        assert (restarted.records, restarted.propagated) == (deduplicated.records, deduplicated.propagated)
        stored += deduplicated.records
    assert remembered(rebuilt(stored)) == remembered(recent_failures)


def remembered(recent_failures: RecentFailures) -> list[dict[str, object]]:
    reports = recent_failures.of_trace(trace_id(1), b"")
    return [{**msgspec.structs.asdict(each.evidence), "_fingerprint": each.evidence.fingerprint} for each in reports]
