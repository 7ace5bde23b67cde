"""Reports of failures that an agent dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.otlp import MS, START_NS, UNSET, candidates, log, log_candidates, span

from failcat_core.records import LossRecord
from failcat_sidecar.extract import Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.extract.recovery import Invalid

REPORT: dict[str, Any] = {
    "failcat.loss.report_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "failcat.loss.dropped": 7_952,
    "failcat.run_id": "run-1",
    "failcat.tenant_id": "acme",
}


def loss(change: Mapping[str, Any] | None = None, tenant: str | None = None, end_ms: float = 10) -> LossRecord:
    (found,) = candidates(span(4, status=UNSET, attributes={**REPORT, **(change or {})}, end_ms=end_ms), tenant=tenant)
    assert isinstance(found, LossRecord)
    return found


def test_a_span_or_a_log_record_is_a_report() -> None:
    found = loss()
    assert (found.run_id, found.tenant_id, found.dropped) == ("run-1", "acme", 7_952)
    assert found.occurred_at_us == (START_NS + 10 * MS) // 1_000
    (logged,) = log_candidates(log(attributes=REPORT))
    assert isinstance(logged, LossRecord) and logged.id == found.id


def test_a_report_is_known_again_by_its_id_and_tenant_alone() -> None:
    assert loss({"failcat.loss.dropped": 1}, end_ms=99).id == loss().id
    assert loss(tenant="other").id != loss().id
    assert loss({"failcat.loss.report_id": "01890a5d-ac96-774b-bcce-b302099a8058"}).id != loss().id


@pytest.mark.parametrize(
    "change",
    [
        {"failcat.loss.report_id": "nonsense"},
        *({"failcat.loss.dropped": bad} for bad in (0, -5, 2**31, 2**62, "1", 1.5, True, None)),
    ],
)
def test_a_report_that_is_not_valid_is_gathered_with_the_reason(change: dict[str, Any]) -> None:
    invalid = InvalidRecoveries()
    assert candidates(span(status=UNSET, attributes={**REPORT, **(change or {})}), invalid=invalid) == []
    assert (dict(invalid.reasons), invalid.lost_items) == ({Invalid.LOSS: 1}, 1)
    assert "1 recovery outcome or loss report is not valid" in invalid.message


def test_a_failing_span_may_report_losses_too() -> None:
    report, failure = candidates(span(attributes=REPORT))
    assert isinstance(report, LossRecord) and isinstance(failure, Failure)
