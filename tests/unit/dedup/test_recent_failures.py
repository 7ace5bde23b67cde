"""The memory of recent failures is bounded in every direction."""

from __future__ import annotations

from failcat_catalog.identity import failure_id
from failcat_core.records import FailureRecord, RecoveryRecord
from failcat_sidecar.dedup.recent_failures import MAX_PER_TRACE, RecentFailures

TRACE, PARENT = b"t" * 16, b"p" * 8


def failure(number: int, parent: bytes = PARENT) -> FailureRecord:
    span = number.to_bytes(8, "big")
    return FailureRecord(
        id=failure_id(number * 1_000_000, TRACE, span, 0),
        run_id="r",
        error_code="X",
        signature="v1:0",
        occurred_at_us=number,
        catalog_version="c",
        trace_id=TRACE,
        span_id=span,
        parent_span_id=parent,
    )


def test_the_oldest_are_forgotten_beyond_the_count() -> None:
    recent_failures = RecentFailures(max_failures=3)
    failures = [failure(number) for number in range(1, 6)]
    for record in failures:
        recent_failures.replay([record])
    assert [recent_failures.find(record.id) is not None for record in failures] == [False, False, True, True, True]
    assert len(recent_failures.of_trace(TRACE, b"")) == len(recent_failures) == 3


def test_the_oldest_are_forgotten_beyond_the_age() -> None:
    now = 0.0
    recent_failures = RecentFailures(max_age_seconds=10, clock=lambda: now)
    recent_failures.replay([failure(1)])
    now = 11.0
    recent_failures.replay([failure(2)])
    assert (recent_failures.find(failure(1).id), len(recent_failures)) == (None, 1)


def test_of_countless_reports_of_a_trace_the_last_are_kept() -> None:
    recent_failures = RecentFailures()
    recent_failures.replay(failure(number) for number in range(1, 1_000))
    reports = recent_failures.of_trace(TRACE, b"")
    assert [report.evidence.time_us for report in reports] == list(range(1_000 - MAX_PER_TRACE, 1_000))


def test_recoveries_are_bounded_too() -> None:
    recent_failures = RecentFailures(max_failures=10)
    for attempt in range(1, 100):
        recent_failures.replay(
            [RecoveryRecord(failure_id=TRACE, attempt=attempt, mode="SKIP", succeeded=True, occurred_at_us=1)]
        )
    assert [recent_failures.knows_recovery((TRACE, attempt)) for attempt in (1, 89, 90, 99)] == [
        False,
        False,
        True,
        True,
    ]


def test_forgetting_leaves_nothing_behind() -> None:
    recent_failures = RecentFailures()
    remembered = recent_failures.replay(failure(number) for number in range(1, 50))
    recent_failures.forget(remembered)
    assert len(recent_failures) == len(recent_failures.of_trace(TRACE, b"")) == 0


def test_remembering_twice_keeps_one() -> None:
    recent_failures = RecentFailures(max_failures=2)
    for _ in range(5):
        recent_failures.replay([failure(1)])
    recent_failures.replay([failure(2)])
    assert recent_failures.find(failure(1).id) and recent_failures.find(failure(2).id)
    assert len(recent_failures.of_trace(TRACE, b"")) == 2
