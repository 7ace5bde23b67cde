"""Erases what the database holds of a run, a tenant or one failure. Counts of groups stay exact."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from hashlib import sha256
from uuid import UUID

import asyncpg
import msgspec

from failcat_core.subject import Subject
from failcat_storage.database import Database
from failcat_storage.quarantined import Obstacle, QuarantinedRecord, Selection, drop, quarantined_records
from failcat_storage.queries import query

JOB = "forget"
PAGE_ROWS = 2_000
_LOWEST = UUID(int=0)

FAILURES, RECOVERIES, LOSSES, QUARANTINED = "failures", "recovery_attempts", "loss_reports", "quarantined_records"

Counts = dict[str, int]
"""By what is counted."""


async def failure_ids(database: Database, subject: Subject) -> set[bytes]:
    """The ids of the run or the failure, which other records refer to; none for a tenant, whose records know it."""
    if subject.tenant is not None:
        return set()
    ids = {subject.failure} if subject.failure else set[UUID]()
    async for page in _pages(database, subject):
        rows = [row["id"] for row in page]
        async with database.transaction() as connection:
            members = await connection.fetch(query("members_of_rows"), rows)
        ids.update(rows, (row["member_id"] for row in members))
    return {each.bytes for each in ids}


async def count(database: Database, subject: Subject, failures: Collection[bytes]) -> Counts:
    """What `forget` would erase; `failures` as there. Raises RetryableStorageError."""
    rows = 0
    async for page in _pages(database, subject):
        rows += len(page)
    async with database.transaction() as connection:
        others = await connection.fetchrow(
            query("count_subject"), subject.run, subject.tenant, _uuids(failures), subject.service
        )
    quarantined = 0
    async for records in _quarantined(database, subject, failures):
        quarantined += len(records)
    return {
        FAILURES: rows,
        RECOVERIES: others["recoveries"],
        LOSSES: others["losses"],
        QUARANTINED: quarantined,
    }


async def forget(database: Database, subject: Subject, failures: Collection[bytes]) -> Counts:
    """Erases in short transactions, so that a second call completes what a crash has cut short. `failures` are ids of
    the subject's failures that may have no row any more. Raises RetryableStorageError."""
    erased = dict.fromkeys((FAILURES, RECOVERIES, LOSSES, QUARANTINED), 0)
    async for page in _pages(database, subject):
        async with database.transaction() as connection:
            await _erase_failures(connection, page, erased)
    if subject.tenant is not None:
        await _in_pages(database, "forget_members", [], subject.tenant)
    erased[RECOVERIES] += await _in_pages(database, "forget_recoveries", _uuids(failures), subject.tenant)
    erased[LOSSES] += await _in_pages(database, "forget_losses", subject.run, subject.tenant, subject.service)
    async for records in _quarantined(database, subject, failures):
        erased[QUARANTINED] += len(await drop(database, records))
    if subject.tenant is not None:
        async with database.transaction() as connection:
            await connection.execute("LOCK TABLE failure_groups IN SHARE ROW EXCLUSIVE MODE")
            await connection.execute(query("forget_groups"), subject.tenant)
            await connection.execute(query("expire_group_merges"))
    return erased


async def audit(database: Database, subject: Subject, who: str, erased: Counts) -> None:
    """One row of job_runs. The digest proves later that this subject was forgotten, and does not tell it."""
    document = {"subject": subject.kind, "sha256": sha256(subject.value.encode()).hexdigest(), "by": who, **erased}
    async with database.transaction() as connection:
        now = await connection.fetchval("SELECT now()")
        await connection.execute(query("insert_job_run"), JOB, now, True, msgspec.json.encode(document).decode())


async def _erase_failures(connection: asyncpg.Connection, page: list[asyncpg.Record], erased: Counts) -> None:
    ids = [row["id"] for row in page]
    groups = sorted({(row["tenant_id"] or "", row["signature"]) for row in page})
    keys = [tenant for tenant, _ in groups], [signature for _, signature in groups]
    statement = query("uncount_leaving").format(leaving=query("forget_failures"))
    erased[FAILURES] += await connection.fetchval(statement, ids)
    await connection.execute(query("forget_members"), ids, None, None)
    erased[RECOVERIES] += _affected(await connection.execute(query("forget_recoveries"), ids, None, None))
    # Writers wait from here on: one that counts on a group must not find it gone.
    await connection.execute("LOCK TABLE failure_groups IN SHARE ROW EXCLUSIVE MODE")
    await connection.execute(query("forget_samples"), ids, *keys)
    await connection.execute(query("expire_failure_groups"), *keys)


async def _pages(database: Database, subject: Subject) -> AsyncIterator[list[asyncpg.Record]]:
    last = _LOWEST
    while True:
        async with database.transaction() as connection:
            page = await connection.fetch(query("subject_failures"), *_columns(subject), last, PAGE_ROWS)
        if page:
            yield page
        if len(page) < PAGE_ROWS:
            return
        last = page[-1]["id"]


async def _in_pages(database: Database, name: str, *arguments: object) -> int:
    total = 0
    while True:
        async with database.transaction() as connection:
            erased = _affected(await connection.execute(query(name), *arguments, PAGE_ROWS))
        total += erased
        if erased < PAGE_ROWS:
            return total


async def _quarantined(
    database: Database, subject: Subject, failures: Collection[bytes]
) -> AsyncIterator[list[QuarantinedRecord]]:
    async for page in quarantined_records(database, Selection(tenant=subject.tenant)):
        yield [each for each in page if subject.tenant is not None or _is_covered(each, subject, failures)]


def _is_covered(quarantined: QuarantinedRecord, subject: Subject, failures: Collection[bytes]) -> bool:
    """What cannot be read any more, for example because it was cut, is searched for the name."""
    record = quarantined.record()
    if isinstance(record, Obstacle):
        return subject.is_named_in(quarantined.raw)
    return subject.covers(record, failures)


def _columns(subject: Subject) -> tuple[str | None, str | None, UUID | None, str | None]:
    return subject.run, subject.tenant, subject.failure, subject.service


def _uuids(ids: Collection[bytes]) -> list[UUID]:
    return [UUID(bytes=each) for each in ids]


def _affected(status: str) -> int:
    return int(status.rpartition(" ")[2])
