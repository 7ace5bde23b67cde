"""The reports of a batch while it is deduplicated: single members, and the chains that they form."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from failcat_catalog.types import Match, Observation
from failcat_sidecar.dedup.recent_failures import RecentFailure, key_of, scope_of
from failcat_sidecar.dedup.similarity import Fingerprint, fingerprint_of
from failcat_sidecar.extract import Failure

COMPARED_MEMBERS = 4

Matcher = Callable[[Observation], Match]


class Member(msgspec.Struct, gc=False, eq=False):
    """One failing span or log record, classified."""

    failure: Failure
    match: Match  # the catalog's verdict on this member alone
    scope: bytes  # see scope_of
    span_key: bytes
    parent_key: bytes
    ended_unix_nano: int
    _fingerprint: Fingerprint | None = None

    @property
    def ended_ms(self) -> int:
        return self.ended_unix_nano // 1_000_000

    @property
    def fingerprint(self) -> Fingerprint:
        if self._fingerprint is None:
            failure = self.failure
            verdict = failure.verdict.code if failure.verdict else self.match.code
            self._fingerprint = fingerprint_of(failure.observation, is_client=failure.is_client, verdict=verdict)
        return self._fingerprint


def member_of(failure: Failure, match: Match) -> Member:
    scope = scope_of(failure.token_tenant)
    return Member(
        failure,
        match,
        scope,
        key_of(failure.trace_id, failure.span_id, scope),
        key_of(failure.trace_id, failure.parent_span_id, scope),
        failure.ended_unix_nano,
    )


class Chain(msgspec.Struct, eq=False):
    """Members that report one failure, the deepest first."""

    members: list[Member] = []
    row: RecentFailure | None = None  # an accepted row that stands for the chain already
    cause: Chain | None = None  # the failure that led to this one
    ignored_by: str = ""  # the operator's rule that drops it, so that there is no row

    @property
    def id(self) -> bytes:
        """Of the row that stands for the chain."""
        return self.row.row_id if self.row else self.members[0].failure.id

    @property
    def known_members(self) -> list[Member]:
        """The deepest and the latest members. Parents are compared with these, so a chain of thousands stays linear."""
        if len(self.members) <= 2 * COMPARED_MEMBERS:
            return self.members
        return [*self.members[:COMPARED_MEMBERS], *self.members[-COMPARED_MEMBERS:]]

    @property
    def fingerprints(self) -> list[Fingerprint]:
        own = [member.fingerprint for member in self.known_members]
        return [*own, self.row.fingerprint] if self.row else own
