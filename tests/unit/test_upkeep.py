"""What a sidecar logs of its daily maintenance."""

from __future__ import annotations

from failcat_sidecar.upkeep import _done
from failcat_storage.maintenance import MaintenanceReport


def test_only_what_was_done_is_told() -> None:
    assert _done(MaintenanceReport(deleted_rows={"job_runs": 0})) == {}
    report = MaintenanceReport(created=["a week"], deleted_rows={"job_runs": 0, "failure_groups": 3})
    assert _done(report) == {"created": ["a week"], "deleted_rows": {"failure_groups": 3}}
