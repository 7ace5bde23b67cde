"""What `failcat forget` erases: a run, a tenant or one failure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from uuid import UUID

from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, Record


@dataclass(frozen=True, slots=True)
class Subject:
    """Exactly one of the three."""

    run: str | None = None
    tenant: str | None = None
    failure: UUID | None = None

    @property
    def kind(self) -> str:
        return "run" if self.run is not None else "tenant" if self.tenant is not None else "failure"

    @property
    def value(self) -> str:
        return self.run or self.tenant or str(self.failure)

    def covers(self, record: Record, failures: Container[bytes]) -> bool:
        """`failures` are ids of the subject's failures: a record of another kind does not know its run."""
        if self.tenant is not None:
            return record.tenant_id == self.tenant
        if isinstance(record, LossRecord):
            return self.run is not None and record.run_id == self.run
        if isinstance(record, FailureRecord):
            is_known = record.id in failures or record.own_id in failures
            return is_known or (self.run is not None and record.run_id == self.run)
        if isinstance(record, EnrichmentRecord):
            return record.id in failures or record.member_id in failures
        return record.failure_id in failures

    def is_named_in(self, raw: bytes) -> bool:
        """For bytes that cannot be decoded."""
        return (self.failure.bytes if self.failure else self.value.encode()) in raw
