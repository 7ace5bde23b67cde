"""What a tenant's own token sends is remembered apart: under the same ids, after a replay of the spool, taken back."""

from __future__ import annotations

from tests.support.otlp import START_NS, UNSET, decoded, span, traces

from failcat_catalog.identity import uuid_text
from failcat_core.records import FailureRecord, RecoveryRecord
from failcat_sidecar.collapse import Collapsed, Collapser, RecentFailures
from failcat_sidecar.extract import Extractor
from failcat_sidecar.extract.invalid import InvalidRecoveries

CHILD = span(2, parent=1, message="no answer", attributes={"error.type": "Lost"})
PARENT = span(1, message="no answer", end_ms=11, attributes={"error.type": "Lost"})


def sent(collapser: Collapser, tenant: str | None, *spans: object) -> Collapsed:
    """By a token of that tenant."""
    suspects = decoded(traces(*spans)).suspects  # type: ignore[arg-type]
    return collapser.collapse(Extractor(has_tokens=True).extract(suspects, tenant, InvalidRecoveries(), START_NS))


def test_one_tenants_failure_is_no_duplicate_of_anothers(collapser: Collapser) -> None:
    for tenant in ("evil", "acme", None):
        assert sent(collapser, tenant, CHILD).duplicates == 0
    for tenant in ("evil", "acme", None):
        assert sent(collapser, tenant, CHILD).duplicates == 1, "each is known again"


def test_one_tenants_span_passes_on_no_failure_of_anothers(collapser: Collapser) -> None:
    sent(collapser, "acme", CHILD)
    [row] = sent(collapser, "evil", PARENT).records
    assert isinstance(row, FailureRecord)
    assert (row.token_tenant, row.caused_by) == ("evil", None)
    assert sent(collapser, "acme", PARENT).propagated == 1


def test_one_tenants_outcome_is_no_duplicate_of_anothers(collapser: Collapser) -> None:
    [failure] = sent(collapser, "acme", CHILD).records
    assert isinstance(failure, FailureRecord)
    attributes = {
        "failcat.recovery.failure_id": uuid_text(failure.id),
        "failcat.recovery.mode": "SKIP",
        "failcat.recovery.succeeded": True,
    }
    for tenant in ("evil", "acme"):
        [outcome] = sent(collapser, tenant, span(9, status=UNSET, attributes=attributes)).records
        assert isinstance(outcome, RecoveryRecord)
        assert outcome.token_tenant == tenant


def test_the_memory_is_the_same_after_a_replay(collapser: Collapser) -> None:
    spooled = [record for tenant in ("evil", "acme") for record in sent(collapser, tenant, CHILD).records]
    recents = RecentFailures()
    recents.replay(spooled)
    again = Collapser(collapser._match, "1", recents)
    assert [sent(again, tenant, CHILD).duplicates for tenant in ("evil", "acme", None)] == [1, 1, 0]


def test_a_batch_that_is_taken_back_takes_nothing_of_others(collapser: Collapser, recents: RecentFailures) -> None:
    sent(collapser, "acme", CHILD)
    collapser.rollback(sent(collapser, "evil", CHILD))
    assert len(recents) == 1
    assert sent(collapser, "acme", CHILD).duplicates == 1
