"""One batch sorted out by kind: each failure once and in id order, one enrichment a row, the rest as it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_storage.tenants import Reference


@dataclass(slots=True)
class Batch:
    """What one transaction writes."""

    failures: list[FailureRecord] = field(default_factory=list)  # sorted by id, ids are unique
    repeated: list[FailureRecord] = field(default_factory=list)  # their ids are in `failures` already
    enrichments: dict[Reference, EnrichmentRecord] = field(default_factory=dict)  # by the row to fill
    recoveries: list[RecoveryRecord] = field(default_factory=list)
    losses: list[LossRecord] = field(default_factory=list)

    def references(self) -> set[Reference]:
        """The failures whose recoveries this batch may complete: those that it brings and those it reports on."""
        failures = {Reference.of(failure) for failure in (*self.failures, *self.repeated)}
        return failures | {Reference.of(recovery) for recovery in self.recoveries}

    def id_range(self) -> tuple[bytes, bytes] | None:
        """Of all ids that their milliseconds may have, whatever the tenant; None when there are none."""
        ids = [recovery.failure_id for recovery in self.recoveries]
        if self.failures:
            ids += self.failures[0].id, self.failures[-1].id
        return (min(ids)[:6] + b"\x00" * 10, max(ids)[:6] + b"\xff" * 10) if ids else None


def sort_out(records: Iterable[Record]) -> Batch:
    """The first of two failures with one id is the one that is stored, as if they had come in two batches."""
    batch = Batch()
    failures: dict[bytes, FailureRecord] = {}
    for record in records:
        if isinstance(record, FailureRecord):
            if record.id in failures:
                batch.repeated.append(record)
            else:
                failures[record.id] = record
        elif isinstance(record, EnrichmentRecord):
            row = Reference.of(record)
            if record.token_tenant is None:  # may come with and without its tenant
                row = row._replace(tenant_id=None)
            earlier = batch.enrichments.get(row)
            batch.enrichments[row] = merge(earlier, record) if earlier else record
        elif isinstance(record, RecoveryRecord):
            batch.recoveries.append(record)
        else:
            batch.losses.append(record)
    batch.failures = [failures[key] for key in sorted(failures)]
    return batch


def merge(first: EnrichmentRecord, second: EnrichmentRecord) -> EnrichmentRecord:
    """What two enrichments of one row add together; the first wins."""
    return EnrichmentRecord(
        id=first.id,
        member_id=first.member_id,
        tenant_id=first.tenant_id if first.tenant_id is not None else second.tenant_id,
        token_tenant=first.token_tenant,
        error_message=first.error_message if first.error_message is not None else second.error_message,
        error_type=first.error_type if first.error_type is not None else second.error_type,
        skill_id=first.skill_id if first.skill_id is not None else second.skill_id,
        step_index=first.step_index if first.step_index is not None else second.step_index,
        agent_name=first.agent_name if first.agent_name is not None else second.agent_name,
        service_name=first.service_name if first.service_name is not None else second.service_name,
        context={**second.context, **first.context},
    )
