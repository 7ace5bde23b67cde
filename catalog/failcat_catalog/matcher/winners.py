"""The rules of one kind, compiled: which of them wins an observation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from failcat_catalog.matcher.decisions import DecisionTree
from failcat_catalog.matcher.evidence import Evidence, initial_evidence
from failcat_catalog.matcher.index import Index

if TYPE_CHECKING:
    from failcat_catalog.matcher.conditions import Candidate
    from failcat_catalog.matcher.literals import RequiredLiterals
    from failcat_catalog.rules import Rule
    from failcat_catalog.types import Entry, Observation


class Winners:
    """Compiled on the first failure: an agent that never fails does not pay for it."""

    def __init__(
        self, entries: Iterable[Entry], rules: Sequence[Rule], known_literals: Mapping[str, RequiredLiterals]
    ) -> None:
        self._entries = entries
        self._rules = rules
        self._known_literals = known_literals

    @cached_property
    def index(self) -> Index:
        return Index(self._entries, self._rules, self._known_literals)

    @cached_property
    def _decision_tree(self) -> DecisionTree:
        return DecisionTree(self.index)

    def compile(self) -> None:
        """Thread-safe."""
        self.index.texts.compile()

    def winner(self, observation: Observation) -> Candidate | None:
        """The best candidate that holds."""
        return self.index.certain(observation) or self._decision_tree.winner(observation)

    def evidence(self, observation: Observation) -> Evidence:
        return Evidence(initial_evidence(observation, self.index), self.index)
