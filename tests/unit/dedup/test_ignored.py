"""Failures that the operator calls none: no row, and no row of a wrapper in their place."""

from __future__ import annotations

import pytest
from tests.support.otlp import CLIENT, candidates, exception, log, log_candidates, span, span_id
from tests.unit.dedup.test_request import rows

from failcat_catalog.catalog import Catalog
from failcat_core.records import RecoveryRecord
from failcat_sidecar.dedup import Deduplicator, RecentFailures
from failcat_sidecar.extract import Failure

QUIET = "warming up the cache of warehouse 7"
LOST = "warehouse 7 lost parcel 12"
RULE = {"id": "mine.quiet", "when": [{"message": ["warming up the cache"]}]}


@pytest.fixture
def deduplicator(recent_failures: RecentFailures) -> Deduplicator:
    catalog = Catalog.builtin().with_layer({"ignore": [RULE]}, "mine")
    return Deduplicator(catalog.match, catalog.version, recent_failures)


def test_an_ignored_failure_is_counted_and_not_stored(deduplicator: Deduplicator) -> None:
    sent = candidates(span(1, message=QUIET), span(2, trace=2, message=LOST))
    deduplicated = deduplicator.deduplicate(sent)
    assert [row.error_message for row in rows(deduplicated)] == [LOST]
    assert (deduplicated.ignored, sum(deduplicated.misses.values())) == ({"mine.quiet": 1}, 1)
    again = deduplicator.deduplicate(sent)
    assert (again.ignored, again.duplicates, again.records) == ({}, 2, [])
    deduplicator.rollback(deduplicated)
    assert deduplicator.deduplicate(sent).ignored == {"mine.quiet": 1}


def test_the_rule_wins_over_what_the_catalog_and_the_agent_say(deduplicator: Deduplicator) -> None:
    named = {"failure.code": "RATE_LIMITED", "failcat.match_result": '{"code": "TIMEOUT"}', "error.type": "timeout"}
    deduplicated = deduplicator.deduplicate(candidates(span(1, message=QUIET, attributes=named)))
    assert (deduplicated.records, deduplicated.hits, deduplicated.ignored) == ([], {}, {"mine.quiet": 1})


CAUSE = span(3, parent=2, message=QUIET, end_ms=10)
WRAPPERS = [
    span(2, parent=1, message=f"step 4 failed: {QUIET}", end_ms=11, attributes={"error.type": "StepFailed"}),
    span(1, end_ms=12, kind=CLIENT),  # says nothing of its own
]


def test_a_wrapper_does_not_take_the_place_of_its_ignored_cause(deduplicator: Deduplicator) -> None:
    deduplicated = deduplicator.deduplicate(candidates(CAUSE, *WRAPPERS))
    assert (deduplicated.records, deduplicated.ignored, deduplicated.propagated) == ([], {"mine.quiet": 1}, 2)


def test_nor_does_one_that_comes_later(deduplicator: Deduplicator, recent_failures: RecentFailures) -> None:
    silent = [span(2, parent=1, end_ms=11), span(1, end_ms=12, kind=CLIENT)]
    for one in (CAUSE, *silent):
        assert deduplicator.deduplicate(candidates(one)).records == []
    exported = log(3, at_ms=10, attributes={"exception.type": "Warming", "exception.message": QUIET})
    assert deduplicator.deduplicate(log_candidates(exported)).records == []
    assert len(recent_failures) == 4


def test_a_wrapper_that_is_ignored_alone_leaves_its_cause(deduplicator: Deduplicator) -> None:
    wrapper = span(1, end_ms=11, message=f"{LOST}; then warming up the cache")
    (row,) = rows(deduplicator.deduplicate(candidates(span(2, parent=1, message=LOST), wrapper)))
    assert (row.error_message, row.span_id) == (LOST, span_id(2))


def test_a_failure_of_another_kind_is_stored_without_a_cause(deduplicator: Deduplicator) -> None:
    own = span(1, end_ms=11, message="no budget left for this run", attributes={"failure.code": "BUDGET_EXCEEDED"})
    child = span(2, parent=1, message=QUIET, attributes={"failure.code": "CANCELLED"})
    deduplicated = deduplicator.deduplicate(candidates(child, own))
    (row,) = rows(deduplicated)
    assert (row.catalog_entry_id, row.caused_by) == ("BUDGET_EXCEEDED", None)
    assert deduplicated.ignored == {"mine.quiet": 1}


def test_what_a_row_would_say_as_a_whole_is_ignored(recent_failures: RecentFailures) -> None:
    rule = {"id": "mine.whole", "when": [{"message": ["parcel 12"], "types": ["acme.Retried"]}]}
    catalog = Catalog.builtin().with_layer({"ignore": [rule]}, "mine")
    deduplicator = Deduplicator(catalog.match, catalog.version, recent_failures)
    wrapper = span(1, end_ms=11, events=(exception("acme.Retried", f"gave up: {LOST}", 11),))
    assert deduplicator.deduplicate(candidates(span(2, parent=1, message=LOST), wrapper)).records == []


def test_outcomes_of_an_ignored_failure_are_not_stored(deduplicator: Deduplicator) -> None:
    (failure,) = candidates(span(1, message=QUIET))
    assert isinstance(failure, Failure)
    outcome = RecoveryRecord(failure_id=failure.id, attempt=1, mode="SKIP", succeeded=True, occurred_at_us=1)
    deduplicated = deduplicator.deduplicate([failure, outcome])
    assert (deduplicated.records, deduplicated.recoveries) == ([], [])
