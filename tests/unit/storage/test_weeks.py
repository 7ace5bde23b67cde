"""Names and bounds of weekly partitions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_storage.partitions import Week, lowest_id

first, last = datetime(1970, 1, 1), datetime(9990, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
moments = st.datetimes(first, last, timezones=st.just(UTC))


@given(moments)
def test_a_moment_lies_in_its_week(moment: datetime) -> None:
    week = Week.of(moment)
    assert week.start <= moment < week.end
    assert lowest_id(week.start) <= lowest_id(moment) < lowest_id(week.end)


@given(moments)
def test_a_name_says_its_week(moment: datetime) -> None:
    assert Week.named(Week.of(moment).name) == Week.of(moment)


@given(moments)
def test_weeks_follow_without_gap(moment: datetime) -> None:
    here, there = Week.of(moment).and_following(1)
    assert here.end == there.start
    assert here.name != there.name


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "failure_matches_y2026w01"),
        (datetime(2025, 12, 28, 23, 59, tzinfo=UTC), "failure_matches_y2025w52"),
        (datetime(2027, 1, 3, tzinfo=UTC), "failure_matches_y2026w53"),
        (datetime(2026, 1, 5, 1, tzinfo=timezone(timedelta(hours=5))), "failure_matches_y2026w01"),
    ],
)
def test_names_are_iso_weeks_in_utc(moment: datetime, name: str) -> None:
    assert Week.of(moment).name == name


@pytest.mark.parametrize("name", ["failure_matches_default", "failure_matches_y2026w54", "archive", ""])
def test_other_names_are_no_weeks(name: str) -> None:
    assert Week.named(name) is None
