"""Labels stay bounded, whatever codes agents name; a gauge without a value has no sample."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from failcat_sidecar.metrics import MAX_LABEL_VALUES, OTHER, Metrics


def count_misses(metrics: Metrics, code: str) -> None:
    metrics.failures_accepted({}, {code: 1})


def count_recovery(metrics: Metrics, code: str) -> None:
    metrics.recovery_accepted("RETRY_EXPONENTIAL", code, succeeded=True)


@pytest.mark.parametrize(
    ("name", "count"), [("failure_match_misses", count_misses), ("recovery_success", count_recovery)]
)
def test_the_first_200_codes_keep_their_name_and_the_rest_share_one(
    name: str, count: Callable[[Metrics, str], None]
) -> None:
    metrics = Metrics()
    for number in range(MAX_LABEL_VALUES + 50):
        count(metrics, f"code-{number}")
    count(metrics, "code-0")
    (family,) = (family for family in metrics.registry.collect() if family.name == name)
    values = {sample.labels["error_code"]: sample.value for sample in family.samples}
    assert len(values) == MAX_LABEL_VALUES + 1 == 201
    assert (values["code-0"], values["code-199"], values[OTHER]) == (2, 1, 50)
    assert "code-200" not in values


@pytest.mark.parametrize(
    ("name", "count"), [("failure_match_misses", count_misses), ("recovery_success", count_recovery)]
)
def test_labels_hold_nothing_that_steers_a_terminal(name: str, count: Callable[[Metrics, str], None]) -> None:
    metrics = Metrics()
    for code in ("\x1b[2J\x07", "\x1b[2J\x07", "\u202efdp.exe\x9b\n"):
        count(metrics, code)
    (family,) = (family for family in metrics.registry.collect() if family.name == name)
    values = {sample.labels["error_code"]: sample.value for sample in family.samples}
    assert values == {"\\x1b[2J\\x07": 2, "\\u202efdp.exe\\x9b\\n": 1}


def test_a_gauge_without_a_value_has_no_sample_and_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A clock's offset while PostgreSQL is unreachable, say: a NaN would be logged at each scrape."""
    metrics = Metrics()
    metrics.gauge("unknown", "Not known.", lambda: None)
    metrics.gauge("known", "Known.", lambda: 1.0)
    told = {family.name for family in metrics.registry.collect()}
    assert ("known" in told, "unknown" in told, caplog.records) == (True, False, [])
