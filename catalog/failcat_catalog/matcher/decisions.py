"""A decision tree that is learned from failures: the next failure of a kind needs only the predicates of the last.

A verdict depends on nothing but the evidence known before a text is evaluated and the results of predicates on that
text. So failures with equal initial evidence follow one path of predicates for as long as their texts give equal
results.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final, Union, cast

from failcat_catalog.matcher.evidence import Evidence, InitialEvidence, initial_evidence

if TYPE_CHECKING:
    from failcat_catalog.matcher.conditions import Candidate
    from failcat_catalog.matcher.index import Index
    from failcat_catalog.matcher.texts import Predicate, Result
    from failcat_catalog.types import Observation

MAX_NODES = 4096
"""Takes about 3 MiB, and ten times that when every failure is made to be of another kind."""


class DecisionNode:
    """A predicate that was evaluated on texts, and the node or winner for each result."""

    __slots__ = ("branches", "predicate")

    def __init__(self, predicate: Predicate) -> None:
        self.predicate = predicate
        self.branches: Branches = {}


Branches = dict[Hashable, Union[DecisionNode, "Candidate", None]]
_UNSEEN: Final = DecisionNode("")  # for results that have not been seen


class DecisionTree:
    """Winners among the candidates of one index. Threads may share it: all of them learn the same."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._roots: Branches = {}
        self._nodes = 0

    def winner(self, observation: Observation) -> Candidate | None:
        """The best candidate that holds."""
        initial = initial_evidence(observation, self._index)
        if initial.causes:  # rare, and not a predicate on the text
            return self._index.winner(Evidence(initial, self._index))
        scanned = initial.scanned
        kind = (initial.facts, scanned.kind)
        node = self._roots.get(kind, _UNSEEN)
        while isinstance(node, DecisionNode):
            if node is _UNSEEN:
                return self._decide(initial, kind)
            node = node.branches.get(scanned.evaluate(node.predicate), _UNSEEN)
        return node

    def _decide(self, initial: InitialEvidence, kind: Hashable) -> Candidate | None:
        evidence = Evidence(initial, self._index)
        winner = self._index.winner(evidence)
        if not initial.scanned.implications.names_causes:
            self._learn(kind, evidence.evaluated, winner)
        return winner

    def _learn(self, kind: Hashable, path: Sequence[tuple[Predicate, Result]], winner: Candidate | None) -> None:
        if self._nodes >= MAX_NODES:
            self._roots, self._nodes = {}, 0
        self._nodes += 1 + len(path)
        branches, result = self._roots, kind
        for predicate, next_result in path:
            node = branches.setdefault(result, DecisionNode(predicate))
            branches, result = cast("DecisionNode", node).branches, next_result
        branches[result] = winner
