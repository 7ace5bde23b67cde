"""Remembers how failures were decided, so that the next one of a kind is only asked what decided the last.

What is known of a failure before its text is asked, and then what the text answers: nothing else decides. So failures
that start alike are asked the same questions for as long as their texts answer alike.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final, Union, cast

from failcat_catalog.matcher.evidence import Evidence, Start, start_of

if TYPE_CHECKING:
    from failcat_catalog.matcher.conditions import Candidate
    from failcat_catalog.matcher.index import Index
    from failcat_catalog.matcher.texts import Answer, Question
    from failcat_catalog.types import Observation

MAX_REMEMBERED = 4096
"""Starts and answers: about 3 MiB, and ten times that where every failure is made to be of another kind."""


class Step:
    """A question that was put to texts, and what followed from each answer."""

    __slots__ = ("after", "question")

    def __init__(self, question: Question) -> None:
        self.question = question
        self.after: Branch = {}


Outcome = Union[Step, "Candidate", None]
Branch = dict[Hashable, Outcome]
_UNKNOWN: Final = Step("")  # what follows from an answer that was never given


class Decisions:
    """Winners among the candidates of one index. Threads may share it: all of them learn the same."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._starts: Branch = {}
        self._remembered = 0

    def winner(self, observation: Observation) -> Candidate | None:
        """The best candidate that holds."""
        start = start_of(observation, self._index)
        if start.causes:  # rare, and what they mean is not asked of the text
            return self._index.winner(Evidence(start, self._index))
        reading = start.reading
        kind = (start.facts, reading.kind)
        outcome = self._starts.get(kind, _UNKNOWN)
        while isinstance(outcome, Step):
            if outcome is _UNKNOWN:
                return self._decide(start, kind)
            outcome = outcome.after.get(reading.ask(outcome.question), _UNKNOWN)
        return outcome

    def _decide(self, start: Start, kind: Hashable) -> Candidate | None:
        evidence = Evidence(start, self._index)
        winner = self._index.winner(evidence)
        if not start.reading.promise.names_causes:
            self._remember(kind, evidence.asked, winner)
        return winner

    def _remember(self, kind: Hashable, asked: Sequence[tuple[Question, Answer]], winner: Candidate | None) -> None:
        if self._remembered >= MAX_REMEMBERED:
            self._starts, self._remembered = {}, 0
        self._remembered += 1 + len(asked)
        branch, answer = self._starts, kind
        for question, next_answer in asked:
            step = branch.setdefault(answer, Step(question))
            branch, answer = cast("Step", step).after, next_answer
        branch[answer] = winner
