"""Sorting a batch out by kind."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from tests.support.failures import Failures

from failcat_core.records import EnrichmentRecord, RecoveryRecord
from failcat_storage.batch import merge, sort_out

texts = st.none() | st.text(max_size=3)
enrichments = st.builds(
    EnrichmentRecord,
    id=st.just(b"i" * 16),
    member_id=st.just(b"m" * 16),
    skill_id=texts,
    error_message=texts,
    tenant_id=texts,
    step_index=st.none() | st.integers(0, 3),
    context=st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)),
)


@given(enrichments, enrichments, enrichments)
def test_merging_is_associative(a: EnrichmentRecord, b: EnrichmentRecord, c: EnrichmentRecord) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(enrichments, enrichments)
def test_the_first_enrichment_wins(a: EnrichmentRecord, b: EnrichmentRecord) -> None:
    merged = merge(a, b)
    assert merged.skill_id == (b.skill_id if a.skill_id is None else a.skill_id)
    assert merged.context == {**b.context, **a.context}


def test_failures_come_once_and_in_id_order() -> None:
    failures = Failures().many(20)
    shuffled = [*failures, *failures[:3]]
    random.Random(1).shuffle(shuffled)
    batch = sort_out(shuffled)
    assert [failure.id for failure in batch.failures] == sorted(failure.id for failure in failures)
    assert len(batch.repeated) == 3


def test_recoveries_of_other_failures_are_applied_too() -> None:
    [failure] = Failures().many(1)
    recovery = RecoveryRecord(failure_id=b"o" * 16, attempt=1, mode="SKIP", succeeded=True, occurred_at_us=0)
    references = sort_out([failure, recovery]).references()
    assert {reference.id for reference in references} == {failure.id, b"o" * 16}
