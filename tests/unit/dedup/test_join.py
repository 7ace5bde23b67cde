"""One failure, one row: a function of the set of reports."""

from __future__ import annotations

import random

import pytest
from tests.support.reported_traces import EXPECTED_ROWS, TRACES, joiner, reports_of

from failcat_core.joining import Joined


def contents(joined: list[Joined]) -> set[str]:
    return {repr((each.row, sorted(report.own_id for report in each.reports))) for each in joined}


@pytest.mark.parametrize("name", TRACES)
def test_a_trace_gives_as_many_rows_as_there_are_failures(name: str) -> None:
    joined = joiner()(reports_of(name))
    assert len(joined) == EXPECTED_ROWS[name]


@pytest.mark.parametrize("name", TRACES)
def test_rows_do_not_depend_on_the_order_of_reports(name: str) -> None:
    reports, join = list(reports_of(name)), joiner()
    expected = contents(join(reports))
    for seed in range(20):
        assert contents(join(random.Random(seed).sample(reports, len(reports)))) == expected


@pytest.mark.parametrize("name", TRACES)
def test_every_report_is_a_row_or_a_member(name: str) -> None:
    reports = reports_of(name)
    joined = joiner()(reports)
    ids = {each.row.id for each in joined} | {report.own_id for each in joined for report in each.reports}
    assert ids >= {report.id for report in reports} | {report.own_id for report in reports}
