"""Counting rows by group and hour."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from failcat_storage.groups import MAX_SAMPLES, MAX_TITLE_CHARACTERS, MICROSECONDS_PER_HOUR, count_hours
from failcat_storage.records import FailureRecord


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
    counted = {(g.tenant_id, g.signature, g.hour): g.occurrences for g in count_hours(batch)}
    assert counted == Counter(
        (f.tenant_id or "", f.signature, f.occurred_at_us // MICROSECONDS_PER_HOUR) for f in batch
    )


@given(failures)
def test_counters_come_in_one_order(batch: list[FailureRecord]) -> None:
    keys = [(g.tenant_id, g.signature, g.hour) for g in count_hours(batch)]
    assert keys == sorted(set(keys))


@given(failures)
def test_first_and_last_span_the_group(batch: list[FailureRecord]) -> None:
    for group in count_hours(batch):
        assert group.first_seen_us <= group.last_seen_us
        assert group.hour == group.first_seen_us // MICROSECONDS_PER_HOUR == group.last_seen_us // MICROSECONDS_PER_HOUR
        assert 1 <= len(group.samples) <= min(MAX_SAMPLES, group.occurrences)


def test_titles_are_one_bounded_line() -> None:
    [group] = count_hours([failure(error_type="E", error_message="  first\nsecond")])
    assert group.title == "E: first second"
    [group] = count_hours([failure(error_message="x" * 1000)])
    assert len(group.title) == MAX_TITLE_CHARACTERS
    [group] = count_hours([failure()])
    assert group.title == "C"
