"""The literal prefilter: one linear-time pass finds the literals of all patterns in a text, and so which patterns may
match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from failcat_catalog.matcher.literals import RequiredLiterals
from failcat_catalog.matcher.patterns import LiteralSet

MAX_LITERALS = 64
"""Labelled failures and all examples hold at most 54; of a text with more, only the first ones count."""
MAX_KEY_CHARS = 16
"""The automaton holds this many characters of each literal: enough to be rare."""


class PrefilterHits(NamedTuple):
    """Patterns, by their numbers, that the literals in a text select."""

    certain: list[int]  # they match
    worded: dict[int, list[str]]  # they match if the text contains one of the words, in lower case
    possible: list[int]  # all literals that they require are there; a number may come twice


class Automaton:
    """Selects the patterns that a text may match by the starts of literals in it. A pattern's number is its index in
    `patterns`."""

    def __init__(self, patterns: Sequence[RequiredLiterals]) -> None:
        self._literals: dict[str, int] = {}
        # For each literal: the patterns that it decides, with the whole word if that is longer than the key; and the
        # patterns that require it, with the other literals that they require.
        self._certain: dict[int, list[tuple[int, str]]] = {}
        self._possible: dict[int, list[tuple[int, tuple[frozenset[int], ...]]]] = {}
        self._always: list[int] = []
        for number, required in enumerate(patterns):
            self._add(number, required)
        self._set = LiteralSet(self._literals)

    def _add(self, number: int, required: RequiredLiterals) -> None:
        if not required.groups:
            self._always.append(number)
            return
        if required.sufficient and all(map(str.isascii, required.groups[0])):
            for word in sorted(required.groups[0]):
                rest = word if len(word) > MAX_KEY_CHARS else ""
                self._certain.setdefault(self._literal(word), []).append((number, rest))
            return
        first, *others = (frozenset(map(self._literal, sorted(group))) for group in required.groups)
        for literal in first:
            self._possible.setdefault(literal, []).append((number, tuple(others)))

    def _literal(self, word: str) -> int:
        return self._literals.setdefault(word[:MAX_KEY_CHARS], len(self._literals))

    def literals_in(self, text: bytes) -> tuple[int, ...]:
        """The first MAX_LITERALS literals in `text`, by their numbers: the input of `prefilter`."""
        return tuple(self._set.found_in(text)[:MAX_LITERALS])

    def prefilter(self, literals: tuple[int, ...]) -> PrefilterHits:
        """The patterns that `literals` select."""
        hits = PrefilterHits([], {}, list(self._always))
        seen = frozenset(literals)
        for literal in literals:
            for number, word in self._certain.get(literal, ()):
                if word:
                    hits.worded.setdefault(number, []).append(word)
                else:
                    hits.certain.append(number)
            for number, others in self._possible.get(literal, ()):
                for group in others:  # a plain loop: hostile texts come here a thousand times
                    if seen.isdisjoint(group):
                        break
                else:
                    hits.possible.append(number)
        return hits
