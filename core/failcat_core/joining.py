"""What joining makes of reports: rows, and the reports that each was made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from failcat_core.records import FailureRecord

MAX_REPORTS = 256
"""Of one trace: rows of a trace with more reports are not revised any more."""


class Joined(msgspec.Struct, gc=False):
    """One failure."""

    row: FailureRecord
    reports: list[FailureRecord] = []  # its members; none for a lone report whose id is the row's


Join = Callable[[Sequence[FailureRecord]], list[Joined]]
"""Reports to rows: a function of the set of reports. Each report is the row that it would be alone. Reports of one
trace, or with one failure's id, may become one row; the others stay what they are."""


def apart(reports: Sequence[FailureRecord]) -> list[Joined]:
    """A Join that joins nothing."""
    return [row_of_one(report, report.caused_by) for report in reports]


def row_of_one(report: FailureRecord, cause: bytes | None) -> Joined:
    if report.report_id is None and report.caused_by == cause:  # nearly always
        return Joined(report)
    row: FailureRecord = msgspec.structs.replace(report, report_id=None, caused_by=cause)
    return Joined(row, [report] if report.report_id else [])
