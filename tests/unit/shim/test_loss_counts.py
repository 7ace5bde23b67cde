"""The counts of what was dropped: by whose it was and when, bounded, and none forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext

from failcat._delivery.losses import MAX_RUNS, OTHER, Losses

HOUR_NS = 3_600_000_000_000
AT_TEN = 500_000 * HOUR_NS


def dropped_span(attributes: Mapping[str, Any], at_ns: int = AT_TEN, service: str = "agent") -> ReadableSpan:
    resource = Resource({"service.name": service})
    context = SpanContext(7, 1, is_remote=False)
    return ReadableSpan("s", context, resource=resource, attributes=attributes, end_time=at_ns)


def told(losses: Losses) -> dict[tuple[object, ...], int]:
    """How many were dropped, by tenant, run, service and hour."""
    found: dict[tuple[object, ...], int] = {}
    for report in losses.take_reports():
        attributes = report.attributes or {}
        tenant_id, run_id = attributes.get("failcat.tenant_id"), attributes["failcat.run_id"]
        hour = (report.end_time or 0) // HOUR_NS
        key = (tenant_id, run_id, report.resource.attributes.get("service.name"), hour)
        found[key] = int(str(attributes["failcat.loss.dropped"]))
    return found


def test_losses_are_told_by_run_tenant_service_and_hour() -> None:
    losses = Losses()
    run = {"failcat.run_id": "r"}
    for attributes, at_ns, service in (
        (run, AT_TEN, "agent"),
        (run, AT_TEN + HOUR_NS - 1, "agent"),
        (run, AT_TEN + HOUR_NS, "agent"),
        ({**run, "failcat.tenant_id": "acme"}, AT_TEN, "agent"),
        (run, AT_TEN, "other-agent"),
        ({"session.id": "s"}, AT_TEN, "agent"),
        ({"failcat.run_id": 5}, AT_TEN, "agent"),
        ({}, AT_TEN, "agent"),
    ):
        losses.add(dropped_span(attributes, at_ns, service))
    assert told(losses) == {
        (None, "r", "agent", 500_000): 2,
        (None, "r", "agent", 500_001): 1,
        ("acme", "r", "agent", 500_000): 1,
        (None, "r", "other-agent", 500_000): 1,
        (None, "s", "agent", 500_000): 1,
        (None, f"{7:032x}", "agent", 500_000): 2,  # without a run of its own, its trace
    }


def test_runs_and_tenants_beyond_a_bound_are_told_together() -> None:
    losses = Losses()
    for number in range(1_000):
        losses.add(dropped_span({"failcat.run_id": f"r{number}", "failcat.tenant_id": f"t{number % 200}"}))
    found = told(losses)
    assert sum(found.values()) == 1_000
    assert len(found) == 2 * MAX_RUNS + 1
    assert len({run_id for _, run_id, *_ in found}) == MAX_RUNS + 1
    assert found[None, OTHER, None, 500_000] > 0


def test_what_is_not_taken_yet_is_told_again_before_anything_new() -> None:
    losses = Losses()
    assert losses.due_in() is None
    losses.add(dropped_span({"failcat.run_id": "first"}))
    assert losses.due_in() == 0
    first = losses.take_reports()
    losses.add(dropped_span({"failcat.run_id": "second"}))
    assert losses.take_reports() is first
    assert (losses.due_in() or 0) > 0  # the next one waits
    losses.acknowledge()
    assert [key[1] for key in told(losses)] == ["second"]
    losses.acknowledge()
    assert losses.due_in() is None
