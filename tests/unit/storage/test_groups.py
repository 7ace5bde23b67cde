"""Counting rows by group and hour."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from failcat_core.records import FailureRecord
from failcat_storage.groups import (
    MAX_SAMPLES,
    MAX_TITLE_CHARACTERS,
    MAX_TITLES,
    MICROSECONDS_PER_HOUR,
    Titles,
    count_hours,
)


def failure(**fields: object) -> FailureRecord:
    values: dict[str, object] = {
        "id": b"0" * 16,
        "run_id": "r",
        "error_code": "C",
        "signature": "v1:s",
        "occurred_at_us": 0,
        "catalog_version": "1",
    }
    return FailureRecord(**{**values, **fields})  # type: ignore[arg-type]  # fields by name


failures = st.lists(
    st.builds(
        failure,
        tenant_id=st.sampled_from([None, "", "a", "b"]),
        signature=st.sampled_from(["v1:x", "v1:y"]),
        occurred_at_us=st.integers(0, 4 * MICROSECONDS_PER_HOUR),
    )
)


@given(failures)
def test_counts_equal_rows(batch: list[FailureRecord]) -> None:
    counted = {(g.tenant_id, g.signature, g.hour): g.occurrences for g in count_hours(batch, Titles())}
    assert counted == Counter(
        (f.tenant_id or "", f.signature, f.occurred_at_us // MICROSECONDS_PER_HOUR) for f in batch
    )


@given(failures)
def test_counters_come_in_one_order(batch: list[FailureRecord]) -> None:
    keys = [(g.tenant_id, g.signature, g.hour) for g in count_hours(batch, Titles())]
    assert keys == sorted(set(keys))


@given(failures)
def test_first_and_last_span_the_group(batch: list[FailureRecord]) -> None:
    for group in count_hours(batch, Titles()):
        assert group.first_seen_us <= group.last_seen_us
        assert group.hour == group.first_seen_us // MICROSECONDS_PER_HOUR == group.last_seen_us // MICROSECONDS_PER_HOUR
        assert 1 <= len(group.samples) <= min(MAX_SAMPLES, group.occurrences)


def test_titles_are_one_bounded_line() -> None:
    [group] = count_hours([failure(error_type="E", error_message="  first\nsecond")], Titles())
    assert group.title == "E: first second"
    [group] = count_hours([failure(error_message="x" * 1000)], Titles())
    assert len(group.title) == MAX_TITLE_CHARACTERS
    [group] = count_hours([failure()], Titles())
    assert group.title == "C"
    [group] = count_hours([failure(error_type="\x1b]0;E\x07", error_message="\u202egone\x9b 1")], Titles())
    assert group.title.isprintable()
    assert "gone" in group.title


def test_of_titles_only_the_lately_counted_are_kept() -> None:
    titles, first = Titles(), failure(error_message="first of 7")
    assert titles.of(first) == titles.of(failure(error_message="first of 8")) == "C: first of <*>"
    assert titles.of(failure(error_type="E", error_message="first of 9")) == "E: first of <*>"
    for number in range(2 * MAX_TITLES):
        titles.of(failure(signature=f"v1:{number}"))
    assert len(titles) <= MAX_TITLES
    assert titles.of(first) == "C: first of <*>"
