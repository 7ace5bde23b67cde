"""The records of a batch by kind: each failure once and in id order, one enrichment per row, the rest as received."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

import msgspec

from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_storage.rows import FILLABLE
from failcat_storage.tenants import Reference


@dataclass(slots=True)
class Batch:
    """The records of one transaction."""

    failures: list[FailureRecord] = field(default_factory=list)  # reports, sorted by id; their own ids are unique
    repeated: list[FailureRecord] = field(default_factory=list)  # their own ids are in `failures` already
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
    """Of two failures with one id the first is stored, as if they had come in two batches."""
    batch = Batch()
    failures: dict[bytes, FailureRecord] = {}
    for record in records:
        if isinstance(record, FailureRecord):
            if record.own_id in failures:
                batch.repeated.append(record)
            else:
                failures[record.own_id] = record
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
    batch.failures = sorted(failures.values(), key=attrgetter("id"))
    return batch


def merge(first: EnrichmentRecord, second: EnrichmentRecord) -> EnrichmentRecord:
    """Both enrichments of one row as one; the first has precedence."""
    merged: EnrichmentRecord = msgspec.structs.replace(
        first,
        **{name: getattr(second, name) for name in ("tenant_id", *FILLABLE) if getattr(first, name) is None},
        context={**second.context, **first.context},
    )
    return merged
