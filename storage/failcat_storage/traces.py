"""What a batch has stored of each trace, to find those of which more is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from failcat_core.joining import MAX_REPORTS
from failcat_core.records import FailureRecord
from failcat_storage.queries import query
from failcat_storage.rows import MemberRow

HOUR_MS = 3_600_000
_UNKNOWN = -1  # no trace has so many


class Stored(msgspec.Struct):
    """Of one trace."""

    row_id: bytes  # of one of its rows; any id without rows
    rows: int = 0
    members: int = 0
    earliest_ms: int = (1 << 48) - 1
    latest_ms: int = 0
    is_strict: bool = False  # its senders have tokens: reports of two tenants have nothing to do with one another

    def add_time(self, record_id: bytes) -> None:
        milliseconds = int.from_bytes(record_id[:6], "big")
        self.earliest_ms = min(self.earliest_ms, milliseconds)
        self.latest_ms = max(self.latest_ms, milliseconds)

    @property
    def lowest(self) -> bytes:
        """An hour before the first, of those within an hour of the last."""
        return lowest_id(max(self.earliest_ms, self.latest_ms - HOUR_MS) - HOUR_MS)

    @property
    def highest(self) -> bytes:
        return min(self.latest_ms + HOUR_MS, (1 << 48) - 1).to_bytes(6, "big") + b"\xff" * 10


Traces = dict[bytes, Stored]
"""By trace id."""


def stored_traces(rows: Iterable[FailureRecord], members: Iterable[MemberRow]) -> Traces:
    """As a batch without duplicates leaves them."""
    traces: Traces = {}
    for row in rows:
        if row.trace_id:
            stored = traces.get(row.trace_id)
            if stored is None:
                stored = traces[row.trace_id] = Stored(row.id, is_strict=row.token_tenant is not None)
            stored.rows += 1
            stored.add_time(row.id)
    for member in members:
        if member.trace_id:
            stored = traces.setdefault(member.trace_id, Stored(member.member_id))
            stored.members += 1
            stored.add_time(member.member_id)
    return traces


def unknown_traces(reports: Iterable[FailureRecord]) -> Traces:
    """Of a batch with duplicates: a lone report may be a row, of anything else nothing is known."""
    traces = stored_traces(reports, ())
    for report in reports:
        if report.trace_id and (report.report_id or traces[report.trace_id].rows > 1):
            traces[report.trace_id].members = _UNKNOWN
    return traces


NOTHING = "WHERE FALSE"


def after_commit(lowest_id: bytes, highest_id: bytes, traces: Traces) -> str:
    """The statement that tells whether a batch with these ids and traces has more to do; without parameters. Nearly all
    traces hold one report of about now, and for them it is the cheapest."""
    lone: list[tuple[bytes, Stored]] = []
    others: Traces = {}
    middle_ms = list(traces.values())[len(traces) // 2].latest_ms if traces else 0
    for trace_id, stored in traces.items():
        if stored.rows == 1 and not stored.members and abs(stored.latest_ms - middle_ms) <= HOUR_MS:
            lone.append((trace_id, stored))
        else:
            others[trace_id] = stored
    return query("after_commit").format(
        lowest_id=lowest_id.hex(),
        highest_id=highest_id.hex(),
        lone=_lone_reports(lone, middle_ms) if lone else NOTHING,
        others=traces_with_more(others),
    )


def traces_with_more(traces: Mapping[bytes, Stored]) -> str:
    """The part of a statement that finds those with other reports than these."""
    if not traces:
        return NOTHING
    columns = zip(
        *(
            (trace_id.hex(), str(stored.rows), str(stored.members), stored.lowest.hex(), stored.highest.hex())
            for trace_id, stored in traces.items()
        ),
        strict=True,
    )
    names = ("traces", "row_counts", "member_counts", "lowest", "highest")
    arrays = {name: _array(values) for name, values in zip(names, columns, strict=True)}
    return query("traces_with_more").format(limit=MAX_REPORTS + 1, **arrays)


def _lone_reports(traces: Sequence[tuple[bytes, Stored]], middle_ms: int) -> str:
    window = Stored(b"", latest_ms=middle_ms + HOUR_MS)
    return query("lone_reports").format(
        traces=_array(trace_id.hex() for trace_id, _ in traces),
        ids=_array(stored.row_id.hex() for _, stored in traces),
        lowest=f"'{lowest_id(middle_ms - 2 * HOUR_MS).hex()}'",
        highest=f"'{window.highest.hex()}'",
    )


def _array(values: Iterable[str]) -> str:
    return f"'{{{','.join(values)}}}'"


def lowest_id(milliseconds: int) -> bytes:
    return max(milliseconds, 0).to_bytes(6, "big") + bytes(10)
