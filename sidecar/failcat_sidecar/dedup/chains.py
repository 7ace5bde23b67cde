"""Groups the reports of a batch into chains, one per failure: along parent and child spans, between spans and log
records, and with failures accepted before.

Only the failing child that ended last counts, and only if its parent fails within a second: the parent recovered from
earlier ones, or they are failures of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from failcat_sidecar.dedup.member import Chain, Member
from failcat_sidecar.dedup.recent_failures import MAX_PER_SPAN, RecentFailure, RecentFailures, same_tenant
from failcat_sidecar.dedup.similarity import Fingerprint, passes_on, same_report

MAX_PROPAGATION_MS = 1_000
"""From the end of a child to the failure of its parent; 7 ms at most in recorded spans."""

Placed = tuple[Member, Chain]

_CLOCK_TOLERANCE_MS = 1  # ids hold whole milliseconds, and some SDKs' clocks differ by one between spans
_MS = 1_000_000
_MAX_DEPTH = 64  # bounds a circle of parents; what nests deeper is ordered by its end


class ChainBuilder:
    """Groups the members of one batch into chains. Keeps no state beyond the batch."""

    def __init__(self, recent_failures: RecentFailures) -> None:
        self._recent_failures = recent_failures
        self._chains: list[Chain] = []
        self._by_id: dict[bytes, Chain] = {}  # by the id of the row that stands for the chain
        self._logs_of_span: dict[bytes, list[Placed]] = {}  # in order
        self._last_child: dict[bytes, Placed] = {}  # by the parent's span; the last that ended so far

    def build(self, members: list[Member]) -> list[Chain]:
        """The chains, the deepest member of each first."""
        for member in children_first(members):
            self._place(member)
        for parent_key, (child, chain) in self._last_child.items():
            if parents := self._recent_failures.of_span(parent_key):
                self._attach_to_accepted_parent(child, chain, parents)
        return self._chains

    def _place(self, member: Member) -> None:
        chain = self._joined(member) or self._new_chain(member)
        chain.members.append(member)
        failure = member.failure
        if failure.is_log and member.span_key:
            self._logs_of_span.setdefault(member.span_key, []).append((member, chain))
        elif failure.is_final and member.parent_key:
            self._last_child[member.parent_key] = member, chain

    def _joined(self, member: Member) -> Chain | None:
        """The chain that `member` belongs to; None if it starts its own."""
        failure, key = member.failure, member.span_key
        if failure.is_reported and (chain := self._known_failure(member)):
            return chain
        if not key or not (failure.is_log or key in self._last_child or self._recent_failures.has_related(key)):  # most
            return None
        return self._same_span(member) or self._below(member)

    def _new_chain(self, first: Member, cause: Chain | None = None) -> Chain:
        chain = Chain(cause=cause)
        self._chains.append(chain)
        self._by_id.setdefault(first.failure.id, chain)
        return chain

    def _known_failure(self, member: Member) -> Chain | None:
        """The chain of the exception to which the shim gave the same id."""
        failure = member.failure
        if failure.id in self._by_id:
            return self._by_id[failure.id]
        recent = self._recent_failures.find(failure.id, member.scope)
        return self._chain_of_row(recent) if recent and same_tenant(failure.tenant_id, recent.tenant_id) else None

    def _same_span(self, member: Member) -> Chain | None:
        """The chain of another report on the same span: its own, or that of a log record."""
        is_log = member.failure.is_log
        for earlier, chain in self._logs_of_span.get(member.span_key, ())[-MAX_PER_SPAN:] if is_log else ():
            if _one_report(member, earlier.fingerprint, earlier.ended_ms):
                return chain
        for recent in self._recent_failures.of_span(member.span_key):
            joinable = (is_log or recent.is_log) and same_tenant(member.failure.tenant_id, recent.tenant_id)
            if joinable and _one_report(member, recent.fingerprint, recent.at_ms):
                return self._chain_of_row(recent)
        return None

    def _below(self, member: Member) -> Chain | None:
        """The chain of the child that `member` propagates. If it fails in its own way, a new chain that
        names the child's as its cause."""
        if member.failure.is_log:
            return None
        child, chain = self._last_child.get(member.span_key, (None, None))
        recent = _last(self._recent_failures.children(member.span_key), member)
        if recent and (child is None or recent.at_ms > child.ended_ms):
            chain, ended_ms, fingerprints = self._chain_of_row(recent), recent.at_ms, self._fingerprints(recent)
        elif child and chain:
            ended_ms, fingerprints = child.ended_ms, chain.fingerprints
        else:
            return None
        if not _just_after(ended_ms, member.ended_ms):
            return None
        if not _told_apart(chain, member) and passes_on(fingerprints, member.fingerprint):
            return chain
        return self._new_chain(member, cause=chain)

    def _attach_to_accepted_parent(self, child: Member, chain: Chain, parents: Sequence[RecentFailure]) -> None:
        """The parent came in an earlier request: its row stays, and the child's chain enriches it."""
        parent = _last(parents, child)
        if chain.row or parent is None or parent.is_log or not _just_after(child.ended_ms, parent.at_ms):
            return
        has_child = any(known.row_id == parent.row_id for known in self._recent_failures.children(child.parent_key))
        if not has_child and passes_on(chain.fingerprints, parent.fingerprint):
            chain.row = parent

    def _chain_of_row(self, recent: RecentFailure) -> Chain:
        """The chain of this batch that enriches an accepted row."""
        chain = self._by_id.get(recent.row_id)
        if chain is None:
            chain = Chain(row=recent)
            self._by_id[recent.row_id] = chain
            self._chains.append(chain)
        return chain

    def _fingerprints(self, recent: RecentFailure) -> list[Fingerprint]:
        row = self._recent_failures.find(recent.row_id, recent.scope)
        return [recent.fingerprint] if row is None or row is recent else [recent.fingerprint, row.fingerprint]


def children_first(members: list[Member]) -> list[Member]:
    """By the parents that the batch holds, then by the end of each: some SDKs' spans end a millisecond before their
    children do."""
    if len(members) < 2:
        return members
    parents = {member.span_key: member.parent_key for member in members}
    if parents.keys().isdisjoint([member.parent_key for member in members]):  # all stand alone
        return sorted(members, key=attrgetter("ended_unix_nano"))

    def depth(member: Member) -> int:
        key, steps = member.parent_key, 0
        while key in parents and steps < _MAX_DEPTH:
            key, steps = parents[key], steps + 1
        return steps

    return sorted(members, key=lambda member: (-depth(member), member.ended_unix_nano))


def _just_after(child_ms: int, parent_ms: int) -> bool:
    return -_CLOCK_TOLERANCE_MS <= parent_ms - child_ms <= MAX_PROPAGATION_MS


def _one_report(member: Member, other: Fingerprint, other_ms: int) -> bool:
    apart_ms = abs(member.failure.time_unix_nano // _MS - other_ms)
    return same_report(member.fingerprint, other, close=apart_ms <= MAX_PROPAGATION_MS)


def _told_apart(chain: Chain, member: Member) -> bool:
    """Whether the shim reported both, hence as different exceptions: the same one would have the same id."""
    return member.failure.is_reported and any(other.failure.is_reported for other in chain.known_members)


def _last(recent_failures: Sequence[RecentFailure], member: Member) -> RecentFailure | None:
    """The one that ended last, of the member's tenant."""
    mine = [recent for recent in recent_failures if same_tenant(member.failure.tenant_id, recent.tenant_id)]
    return max(mine, key=lambda recent: recent.at_ms) if mine else None
