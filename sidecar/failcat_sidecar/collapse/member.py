"""Failures of a batch on their way to becoming rows: single members, and the chains they form."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Self

from failcat_catalog.types import Match, Observation
from failcat_catalog.vocabulary import MatchType
from failcat_sidecar.collapse.recents import Recent, key_of
from failcat_sidecar.collapse.sameness import Trait, trait_of
from failcat_sidecar.extract import Failure

COMPARED_MEMBERS = 4

log = logging.getLogger("failcat.collapse")

Matcher = Callable[[Observation], Match]


class Member:
    """One failing span or log record."""

    __slots__ = ("_match", "_matcher", "_trait", "ended_unix_nano", "failure", "parent_key", "span_key")

    def __init__(self, failure: Failure, matcher: Matcher) -> None:
        self.failure = failure
        self.span_key = key_of(failure.trace_id, failure.span_id)
        self.parent_key = key_of(failure.trace_id, failure.parent_span_id)
        self.ended_unix_nano = failure.span_end_unix_nano if failure.is_final else failure.time_unix_nano
        self._matcher = matcher
        self._match: Match | None = None
        self._trait: Trait | None = None

    def classified(self) -> Self:
        """This member, once the catalog has been asked about it."""
        _ = self.match
        return self

    @property
    def ended_ms(self) -> int:
        return self.ended_unix_nano // 1_000_000

    @property
    def match(self) -> Match:
        """The catalog's verdict on this member alone."""
        if self._match is None:
            self._match = self._ask()
        return self._match

    def _ask(self) -> Match:
        try:
            return self._matcher(self.failure.observation)
        except Exception:  # a fault of the matcher must cost this failure its verdict, not its whole request
            log.exception("the catalog could not judge a failure; it is stored as unknown")
            return Match(MatchType.UNKNOWN, 0.0)

    @property
    def trait(self) -> Trait:
        if self._trait is None:
            failure = self.failure
            verdict = failure.verdict.code if failure.verdict else self.match.code
            self._trait = trait_of(failure.observation, is_client=failure.is_client, verdict=verdict)
        return self._trait


class Chain:
    """Members that report one failure, the deepest first."""

    __slots__ = ("cause", "members", "row")

    def __init__(self, row: Recent | None) -> None:
        self.members: list[Member] = []
        self.row = row  # an accepted row that stands for the chain already
        self.cause: Chain | None = None  # the failure that led to this one

    @property
    def id(self) -> bytes:
        """Of the row that stands for the chain."""
        return self.row.row_id if self.row else self.members[0].failure.id

    @property
    def known_members(self) -> list[Member]:
        """The deepest and the latest: what a parent is compared with, so that a chain of thousands stays linear."""
        if len(self.members) <= 2 * COMPARED_MEMBERS:
            return self.members
        return [*self.members[:COMPARED_MEMBERS], *self.members[-COMPARED_MEMBERS:]]

    @property
    def traits(self) -> list[Trait]:
        own = [member.trait for member in self.known_members]
        return [*own, self.row.trait] if self.row else own
