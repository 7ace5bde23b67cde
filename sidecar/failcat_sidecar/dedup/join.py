"""Reports to rows: one failure, one row, whatever the order in which its reports came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from failcat_core.joining import Joined, row_of_one
from failcat_core.records import UNDECODABLE, FailureRecord
from failcat_sidecar.dedup.best import Matcher, joined_record
from failcat_sidecar.dedup.components import Component, components_of
from failcat_sidecar.dedup.evidence import ReportEvidence, evidence_of

Catalog = Callable[[], tuple[Matcher, str]]
"""The present matcher, which raises nothing, and the version of its catalog."""

Owner = tuple[bool, str | None]
"""Whether the sender has a token, and then its tenant."""


class Joiner:
    """A `failcat_core.joining.Join`. The same reports give the same rows under one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def __call__(self, reports: Sequence[FailureRecord]) -> list[Joined]:
        joined: list[Joined] = []
        for group in _related(reports):
            if len(group) == 1:
                joined.append(row_of_one(group[0], group[0].caused_by))
            else:
                joined += self._rows(group)
        return joined

    def _rows(self, reports: list[FailureRecord]) -> Iterator[Joined]:
        records = {record.own_id: record for record in reports}
        evidence: list[ReportEvidence] = []
        for record in records.values():
            try:
                evidence.append(evidence_of(record))
            except UNDECODABLE:  # people may fill the column `context`, too
                yield row_of_one(record, record.caused_by)
        for own in by_tenant(evidence):
            for component in components_of(own):
                yield self._row(component, records)

    def _row(self, component: Component, records: dict[bytes, FailureRecord]) -> Joined:
        members = [records[each.id] for each in component.reports]
        cause = component.cause.id if component.cause else None
        if len(members) == 1:
            return row_of_one(members[0], cause)
        read = list(zip(members, component.reports, strict=True))
        return Joined(joined_record(read, component.id, cause, *self._catalog()), members)


def by_tenant(reports: Iterable[ReportEvidence]) -> list[list[ReportEvidence]]:
    """Senders without a tenant speak for the only one that there is, if there is only one."""
    tenants: defaultdict[str | None, list[ReportEvidence]] = defaultdict(list)
    for report in reports:
        tenants[report.tenant_id].append(report)
    if None in tenants and len(tenants) == 2:
        return [[report for reports_of_tenant in tenants.values() for report in reports_of_tenant]]
    return list(tenants.values())


def _related(reports: Sequence[FailureRecord]) -> list[list[FailureRecord]]:
    """Those of one owner that share a trace, or the id that the agent gave a failure."""
    groups: dict[tuple[Owner, bytes], list[FailureRecord]] = {}
    given: list[FailureRecord] = []
    for report in reports:
        groups.setdefault((_owner(report), report.trace_id or report.own_id), []).append(report)
        if report.report_id:
            given.append(report)
    if given:
        _unite(groups, given)
    return list(groups.values())


def _unite(groups: dict[tuple[Owner, bytes], list[FailureRecord]], given: Iterable[FailureRecord]) -> None:
    """The groups of all reports of a failure that the agent gave one id."""
    place = {(owner, report.own_id): (owner, key) for (owner, key), group in groups.items() for report in group}
    for report in given:
        owner = _owner(report)
        here = place[owner, report.own_id]
        there = place.setdefault((owner, report.id), here)
        if here != there:
            moved = groups.pop(here)
            groups[there] += moved
            place |= {found: there for found, at in place.items() if at == here}


def _owner(report: FailureRecord) -> Owner:
    return (False, None) if report.token_tenant is None else (True, report.tenant_id)
