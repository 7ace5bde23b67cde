"""Which failures of a batch are one: along parents and children, between spans and log records, and with what was
accepted before.

Only the last-ending failing child of a span counts, and only if the span fails within a second after it: what failed
earlier was recovered from, or is a failure of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from failcat_sidecar.collapse.member import Chain, Member
from failcat_sidecar.collapse.recents import MAX_PER_SPAN, Recent, RecentFailures, same_tenant
from failcat_sidecar.collapse.sameness import Trait, passes_on, same_report

MAX_PROPAGATION_MS = 1_000
"""From the end of a child to the failure of its parent; 7 ms at most in recorded spans."""

Placed = tuple[Member, Chain]

_CLOCK_TOLERANCE_MS = 1  # ids hold whole milliseconds, and some SDKs' clocks differ by one between spans
_MS = 1_000_000
_MAX_DEPTH = 64  # bounds a circle of parents; what nests deeper is ordered by its end


class ChainBuilder:
    """Puts the members of one batch into chains. Remembers nothing beyond the batch."""

    def __init__(self, recents: RecentFailures) -> None:
        self._recents = recents
        self._chains: list[Chain] = []
        self._by_id: dict[bytes, Chain] = {}  # by the id of the row that stands for the chain
        self._logs_of_span: dict[bytes, list[Placed]] = {}  # in order
        self._last_child: dict[bytes, Placed] = {}  # by the parent's span; the last that ended so far

    def build(self, members: list[Member]) -> list[Chain]:
        """The chains, the deepest member of each first."""
        for member in children_first(members):
            self._place(member)
        for parent_key, (child, chain) in self._last_child.items():
            if parents := self._recents.of_span(parent_key):
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
        """The chain that `member` belongs to; None if it is the first of its own."""
        failure, key = member.failure, member.span_key
        if failure.is_reported and (chain := self._known_failure(member)):
            return chain
        if not key or not (failure.is_log or key in self._last_child or self._recents.has_kin(key)):  # most
            return None
        return self._same_span(member) or self._below(member)

    def _new_chain(self, first: Member, cause: Chain | None = None) -> Chain:
        chain = Chain(cause=cause)
        self._chains.append(chain)
        self._by_id.setdefault(first.failure.id, chain)
        return chain

    def _known_failure(self, member: Member) -> Chain | None:
        """The shim gave this exception an id that is known already."""
        failure = member.failure
        if failure.id in self._by_id:
            return self._by_id[failure.id]
        recent = self._recents.find(failure.id, member.scope)
        return self._chain_of_row(recent) if recent and same_tenant(failure.tenant_id, recent.tenant_id) else None

    def _same_span(self, member: Member) -> Chain | None:
        """A span and its log records report one failure between them, or several log records do."""
        is_log = member.failure.is_log
        for earlier, chain in self._logs_of_span.get(member.span_key, ())[-MAX_PER_SPAN:] if is_log else ():
            if _one_report(member, earlier.trait, earlier.ended_ms):
                return chain
        for recent in self._recents.of_span(member.span_key):
            joinable = (is_log or recent.is_log) and same_tenant(member.failure.tenant_id, recent.tenant_id)
            if joinable and _one_report(member, recent.trait, recent.at_ms):
                return self._chain_of_row(recent)
        return None

    def _below(self, member: Member) -> Chain | None:
        """The chain that `member` only passes on. Where it fails in its own way, a chain of its own that names the one
        that led to it."""
        if member.failure.is_log:
            return None
        child, chain = self._last_child.get(member.span_key, (None, None))
        recent = _last(self._recents.children(member.span_key), member)
        if recent and (child is None or recent.at_ms > child.ended_ms):
            chain, ended_ms, traits = self._chain_of_row(recent), recent.at_ms, self._traits(recent)
        elif child and chain:
            ended_ms, traits = child.ended_ms, chain.traits
        else:
            return None
        if not _just_after(ended_ms, member.ended_ms):
            return None
        if not _told_apart(chain, member) and passes_on(traits, member.trait):
            return chain
        return self._new_chain(member, cause=chain)

    def _attach_to_accepted_parent(self, child: Member, chain: Chain, parents: Sequence[Recent]) -> None:
        """A parent that came in an earlier request: the row stays what it is, and the child's chain adds to it."""
        parent = _last(parents, child)
        if chain.row or parent is None or parent.is_log or not _just_after(child.ended_ms, parent.at_ms):
            return
        has_child = any(known.row_id == parent.row_id for known in self._recents.children(child.parent_key))
        if not has_child and passes_on(chain.traits, parent.trait):
            chain.row = parent

    def _chain_of_row(self, recent: Recent) -> Chain:
        """The chain of this batch that adds to an accepted row."""
        chain = self._by_id.get(recent.row_id)
        if chain is None:
            chain = Chain(row=recent)
            self._by_id[recent.row_id] = chain
            self._chains.append(chain)
        return chain

    def _traits(self, recent: Recent) -> list[Trait]:
        row = self._recents.find(recent.row_id, recent.scope)
        return [recent.trait] if row is None or row is recent else [recent.trait, row.trait]


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


def _one_report(member: Member, other: Trait, other_ms: int) -> bool:
    apart_ms = abs(member.failure.time_unix_nano // _MS - other_ms)
    return same_report(member.trait, other, close=apart_ms <= MAX_PROPAGATION_MS)


def _told_apart(chain: Chain, member: Member) -> bool:
    """The shim reported both, and as different exceptions; a shared one would have been found by its id."""
    return member.failure.is_reported and any(other.failure.is_reported for other in chain.known_members)


def _last(recents: Sequence[Recent], member: Member) -> Recent | None:
    """The one that ended last."""
    mine = [recent for recent in recents if same_tenant(member.failure.tenant_id, recent.tenant_id)]
    return max(mine, key=lambda recent: recent.at_ms) if mine else None
