"""What `failcat forget` erases: a run, a tenant or one failure; `failcat demo --remove` the failures of a service."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from uuid import UUID

from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, Record


@dataclass(frozen=True, slots=True)
class Subject:
    """Exactly one of the four."""

    run: str | None = None
    tenant: str | None = None
    failure: UUID | None = None
    service: str | None = None

    @property
    def kind(self) -> str:
        return next(name for name in ("run", "tenant", "failure", "service") if getattr(self, name) is not None)

    @property
    def value(self) -> str:
        return self.run or self.tenant or self.service or str(self.failure)

    def covers(self, record: Record, failures: Container[bytes]) -> bool:
        """`failures` are ids of the subject's failures: a record of another kind does not know its run."""
        if self.tenant is not None:
            return record.tenant_id == self.tenant
        if isinstance(record, LossRecord):
            return self._names(record)
        if isinstance(record, FailureRecord):
            return record.id in failures or record.own_id in failures or self._names(record)
        if isinstance(record, EnrichmentRecord):
            return record.id in failures or record.member_id in failures
        return record.failure_id in failures

    def _names(self, record: FailureRecord | LossRecord) -> bool:
        if self.run is not None:
            return record.run_id == self.run
        return self.service is not None and record.service_name == self.service

    def is_named_in(self, raw: bytes) -> bool:
        """For bytes that cannot be decoded."""
        return (self.failure.bytes if self.failure else self.value.encode()) in raw
