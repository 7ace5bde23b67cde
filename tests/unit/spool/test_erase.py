"""Batches from which records are erased keep their length, so that a spool can be changed in place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.failures import Failures

from failcat_core.records import EnrichmentRecord, Record, RecoveryRecord, decode, encode, encode_filled

HARMLESS = EnrichmentRecord(id=bytes(16), member_id=bytes(16))


def recovery(number: int) -> RecoveryRecord:
    return RecoveryRecord(failure_id=bytes(16), attempt=number, mode="", succeeded=True, occurred_at_us=number)


@given(count=st.integers(1, 40), kept=st.integers(0, 39), extra_bytes=st.sampled_from([0, 1, 255, 70_000]))
def test_a_filled_batch_is_as_long_and_has_the_kept_records(count: int, kept: int, extra_bytes: int) -> None:
    records: list[Record] = [*map(recovery, range(count)), *Failures().many(1)]
    left = records[: min(kept, count)]
    size_bytes = len(encode(records)) + extra_bytes
    filled = encode_filled(left, size_bytes)
    assert len(filled) == size_bytes
    assert decode(filled) == [*left, HARMLESS]


def test_too_little_room_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes are missing"):
        encode_filled([recovery(1)], len(encode([recovery(1)])) + 20)
