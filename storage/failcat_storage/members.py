"""Reports of failures that have several: `failure_members`. Any id that was ever given out is a row or a member."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import asyncpg
import msgspec

from failcat_core.joining import Joined
from failcat_core.records import FailureRecord, decode, encode
from failcat_storage.queries import query
from failcat_storage.rows import INSERT_MEMBERS, MEMBERS, MemberRow, uuid_of
from failcat_storage.tables import encodable


def member_rows(joined: Joined) -> list[MemberRow]:
    return [member_row(report, joined.row.id) for report in joined.reports]


def member_row(report: FailureRecord, row_id: bytes) -> MemberRow:
    return MemberRow(report.own_id, row_id, report.tenant_id, report.trace_id, _encoded(report))


def _encoded(report: FailureRecord) -> bytes:
    """Without what rows do not keep either, so that a report is the same whatever sidecar received it."""
    return encode([msgspec.structs.replace(report, token_tenant=None, caused_by=None)])


def report_of(row: Mapping[str, bytes]) -> FailureRecord | None:
    """Of a row of `failure_members`; None for what a newer release wrote. Raises one of UNDECODABLE."""
    (record,) = decode(row["report"])
    return record if isinstance(record, FailureRecord) else None


async def copy_members(connection: asyncpg.Connection, members: Sequence[MemberRow]) -> None:
    """All of them, or DuplicateRow and none."""
    rows = MEMBERS.rows(sorted(members, key=lambda member: member.member_id))
    with encodable():
        await connection.copy_records_to_table("failure_members", records=rows, columns=MEMBERS.names)


async def insert_members(connection: asyncpg.Connection, members: Sequence[MemberRow]) -> set[bytes]:
    """The ids of those that were new."""
    if not members:
        return set()
    return {row["member_id"].bytes for row in await connection.fetch(INSERT_MEMBERS, *MEMBERS.arrays(members))}


async def rows_of_members(
    connection: asyncpg.Connection, ids: Collection[bytes]
) -> dict[bytes, tuple[bytes, str | None]]:
    """The row that each of these reports is part of, and the report's tenant; without those that have no company."""
    with encodable():
        found = await connection.fetch(query("members"), [uuid_of(each) for each in ids])
    return {row["member_id"].bytes: (row["row_id"].bytes, row["tenant_id"]) for row in found}


async def take_out_members(connection: asyncpg.Connection, inserted: Sequence[FailureRecord]) -> set[bytes]:
    """Deletes the rows that are members of other rows, and returns their ids."""
    if not inserted:
        return set()
    ids = [record.id for record in inserted]
    uuids = [uuid_of(each) for each in ids]
    found = await connection.fetch(query("members_among"), uuids, uuid_of(min(ids)), uuid_of(max(ids)))
    if not found:  # nearly always; to plan the deletion takes longer
        return set()
    taken = await connection.fetch(query("take_out_members"), [row["member_id"] for row in found])
    return {row["id"].bytes for row in taken}


async def rows_without_own_report(connection: asyncpg.Connection, ids: Iterable[bytes]) -> set[bytes]:
    given: list[UUID] = [uuid_of(each) for each in ids]
    return (
        {row["id"].bytes for row in await connection.fetch(query("rows_without_own_report"), given)} if given else set()
    )
