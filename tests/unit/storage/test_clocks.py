"""Two clocks agree when they certainly differ by two minutes or less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from failcat_storage.clocks import Clocks, describe_offset
from failcat_storage.expiry import Expiry, present_week
from failcat_storage.partitions import Week
from failcat_storage.retention import is_shorter

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MONDAY = Week.of(NOW).start


@pytest.mark.parametrize(
    ("offset_seconds", "round_trip_seconds", "agree"),
    [
        (0, 0, True),
        (120, 0, True),
        (121, 0, False),
        (-119, 0, True),
        (-121, 0, False),
        (115, 12, False),
        (0, 300, False),
    ],
)
def test_agreement(offset_seconds: float, round_trip_seconds: float, agree: bool) -> None:
    clocks = Clocks(NOW, NOW + timedelta(seconds=offset_seconds), round_trip_seconds)
    assert clocks.offset_seconds == offset_seconds
    assert clocks.agree is agree


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (150.4, "this host's clock is 150 s ahead of the database's"),
        (-7_260, "this host's clock is 2 h 1 min behind the database's"),
        (100 * 86_400, "this host's clock is 100 d 0 h ahead of the database's"),
    ],
)
def test_an_offset_in_words(seconds: float, text: str) -> None:
    assert describe_offset(seconds) == text


@pytest.mark.parametrize("local_seconds", [-1, 1])
def test_the_present_week_is_the_earlier_one_of_both_clocks(local_seconds: int) -> None:
    just_before, just_after = MONDAY - timedelta(seconds=0.5), MONDAY + timedelta(seconds=0.5)
    clocks = Clocks(just_after, just_before) if local_seconds < 0 else Clocks(just_before, just_after)
    last_week = Week(MONDAY - timedelta(weeks=1))
    expiry = Expiry(MONDAY + timedelta(days=70), present_week(clocks))
    assert expiry.present == last_week
    assert not expiry.covers(last_week)
    assert expiry.covers(Week(MONDAY - timedelta(weeks=2)))


@pytest.mark.parametrize(
    ("days", "than", "shorter"), [(30, 90, True), (90, 30, False), (30, 30, False), (30, 0, True), (0, 30, False)]
)
def test_for_ever_is_the_longest(days: int, than: int, shorter: bool) -> None:
    assert is_shorter(days, than) is shorter
