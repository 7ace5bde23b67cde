"""The reports of a batch → rows and members: all at once, or one by one when some are stored already."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import msgspec

from failcat_catalog.identity import id_of_tenant
from failcat_core.records import FailureRecord
from failcat_storage.errors import SchemaConflict
from failcat_storage.members import (
    copy_members,
    insert_members,
    member_row,
    rows_of_members,
    rows_without_own_report,
)
from failcat_storage.quarantine import FOREIGN_ID, Refused
from failcat_storage.rows import FAILURES, INSERT_FAILURES, MemberRow
from failcat_storage.tables import encodable
from failcat_storage.tenants import MAX_ALIASES, holders_of
from failcat_storage.traces import Traces, stored_traces, unknown_traces

DROPPED = "a trigger on failure_matches drops rows, or row-level security hides them"


class JoinedBatch(msgspec.Struct):
    """What the reports of a batch give together."""

    rows: list[FailureRecord]  # sorted by id
    members: list[MemberRow]


class StoredReports(msgspec.Struct):
    """What became of the reports of a batch."""

    failures: list[FailureRecord]  # rows that were really inserted
    traces: Traces
    duplicates: int = 0  # reports that were stored already
    foreign: list[Refused] = []  # reports whose ids other tenants hold


async def copy_joined(connection: asyncpg.Connection, joined: JoinedBatch) -> StoredReports:
    """All of them, or DuplicateRow and none."""
    rows = FAILURES.rows(joined.rows)
    with encodable():
        copied = await connection.copy_records_to_table("failure_matches", records=rows, columns=FAILURES.names)
    if copied != f"COPY {len(rows)}":
        raise SchemaConflict(DROPPED)
    if joined.members:
        await copy_members(connection, joined.members)
    return StoredReports(joined.rows, stored_traces(joined.rows, joined.members))


async def insert_reports(connection: asyncpg.Connection, reports: Sequence[FailureRecord]) -> StoredReports:
    """Those that are neither rows nor members yet, each as it is. Of two with one id the first is stored."""
    stored = StoredReports([], unknown_traces(reports))
    new = await _not_members(connection, reports, stored)
    plain = [report for report in new if report.report_id is None]
    given = [report for report in new if report.report_id is not None]
    if given:
        plain += await _with_foreign_claims(connection, given)
        given = [report for report in given if report.own_id not in {each.id for each in plain}]
    await _insert_plain(connection, plain, stored)
    await _insert_given(connection, given, stored)
    return stored


async def _not_members(
    connection: asyncpg.Connection, reports: Sequence[FailureRecord], stored: StoredReports
) -> list[FailureRecord]:
    """With other ids for those that are another tenant's members."""
    new: list[FailureRecord] = []
    left = list(reports)
    for _ in range(MAX_ALIASES + 1):
        known = await rows_of_members(connection, [report.own_id for report in left]) if left else {}
        new += [report for report in left if report.own_id not in known]
        stored.duplicates += sum(
            report.own_id in known and known[report.own_id][1] == report.tenant_id for report in left
        )
        foreign = [report for report in left if report.own_id in known and known[report.own_id][1] != report.tenant_id]
        stored.foreign += [_foreign(report) for report in foreign if report.token_tenant is None]
        left = [_under_own_id(report) for report in foreign if report.token_tenant is not None]
    stored.foreign += map(_foreign, left)
    return new


async def _with_foreign_claims(connection: asyncpg.Connection, given: Sequence[FailureRecord]) -> list[FailureRecord]:
    """Those whose failure's id is another tenant's: they go by their own."""
    ids = [report.id for report in given]
    holders = {**await holders_of(connection, ids)}
    holders |= {key: tenant for key, (_, tenant) in (await rows_of_members(connection, ids)).items()}
    return [
        msgspec.structs.replace(report, id=report.own_id, report_id=None)
        for report in given
        if report.id in holders and holders[report.id] != report.tenant_id and report.token_tenant is not None
    ]


async def _insert_plain(
    connection: asyncpg.Connection, reports: Sequence[FailureRecord], stored: StoredReports
) -> None:
    by_id: dict[bytes, FailureRecord] = {}
    suspects: list[FailureRecord] = []
    for report in reports:
        if by_id.setdefault(report.id, report) is not report:
            suspects.append(report)
    if not by_id:
        return
    inserted = await insert_new_failures(connection, [by_id[key] for key in sorted(by_id)])
    new = {report.id for report in inserted}
    present = [report for key, report in by_id.items() if key not in new]
    refused = await _insert_under_own_ids(connection, suspects + present, inserted)
    stored.foreign += refused
    stored.failures += inserted
    # A row that was made of reports to which the agent gave its id: now its own report is here, too.
    without = await rows_without_own_report(connection, [report.id for report in present])
    added = await insert_members(
        connection, [member_row(report, report.id) for report in present if report.id in without]
    )
    stored.duplicates += len(reports) - len(inserted) - len(added) - len(refused)


async def _insert_given(
    connection: asyncpg.Connection, reports: Sequence[FailureRecord], stored: StoredReports
) -> None:
    """Reports to whose failures the agent gave other ids: members of the rows with these ids."""
    if not reports:
        return
    members = {report.own_id: member_row(report, report.id) for report in reports}
    added = await insert_members(connection, [members[key] for key in sorted(members)])
    stored.duplicates += len(reports) - len(added)
    rows = {report.id: msgspec.structs.replace(report, report_id=None) for report in reports if report.own_id in added}
    if rows:
        stored.failures += await insert_new_failures(connection, [rows[key] for key in sorted(rows)])


async def insert_new_failures(connection: asyncpg.Connection, failures: list[FailureRecord]) -> list[FailureRecord]:
    """Inserts the failures whose id is not stored yet, and returns them."""
    rows = await connection.fetch(INSERT_FAILURES, *FAILURES.arrays(failures))
    inserted = {row["id"].bytes for row in rows}
    return [failure for failure in failures if failure.id in inserted]


async def _insert_under_own_ids(
    connection: asyncpg.Connection, suspects: list[FailureRecord], inserted: list[FailureRecord]
) -> list[Refused]:
    """Stores those of the suspects whose id another tenant holds under ids of their own, and adds them to `inserted`.
    Returns those that get none: without tokens, or when all their ids are taken."""
    refused: list[FailureRecord] = []
    for attempt in range(MAX_ALIASES + 1):
        if not suspects:
            break
        foreign = await _find_foreign(connection, suspects)
        last = attempt == MAX_ALIASES
        refused += [failure for failure in foreign if last or failure.token_tenant is None]
        renamed = [] if last else [_under_own_id(each) for each in foreign if each.token_tenant is not None]
        by_id = {failure.id: failure for failure in renamed}  # what came twice counts once
        added = await insert_new_failures(connection, [by_id[each] for each in sorted(by_id)]) if by_id else []
        inserted += added
        suspects = [by_id[each] for each in by_id.keys() - {failure.id for failure in added}]
    return [_foreign(failure) for failure in refused]


def _foreign(failure: FailureRecord) -> Refused:
    return Refused(failure, FOREIGN_ID, "this id is already stored for another tenant")


def _under_own_id(failure: FailureRecord) -> FailureRecord:
    own_id = id_of_tenant(failure.own_id, failure.tenant_id or "")
    renamed: FailureRecord = (
        msgspec.structs.replace(failure, report_id=own_id)
        if failure.report_id
        else msgspec.structs.replace(failure, id=own_id)
    )
    return renamed


async def _find_foreign(connection: asyncpg.Connection, suspects: list[FailureRecord]) -> list[FailureRecord]:
    """The failures whose id is stored for another tenant."""
    holders = await holders_of(connection, (failure.id for failure in suspects))
    absent = [failure.id for failure in suspects if failure.id not in holders]
    merged = await rows_of_members(connection, absent) if absent else {}  # by another sidecar, a moment ago
    if not merged.keys() >= set(absent):  # neither inserted nor there
        raise SchemaConflict(DROPPED)
    return [failure for failure in suspects if failure.id in holders and holders[failure.id] != failure.tenant_id]
