"""Recovery outcomes and verdicts that agents pass."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.otlp import MS, START_NS, UNSET, candidates, failures, log, log_candidates, span, span_id, trace_id

from failcat_catalog.vocabulary import Category, RecoveryMode, Severity
from failcat_core.records import RecoveryRecord
from failcat_sidecar.extract import ExplicitVerdict, Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.extract.recovery import Invalid

FAILURE = "01890a5d-ac96-774b-bcce-b302099a8057"
OUTCOME: dict[str, Any] = {
    "failcat.recovery.failure_id": FAILURE,
    "failcat.recovery.mode": "RETRY_EXPONENTIAL",
    "failcat.recovery.succeeded": True,
}


def test_a_span_with_an_outcome_is_a_recovery() -> None:
    outcome = {**OUTCOME, "failcat.recovery.attempt": 2, "failcat.recovery.error_code": "TIMEOUT", "tenant.id": "t"}
    assert candidates(span(4, status=UNSET, attributes=outcome, end_ms=7)) == [
        RecoveryRecord(
            failure_id=bytes.fromhex(FAILURE.replace("-", "")),
            attempt=2,
            mode="RETRY_EXPONENTIAL",
            succeeded=True,
            occurred_at_us=(START_NS + 7 * MS) // 1_000,
            error_code="TIMEOUT",
            tenant_id="t",
            trace_id=trace_id(1),
            span_id=span_id(4),
        )
    ]


def test_a_log_record_with_an_outcome_is_a_recovery() -> None:
    (recovery,) = log_candidates(log(attributes={**OUTCOME, "failcat.recovery.succeeded": False}))
    assert isinstance(recovery, RecoveryRecord)
    assert (recovery.succeeded, recovery.attempt, recovery.error_code) == (False, 1, None)


INVALID = [
    ({"failcat.recovery.failure_id": "nonsense"}, Invalid.FAILURE_ID),
    ({"failcat.recovery.mode": "HOPE"}, Invalid.MODE),
    ({"failcat.recovery.mode": ["RETRY_EXPONENTIAL"]}, Invalid.MODE),
    ({"failcat.recovery.succeeded": "yes"}, Invalid.SUCCEEDED),
    ({"failcat.recovery.attempt": 0}, Invalid.ATTEMPT),
    ({"failcat.recovery.attempt": -5}, Invalid.ATTEMPT),
    ({"failcat.recovery.attempt": 2**31}, Invalid.ATTEMPT),
    ({"failcat.recovery.attempt": 2**62}, Invalid.ATTEMPT),
    ({"failcat.recovery.attempt": "1"}, Invalid.ATTEMPT),
]


@pytest.mark.parametrize(("change", "reason"), INVALID)
def test_an_outcome_that_is_not_valid_is_gathered_with_the_reason(change: dict[str, Any], reason: Invalid) -> None:
    invalid = InvalidRecoveries()
    assert candidates(span(status=UNSET, attributes={**OUTCOME, **change}), invalid=invalid) == []
    assert (dict(invalid.reasons), invalid.lost_items) == ({reason: 1}, 1)
    assert reason.rule in invalid.message


def test_a_failing_span_with_an_invalid_outcome_is_not_lost() -> None:
    invalid = InvalidRecoveries()
    (failure,) = candidates(span(attributes={**OUTCOME, "failcat.recovery.mode": "HOPE"}), invalid=invalid)
    assert isinstance(failure, Failure)
    assert (sum(invalid.reasons.values()), invalid.lost_items) == (1, 0)


def test_a_failing_span_may_report_an_outcome_too() -> None:
    recovery, failure = candidates(span(attributes=OUTCOME))
    assert isinstance(recovery, RecoveryRecord) and isinstance(failure, Failure)


@pytest.mark.parametrize(
    ("passed", "verdict"),
    [
        ('{"code": "RATE_LIMITED", "rule": "mine", "confidence": 0.5}', ExplicitVerdict("RATE_LIMITED", "mine", 0.5)),
        ('{"code": "X", "match_type": "exact", "more": [1]}', ExplicitVerdict("X", "", 1.0)),
        ('{"code": "X", "confidence": 7}', ExplicitVerdict("X", "", 1.0)),
        ('{"code": "", "matched": false}', ExplicitVerdict("", "", 0.0)),
        (
            '{"code": "X", "category": "DATA", "severity": "LOW", "recovery_mode": "SKIP", '
            '"retryable": true, "suggestions": ["Go."]}',
            ExplicitVerdict("X", "", 1.0, Category.DATA, Severity.LOW, RecoveryMode.SKIP, True, ("Go.",)),
        ),
        ('{"code": "X", "category": "MINE", "severity": "", "recovery_mode": "x"}', ExplicitVerdict("X")),
        ('{"code": ""}', None),
        ('{"rule": "r"}', None),
        ("[" * 4_000, None),
        ("not json", None),
        ('{"code": "' + "X" * 5_000 + '"}', None),
        (5, None),
    ],
)
def test_a_verdict_that_the_agent_passes_is_validated(passed: object, verdict: ExplicitVerdict | None) -> None:
    (failure,) = failures(span(attributes={"failcat.match": passed}))
    assert failure.verdict == verdict
    assert "failcat.match" not in failure.context.get("attributes", {})
