"""Which reports of a trace are one failure: a function of the set of reports.

Reports are taken in one total order (echoes of a server's answer behind everything else, log records behind spans,
the deepest span first, then the first that ended, then the report's id), so that neither the order of their arrival nor
their split into requests matters.

Only the failing child that ended last counts, and only if its parent fails within a second: the parent recovered from
earlier ones, or they are failures of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from failcat_sidecar.dedup.evidence import ReportEvidence
from failcat_sidecar.dedup.similarity import (
    Fingerprint,
    passes_on,
    repeats,
    same_call,
    same_exception_elsewhere,
    same_report,
)

MAX_PROPAGATION_US = 1_000_000
"""From the end of a child to the failure of its parent; 7 ms at most in recorded spans."""

MAX_PAIRED = 256
"""Reports of a trace among which those are paired that no parent connects: every one is compared with every other."""

_CLOCK_TOLERANCE_US = 1_999  # some SDKs' clocks differ by a millisecond between spans
_MAX_DEPTH = 64  # bounds a circle of parents; what nests deeper is ordered by its end
_COMPARED = 4  # the deepest and the latest members of a component: one of thousands stays linear

SpanKey = tuple[bytes, bytes]
"""Trace and span."""


class Component(msgspec.Struct, eq=False):
    """The reports of one failure, the best evidence first."""

    reports: list[ReportEvidence] = []
    cause: Component | None = None  # the failure that led to this one
    joined: Component | None = None  # that took over its reports

    @property
    def id(self) -> bytes:
        """The deepest report's own; the one that the agent gave, while that report has not come."""
        own = {report.id for report in self.reports}
        given = next((report.failure_id for report in self.reports if report.failure_id not in own), None)
        return given or self.reports[0].id

    @property
    def fingerprints(self) -> list[Fingerprint]:
        reports = self.reports
        compared = reports if len(reports) <= 2 * _COMPARED else [*reports[:_COMPARED], *reports[-_COMPARED:]]
        return [report.fingerprint for report in compared]

    @property
    def is_reported(self) -> bool:
        return any(report.is_reported for report in self.reports)


def components_of(reports: Iterable[ReportEvidence]) -> list[Component]:
    """Of one tenant. Reports of several traces only meet in a failure to which the agent gave one id."""
    return _Builder(list(reports)).build()


class _Builder:
    def __init__(self, reports: list[ReportEvidence]) -> None:
        self._reports = reports
        self._components: list[Component] = []
        self._by_failure_id: dict[bytes, Component] = {}
        self._of_span: dict[SpanKey, list[tuple[ReportEvidence, Component]]] = {}
        self._last_child: dict[
            SpanKey, tuple[ReportEvidence, Component]
        ] = {}  # by the parent; the last that ended so far
        self._last_of_trace: dict[bytes, tuple[ReportEvidence, Component]] = {}  # the last span that ended so far

    def build(self) -> list[Component]:
        order = _in_order(self._reports)
        for report in order:
            self._place(report)
        if len(self._components) > 1 and len(self._reports) <= MAX_PAIRED:
            self._pair(_is_wire, _has_text, _is_of_call)
            self._pair(_is_log, _has_span, _is_same_exception)
        return list(self._finished({report.id: place for place, report in enumerate(order)}))

    def _place(self, report: ReportEvidence) -> None:
        component = self._joined(report) or self._new()
        component.reports.append(report)
        self._by_failure_id.setdefault(report.failure_id, component)
        if not report.span_id:
            return
        self._of_span.setdefault((report.trace_id, report.span_id), []).append((report, component))
        if report.is_final and not report.is_log and not report.fingerprint.is_echo:
            if report.parent_span_id:
                self._last_child[report.trace_id, report.parent_span_id] = report, component
            last = self._last_of_trace.get(report.trace_id)
            if last is None or last[0].ended_us <= report.ended_us:
                self._last_of_trace[report.trace_id] = report, component

    def _new(self, cause: Component | None = None) -> Component:
        component = Component(cause=cause)
        self._components.append(component)
        return component

    def _joined(self, report: ReportEvidence) -> Component | None:
        """The component that the report belongs to; None if it starts its own."""
        if report.is_reported and (known := self._by_failure_id.get(report.failure_id)):
            return known
        if not report.span_id:
            return None
        if report.is_log:
            return self._of_its_span(report) or self._below(report, self._last_child_of(report))
        if report.fingerprint.is_echo:
            return self._answered(report)
        return self._below(report, self._last_child_of(report)) or self._repeated(report)

    def _of_its_span(self, log: ReportEvidence) -> Component | None:
        """That of another report of the log record's span."""
        for other, component in self._of_span.get((log.trace_id, log.span_id), ()):
            close = abs(log.time_us - other.time_us) <= MAX_PROPAGATION_US
            if same_report(log.fingerprint, other.fingerprint, close=close):
                return component
        return None

    def _last_child_of(self, report: ReportEvidence) -> tuple[ReportEvidence, Component] | None:
        return self._last_child.get((report.trace_id, report.span_id))

    def _below(self, report: ReportEvidence, last_child: tuple[ReportEvidence, Component] | None) -> Component | None:
        """That of the child that the report propagates. If it fails in its own way, a new one that names the child's as
        its cause."""
        if last_child is None:
            return None
        child, component = last_child
        if not _just_after(child, report):
            return None
        if not (report.is_reported and component.is_reported) and passes_on(component.fingerprints, report.fingerprint):
            return component
        return self._new(cause=component)

    def _repeated(self, root: ReportEvidence) -> Component | None:
        """That of the last failure in the trace, when the root repeats it: every span is below the root."""
        last = None if root.parent_span_id else self._last_of_trace.get(root.trace_id)
        if last is None or not _just_after(last[0], root) or (root.is_reported and last[1].is_reported):
            return None
        return last[1] if any(repeats(root.fingerprint, each) for each in last[1].fingerprints) else None

    def _answered(self, echo: ReportEvidence) -> Component | None:
        """That of the server's span, else of the failure below the server's span that is answered with it."""
        server = (echo.trace_id, echo.parent_span_id)
        for other, component in self._of_span.get(server, ()):
            if abs(other.ended_us - echo.ended_us) <= MAX_PROPAGATION_US:
                return component
        last_child = self._last_child.get(server)
        return last_child[1] if last_child and _just_after(last_child[0], echo) else None

    def _pair(
        self,
        is_one: Callable[[Component], bool],
        is_other: Callable[[Component], bool],
        same: Callable[[Component, Component], int | None],
    ) -> None:
        """Joins components of two kinds that are each other's nearest and say the same; of two that are equally near,
        none. `same` answers how many microseconds they are apart, None when they are not the same."""
        ones = [each for each in self._components if not each.joined and is_one(each)]
        others = [each for each in self._components if not each.joined and is_other(each)] if ones else []
        apart = {
            (one_at, other_at): distance
            for one_at, one in enumerate(ones)
            for other_at, other in enumerate(others)
            if one is not other
            and not (one.is_reported and other.is_reported)
            and (distance := same(one, other)) is not None
        }
        for (one_at, other_at), distance in apart.items():
            rivals = [far for pair, far in apart.items() if (pair[0] == one_at) != (pair[1] == other_at)]
            if all(far > distance for far in rivals):
                _merge(ones[one_at], others[other_at])

    def _finished(self, order: dict[bytes, int]) -> Iterator[Component]:
        """With their causes, which may have been joined, and their reports in order."""
        for component in self._components:
            if component.joined or not component.reports:
                continue
            cause = component.cause
            while cause and cause.joined:
                cause = cause.joined
            component.cause = None if cause is component else cause
            component.reports.sort(key=lambda report: order[report.id])
            yield component


def _merge(one: Component, other: Component) -> None:
    """Into one of both; a cause outside of both stays."""
    while one.joined:
        one = one.joined
    while other.joined:
        other = other.joined
    if one is other:
        return
    other.joined = one
    one.reports += other.reports
    one.cause = next((cause for cause in (one.cause, other.cause) if cause not in (None, one, other)), None)


def _in_order(reports: list[ReportEvidence]) -> list[ReportEvidence]:
    parents = {(each.trace_id, each.span_id): each.parent_span_id for each in reports if not each.is_log}

    def depth(report: ReportEvidence) -> int:
        key, steps = (report.trace_id, report.parent_span_id), 0
        while key in parents and steps < _MAX_DEPTH:
            key, steps = (key[0], parents[key]), steps + 1
        return steps

    def place(report: ReportEvidence) -> tuple[bool, bool, int, int, bytes]:
        return report.fingerprint.is_echo, report.is_log, -depth(report), report.ended_us, report.id

    return sorted(reports, key=place)


def _just_after(child: ReportEvidence, parent: ReportEvidence) -> bool:
    return -_CLOCK_TOLERANCE_US <= parent.ended_us - child.ended_us <= MAX_PROPAGATION_US


def _is_wire(component: Component) -> bool:
    return all(each.is_wire or each.is_silent for each in component.fingerprints) and any(
        each.is_wire for each in component.fingerprints
    )


def _has_text(component: Component) -> bool:
    return any(each.text for each in component.fingerprints)


def _is_log(component: Component) -> bool:
    return all(report.is_log for report in component.reports)


def _has_span(component: Component) -> bool:
    return not _is_log(component)


def _is_of_call(wire: Component, exception: Component) -> int | None:
    """The call's span ends, and then the exception is reported."""
    return _nearest(
        exception.reports[0].ended_us - report.ended_us
        for report in wire.reports
        if report.trace_id == exception.reports[0].trace_id
        and _just_after(report, exception.reports[0])
        and any(same_call(report.fingerprint, each) for each in exception.fingerprints)
    )


def _is_same_exception(log: Component, span: Component) -> int | None:
    return _nearest(
        log.reports[0].time_us - report.time_us
        for report in span.reports
        if abs(log.reports[0].time_us - report.time_us) <= MAX_PROPAGATION_US
        and log.reports[0].trace_id == report.trace_id
        and same_exception_elsewhere(log.reports[0].fingerprint, report.fingerprint)
    )


def _nearest(distances: Iterable[int]) -> int | None:
    return min(map(abs, distances), default=None)
