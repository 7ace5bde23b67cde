"""What a tenant's own token sends is remembered apart: under the same ids, after a replay of the spool, taken back."""

from __future__ import annotations

from tests.support.otlp import START_NS, UNSET, decoded, span, traces

from failcat_catalog.identity import uuid_text
from failcat_core.records import FailureRecord, RecoveryRecord
from failcat_sidecar.dedup import Deduplicated, Deduplicator, RecentFailures
from failcat_sidecar.extract import Extractor
from failcat_sidecar.extract.invalid import InvalidRecoveries

CHILD = span(2, parent=1, message="no answer", attributes={"error.type": "Lost"})
PARENT = span(1, message="no answer", end_ms=11, attributes={"error.type": "Lost"})


def sent(deduplicator: Deduplicator, tenant: str | None, *spans: object) -> Deduplicated:
    """By a token of that tenant."""
    suspects = decoded(traces(*spans)).suspects  # type: ignore[arg-type]
    return deduplicator.deduplicate(Extractor(has_tokens=True).extract(suspects, tenant, InvalidRecoveries(), START_NS))


def test_one_tenants_failure_is_no_duplicate_of_anothers(deduplicator: Deduplicator) -> None:
    for tenant in ("evil", "acme", None):
        assert sent(deduplicator, tenant, CHILD).duplicates == 0
    for tenant in ("evil", "acme", None):
        assert sent(deduplicator, tenant, CHILD).duplicates == 1, "each is known again"


def test_one_tenants_span_passes_on_no_failure_of_anothers(deduplicator: Deduplicator) -> None:
    sent(deduplicator, "acme", CHILD)
    [row] = sent(deduplicator, "evil", PARENT).records
    assert isinstance(row, FailureRecord)
    assert (row.token_tenant, row.caused_by) == ("evil", None)
    assert sent(deduplicator, "acme", PARENT).propagated == 1


def test_one_tenants_outcome_is_no_duplicate_of_anothers(deduplicator: Deduplicator) -> None:
    [failure] = sent(deduplicator, "acme", CHILD).records
    assert isinstance(failure, FailureRecord)
    attributes = {
        "failcat.recovery.failure_id": uuid_text(failure.id),
        "failcat.recovery.mode": "SKIP",
        "failcat.recovery.succeeded": True,
    }
    for tenant in ("evil", "acme"):
        [outcome] = sent(deduplicator, tenant, span(9, status=UNSET, attributes=attributes)).records
        assert isinstance(outcome, RecoveryRecord)
        assert outcome.token_tenant == tenant


def test_the_memory_is_the_same_after_a_replay(deduplicator: Deduplicator) -> None:
    spooled = [record for tenant in ("evil", "acme") for record in sent(deduplicator, tenant, CHILD).records]
    recent_failures = RecentFailures()
    recent_failures.replay(spooled)
    again = Deduplicator(deduplicator._match, "1", recent_failures)
    assert [sent(again, tenant, CHILD).duplicates for tenant in ("evil", "acme", None)] == [1, 1, 0]


def test_a_batch_that_is_taken_back_takes_nothing_of_others(
    deduplicator: Deduplicator, recent_failures: RecentFailures
) -> None:
    sent(deduplicator, "acme", CHILD)
    deduplicator.rollback(sent(deduplicator, "evil", CHILD))
    assert len(recent_failures) == 1
    assert sent(deduplicator, "acme", CHILD).duplicates == 1
