"""What a sidecar says of its daily maintenance."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import pytest

from failcat_sidecar import maintenance as module
from failcat_sidecar.maintenance import Maintenance, _done
from failcat_sidecar.metrics import Metrics
from failcat_storage.maintenance_steps import MaintenanceReport

URL = "postgresql://nobody@127.0.0.1:1/nothing"


def test_only_what_was_done_is_told() -> None:
    assert _done(MaintenanceReport()) == {}
    report = MaintenanceReport(created=["a week"], deleted_rows={"failure_groups": 3})
    assert _done(report) == {"created": ["a week"], "deleted_rows": {"failure_groups": 3}}


async def test_a_database_that_is_unreachable_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    caplog.set_level(logging.WARNING)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(Maintenance(URL, 90, Metrics()).run(), 0.5)
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "maintenance is tried again every minute"
    ]


@pytest.mark.parametrize(
    ("report", "complaint", "pause_seconds"),
    [
        (MaintenanceReport(), "", module.DAY_SECONDS),
        (MaintenanceReport(waiting="soon"), "", module.DAY_SECONDS),
        (MaintenanceReport(refused="clocks"), "retention drops nothing: clocks", module.HOUR_SECONDS),
        (MaintenanceReport(postponed=["t"]), "maintenance is tried again every minute: t stay locked", 60.0),
    ],
)
def test_what_was_not_done_is_a_complaint(report: MaintenanceReport, complaint: str, pause_seconds: float) -> None:
    maintenance = Maintenance(URL, 90, Metrics())
    assert maintenance._note(report) == pause_seconds
    assert maintenance.complaint == complaint
    maintenance._note(MaintenanceReport())
    assert maintenance.complaint == ""


@pytest.mark.parametrize(
    ("own", "fleet", "warnings"), [(30, 90, 1), (30, 0, 1), (90, 90, 0), (None, 90, 0), (0, 0, 0), (120, 120, 0)]
)
def test_a_shorter_retention_than_the_fleets_is_told_once(
    own: int | None, fleet: int, warnings: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    maintenance = Maintenance(URL, own, Metrics())
    for _ in range(2):
        maintenance._note(MaintenanceReport(retention_days=fleet))
    assert len(caplog.records) == warnings
    assert all("does not shorten the fleet's retention" in record.message for record in caplog.records)
