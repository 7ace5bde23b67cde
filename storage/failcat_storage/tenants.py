"""The tenant of an id. Two tenants may use one id, because ids follow from spans, and spans can be guessed.

The first that is stored keeps the id. Another tenant's failure is stored under a second id that follows from the first
and from its tenant, and whatever that tenant says of the id is meant for that row. A second id that somebody took on
purpose is followed by a third: `Reference.candidates`. All of it is for senders with tokens: without them a tenant is
what an attribute says, and one failure may come with and without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import asyncpg

from failcat_catalog.identity import id_of_tenant
from failcat_core.records import EnrichmentRecord, FailureRecord, RecoveryRecord
from failcat_storage.queries import query
from failcat_storage.rows import uuid_of
from failcat_storage.tables import encodable

MAX_ALIASES = 3

Holders = Mapping[bytes, str | None]
"""The tenants of stored failures, by id."""


class Reference(NamedTuple):
    """A failure as its sender names it."""

    id: bytes
    tenant_id: str | None
    token_tenant: str | None  # see FailureRecord

    @classmethod
    def of(cls, record: FailureRecord | EnrichmentRecord | RecoveryRecord) -> Reference:
        """The failure that the record is, or is about."""
        failure_id = record.failure_id if isinstance(record, RecoveryRecord) else record.id
        return cls(failure_id, record.tenant_id, record.token_tenant)

    @property
    def candidates(self) -> list[bytes]:
        """The ids that it may be stored under: its own first."""
        ids = [self.id]
        if self.token_tenant is not None:
            for _ in range(MAX_ALIASES):
                ids.append(id_of_tenant(ids[-1], self.tenant_id or ""))
        return ids

    def row(self, holders: Holders) -> bytes | None:
        """The id of the row that is meant; None when the sender has none. `holders` are those of the candidates."""
        there = [each for each in self.candidates if each in holders]
        own = [each for each in there if holders[each] == self.tenant_id]
        if own or self.token_tenant:  # a tenant's own token speaks of its tenant's failures alone
            return own[0] if own else None
        shared = [each for each in there if holders[each] is None or self.tenant_id is None]
        return shared[0] if shared else None

    def outcome_key(self, holders: Holders) -> bytes:
        """The id that an outcome of its recovery is stored under. While its row is not there, one that no other tenant
        may write to: the outcome is moved when the row comes."""
        if self.token_tenant is None:
            return self.id
        if row := self.row(holders):
            return row
        places = self.candidates[1:] if self.token_tenant else self.candidates
        return next((each for each in places if each not in holders), places[-1])


async def holders_of(connection: asyncpg.Connection, ids: Iterable[bytes]) -> Holders:
    with encodable():
        uuids = [uuid_of(each) for each in ids]
    rows = await connection.fetch(query("stored_tenants"), uuids)
    return {row["id"].bytes: row["tenant_id"] for row in rows}


async def holders_for(connection: asyncpg.Connection, references: Collection[Reference]) -> Holders:
    """Of all candidates of those with a token: the others' ids are what they are."""
    ids = [each for reference in references if reference.token_tenant is not None for each in reference.candidates]
    return await holders_of(connection, ids) if ids else {}


async def correct_causes(connection: asyncpg.Connection, inserted: Iterable[FailureRecord]) -> None:
    """Rows whose cause has another tenant's id name their own tenant's instead. Within the transaction that inserted
    them: a cause comes before, or together with, what it led to."""
    causes = {
        failure.id: Reference(failure.caused_by, failure.tenant_id, failure.token_tenant)
        for failure in inserted
        if failure.caused_by and failure.token_tenant is not None
    }
    if not causes:
        return
    holders = await holders_of(connection, {cause.id for cause in causes.values()})
    foreign = {
        failure_id: cause
        for failure_id, cause in causes.items()
        if cause.id in holders and cause.row({cause.id: holders[cause.id]}) is None
    }
    if foreign:
        holders = await holders_for(connection, list(foreign.values()))
        rows = [cause.row(holders) for cause in foreign.values()]
        await connection.execute(query("correct_causes"), list(map(uuid_of, foreign)), list(map(_uuid_or_none, rows)))


def _uuid_or_none(raw: bytes | None) -> UUID | None:
    return uuid_of(raw) if raw else None
