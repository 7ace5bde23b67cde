"""Joins what a batch brought with what was stored before: after the commit, for traces of which more is stored.

Whoever commits second sees the reports of both, so two sidecars need nothing else; what a crash in between left undone
is done when the spool is replayed. One transaction for a few traces: traces are locked in the order of their hashes,
rows in the order of their ids, counters as every writer does. The difference to the rows that the reports give now is
written with the counts of their groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec

from failcat_core.failpoints import failpoint
from failcat_core.joining import MAX_REPORTS, Join, Joined
from failcat_core.records import UNDECODABLE, FailureRecord
from failcat_storage.database import Database
from failcat_storage.groups import MICROSECONDS_PER_HOUR, GroupHour, Titles, count_hours
from failcat_storage.members import member_rows, report_of, rows_of_members
from failcat_storage.queries import query
from failcat_storage.rows import (
    COUNT_GROUPS,
    FAILURES,
    GROUP_HOURS,
    INSERT_FAILURES,
    MEMBERS,
    MOVE_MEMBERS,
    UPDATE_FAILURES,
    MemberRow,
    moment,
    record_of,
    uuid_of,
)
from failcat_storage.tables import transposed
from failcat_storage.traces import HOUR_MS, Traces, traces_with_more

MAX_TRACES = 32  # of a transaction
MAX_BYTES = 8 << 20  # of a transaction, as they are stored; a trace with more is not revised
MAX_READ = 2 * MAX_REPORTS * MAX_TRACES
MAX_CLOSURE = 3  # times that traces lead to others, where the agent gave failures of several traces one id

_ROWS = query("rows_of_traces").format(columns=", ".join(FAILURES.names))


@dataclass(slots=True)
class Rejoined:
    """The changes of committed transactions."""

    inserted: list[FailureRecord] = field(default_factory=list)  # reports that became rows of their own again
    merged: int = 0  # rows that became reports of others
    revised: Counter[str] = field(default_factory=Counter)  # rows that changed, by what changed
    left: int = 0  # traces that have too many reports

    def add(self, other: Rejoined) -> None:
        self.inserted += other.inserted
        self.merged += other.merged
        self.revised += other.revised
        self.left += other.left


class _Set(msgspec.Struct):
    """All that is stored of some traces."""

    rows: dict[bytes, FailureRecord] = {}
    members: dict[bytes, MemberRow] = {}


class TooMuch(Exception):
    """The traces have more reports than are read at once, or such as cannot be revised: of a newer release, or with the
    ids of another tenant's."""


class Rejoiner:
    """For one shard of the groups' counters."""

    def __init__(self, database: Database, join: Join, shard: int, titles: Titles) -> None:
        self._database = database
        self._join = join
        self._shard = shard
        self._titles = titles

    async def rejoin(self, traces: Traces) -> Rejoined:
        """Raises RetryableStorageError, after which doing it again is harmless; RefusedData for a row that PostgreSQL
        does not take."""
        done = Rejoined()
        for chunk in await self._with_more(traces, done):
            done.add(await self._rejoin_chunk(chunk))
        return done

    async def _with_more(self, traces: Traces, done: Rejoined) -> list[Traces]:
        """Those with other reports than these, in chunks."""
        async with self._database.transaction() as connection:
            found = await connection.fetch(query("select_traces").format(traces=traces_with_more(traces)))
        chunks: list[Traces] = []
        total = MAX_BYTES
        for row in found:
            if row["reports"] > MAX_REPORTS or row["bytes"] > MAX_BYTES:
                done.left += 1
                continue
            trace_id = bytes.fromhex(row["trace_id"])
            total += row["bytes"]
            if total > MAX_BYTES or len(chunks[-1]) == MAX_TRACES:
                chunks.append({})
                total = row["bytes"]
            chunks[-1][trace_id] = traces[trace_id]
        return chunks

    async def _rejoin_chunk(self, traces: Traces) -> Rejoined:
        try:
            return await self._transaction(traces)
        except TooMuch:
            if len(traces) == 1:
                return Rejoined(left=1)
        done = Rejoined()
        for trace_id, stored in traces.items():
            done.add(await self._rejoin_chunk({trace_id: stored}))
        return done

    async def _transaction(self, traces: Traces) -> Rejoined:
        done = Rejoined()
        async with self._database.transaction() as connection:
            found = await _read(connection, traces)
            joined = [each for own in _owners(_reports(found), traces) for each in self._join(own)]
            await _Difference(found, joined, done).write(connection, self._shard, self._titles)
            failpoint("rejoin.written")
        failpoint("rejoin.committed")
        return done


async def _read(connection: asyncpg.Connection, traces: Traces) -> _Set:
    """All reports of these traces, and of traces that share a failure with them. Raises TooMuch."""
    lowest, highest = _bounds(traces)
    found, known = _Set(), set(traces)
    new, row_ids = set(traces), set[bytes]()
    for _ in range(MAX_CLOSURE):
        await connection.execute(query("lock_traces"), [_key(trace_id) for trace_id in new])
        names = [trace_id.hex() for trace_id in known]
        ids = list(map(uuid_of, row_ids))
        rows = await connection.fetch(_ROWS, names, uuid_of(lowest), uuid_of(highest), ids, MAX_READ)
        found.rows = {row["id"].bytes: record_of(row) for row in rows}
        ids = list(map(uuid_of, row_ids | found.rows.keys()))
        members = await connection.fetch(
            query("members_of_traces"), names, uuid_of(lowest), uuid_of(highest), ids, MAX_READ
        )
        found.members = {row["member_id"].bytes: _member(row) for row in members}
        if len(rows) == MAX_READ or len(members) == MAX_READ:
            raise TooMuch
        missing = {member.row_id for member in found.members.values()} - found.rows.keys() - row_ids
        reached = {row.trace_id for row in found.rows.values()} | {member.trace_id for member in found.members.values()}
        new = {trace_id for trace_id in reached if trace_id} - known
        if not missing and not new:
            return found
        if len(known) + len(new) > 2 * MAX_TRACES:
            raise TooMuch
        known |= new
        row_ids |= missing
    await _forget_expired(connection, found)
    return found


async def _forget_expired(connection: asyncpg.Connection, found: _Set) -> None:
    """Members whose row has expired are left alone; of those whose row is a member itself, the report counts."""
    gone = {member.row_id for member in found.members.values()} - found.rows.keys() - found.members.keys()
    elsewhere = await rows_of_members(connection, gone) if gone else {}
    expired = gone - elsewhere.keys()
    found.members = {key: member for key, member in found.members.items() if member.row_id not in expired}


def _bounds(traces: Traces) -> tuple[bytes, bytes]:
    """An hour more than was asked for at either side, so that what is near the ends is complete."""
    lowest = int.from_bytes(min(stored.lowest for stored in traces.values())[:6], "big") - HOUR_MS
    highest = int.from_bytes(max(stored.highest for stored in traces.values())[:6], "big") + HOUR_MS
    return max(lowest, 0).to_bytes(6, "big") + bytes(10), min(highest, (1 << 48) - 1).to_bytes(6, "big") + b"\xff" * 10


def _key(trace_id: bytes) -> int:
    return int.from_bytes(trace_id[-8:], "big", signed=True)


def _member(row: Mapping[str, Any]) -> MemberRow:
    trace_id = row["trace_id"]
    return MemberRow(
        row["member_id"].bytes,
        row["row_id"].bytes,
        row["tenant_id"],
        bytes.fromhex(trace_id) if trace_id else None,
        row["report"],
    )


def _reports(found: _Set) -> list[FailureRecord]:
    """Each once: members, and rows that are reports themselves. Raises TooMuch for what a newer release wrote."""
    reports: list[FailureRecord] = []
    shown: set[tuple[bytes, bytes | None, bytes | None, int]] = set()  # what may be the best report of a row
    with_own = set[bytes]()
    for member in found.members.values():
        report = _decoded(member)
        reports.append(report)
        shown.add((member.row_id, report.trace_id, report.span_id, report.occurred_at_us))
        if member.member_id == member.row_id:
            with_own.add(member.row_id)
    reports += [
        row
        for row_id, row in found.rows.items()
        if row_id not in with_own
        and row_id not in found.members
        and (row_id, row.trace_id, row.span_id, row.occurred_at_us) not in shown
    ]
    return reports


def _decoded(member: MemberRow) -> FailureRecord:
    try:
        report = report_of({"report": member.report})
    except (*UNDECODABLE, ValueError):
        report = None
    if report is None:
        raise TooMuch
    return report


def _owners(reports: Iterable[FailureRecord], traces: Traces) -> Iterable[list[FailureRecord]]:
    """With tokens, each tenant's own: trace ids can be guessed."""
    if not any(stored.is_strict for stored in traces.values()):
        return [list(reports)]
    tenants: dict[str | None, list[FailureRecord]] = {}
    for report in reports:
        tenants.setdefault(report.tenant_id, []).append(report)
    return tenants.values()


class _Difference:
    """From what is stored to what the reports give."""

    def __init__(self, found: _Set, joined: Sequence[Joined], done: Rejoined) -> None:
        self._found = found
        self._done = done
        self._rows = {each.row.id: each.row for each in joined}
        self._members = {member.member_id: member for each in joined for member in member_rows(each)}
        self._new = [row for key, row in sorted(self._rows.items()) if key not in found.rows]
        self._gone = [row for key, row in found.rows.items() if key not in self._rows]
        self._changed = [
            (stored, row)
            for key, row in sorted(self._rows.items())
            if (stored := found.rows.get(key)) and not _is_same(stored, row)
        ]

    async def write(self, connection: asyncpg.Connection, shard: int, titles: Titles) -> None:
        await self._write_rows(connection)
        await self._write_members(connection)
        await self._carry_recoveries(connection)
        await self._count(connection, shard, titles)
        self._note()

    async def _write_rows(self, connection: asyncpg.Connection) -> None:
        """Inserts come first: a writer that waits for one of them has locked nothing that is deleted here."""
        if self._new:
            rows = await connection.fetch(INSERT_FAILURES, *FAILURES.arrays(self._new))
            if len(rows) < len(self._new):
                raise TooMuch
        if self._changed:
            await connection.execute(UPDATE_FAILURES, *FAILURES.arrays(row for _, row in self._changed))
        if self._gone:
            await connection.execute(query("delete_failures"), [uuid_of(row.id) for row in self._gone])

    async def _write_members(self, connection: asyncpg.Connection) -> None:
        present = self._found.members
        moved = [
            member
            for key, member in sorted(self._members.items())
            if key not in present or present[key].row_id != member.row_id
        ]
        if moved and len(await connection.fetch(MOVE_MEMBERS, *MEMBERS.arrays(moved))) < len(moved):
            raise TooMuch
        if alone := present.keys() - self._members.keys() & self._rows.keys():
            await connection.execute(query("delete_members"), list(map(uuid_of, sorted(alone))))

    async def _carry_recoveries(self, connection: asyncpg.Connection) -> None:
        moves = [
            (uuid_of(key), uuid_of(member.row_id)) for key, member in self._members.items() if key != member.row_id
        ]
        if moves:
            await connection.execute(query("move_outcomes"), *transposed(moves))

    async def _count(self, connection: asyncpg.Connection, shard: int, titles: Titles) -> None:
        """Rows that are new, are gone, or are counted elsewhere now."""
        recounted = [(before, after) for before, after in self._changed if _group(before) != _group(after)]
        leaving = [*self._gone, *(before for before, _ in recounted)]
        coming = [*self._new, *(after for _, after in recounted)]
        hours = count_hours(coming, titles)
        if not leaving and not hours:
            return
        await connection.execute(query("lock_counters"), *_counter_keys(leaving, hours))
        if leaving:
            given = [(row.tenant_id or "", row.signature, moment(row.occurred_at_us)) for row in leaving]
            await connection.fetchval(query("uncount_leaving").format(leaving=query("given_rows")), *transposed(given))
        if hours:
            await connection.execute(COUNT_GROUPS, shard, *GROUP_HOURS.arrays(hours))

    def _note(self) -> None:
        self._done.inserted += self._new
        self._done.merged += len(self._gone)
        self._done.revised["merged"] += len(self._gone)
        for before, after in self._changed:
            if change := _change(before.catalog_entry_id, after.catalog_entry_id):
                self._done.revised[change] += 1
        self._done.revised = +self._done.revised


def _change(before: str | None, after: str | None) -> str:
    if before == after:
        return ""
    if before is None:
        return "known"
    return "unknown" if after is None else "code"


def _group(row: FailureRecord) -> tuple[str, str, int]:
    return row.tenant_id or "", row.signature, row.occurred_at_us // MICROSECONDS_PER_HOUR


def _counter_keys(leaving: Sequence[FailureRecord], hours: Sequence[GroupHour]) -> list[list[Any]]:
    keys = {_group(row) for row in leaving} | {(hour.tenant_id, hour.signature, hour.hour) for hour in hours}
    return transposed((tenant, signature, moment(hour * MICROSECONDS_PER_HOUR)) for tenant, signature, hour in keys)


def _is_same(stored: FailureRecord, row: FailureRecord) -> bool:
    """Of columns, as they are stored: JSONB keeps neither order nor spelling."""
    return _comparable(stored) == _comparable(row)


def _comparable(row: FailureRecord) -> tuple[FailureRecord, Any]:
    plain = msgspec.structs.replace(row, context="", token_tenant=None, report_id=None)
    try:
        return plain, row.context_values()
    except UNDECODABLE:
        return plain, row.context
