"""Durations are recorded some at a time; a scrape must see all of them."""

from __future__ import annotations

from failcat_sidecar.metrics import MAX_BUFFERED_VALUES, Metrics


def test_a_scrape_sees_every_duration_once() -> None:
    metrics = Metrics()
    for count in (1, MAX_BUFFERED_VALUES, 3):
        for _ in range(count):
            metrics.consumed_in(0.5)
        metrics.registry.get_sample_value("failcat_consume_seconds_count")  # a scrape in between
    seen = metrics.registry.get_sample_value
    assert seen("failcat_consume_seconds_count") == MAX_BUFFERED_VALUES + 4
    assert seen("failcat_consume_seconds_sum") == (MAX_BUFFERED_VALUES + 4) / 2
    assert seen("failcat_consume_seconds_bucket", {"le": "0.25"}) == 0
