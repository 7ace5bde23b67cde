"""What a sidecar logs of its daily maintenance."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import pytest

from failcat_sidecar import upkeep
from failcat_sidecar.upkeep import _done, maintain_for_ever
from failcat_storage.maintenance import MaintenanceReport


def test_only_what_was_done_is_told() -> None:
    assert _done(MaintenanceReport(deleted_rows={"job_runs": 0})) == {}
    report = MaintenanceReport(created=["a week"], deleted_rows={"job_runs": 0, "failure_groups": 3})
    assert _done(report) == {"created": ["a week"], "deleted_rows": {"failure_groups": 3}}


async def test_a_database_that_is_away_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upkeep, "RETRY_SECONDS", 0.01)
    caplog.set_level(logging.WARNING)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(maintain_for_ever("postgresql://nobody@127.0.0.1:1/nothing", 90), 0.5)
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "maintenance is tried again every minute"
    ]
