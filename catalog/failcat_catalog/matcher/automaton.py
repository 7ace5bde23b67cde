"""One linear-time pass that finds the literals of all patterns in a text, and which patterns they speak for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from failcat_catalog.matcher.literals import Needs
from failcat_catalog.matcher.patterns import LiteralSet

MAX_LITERALS = 64
"""Labelled failures and all examples hold at most 54; of a text with more, the first ones are followed."""
MAX_KEY_CHARS = 16
"""What the automaton knows of a literal: enough to be rare."""


class Followed(NamedTuple):
    """What the literals in a text say of the patterns, by their numbers."""

    certain: list[int]  # they match
    worded: dict[int, list[str]]  # they match if one of the words, in lower case, is in the text
    possible: list[int]  # all literals that they need are there; a number may come twice


class Automaton:
    """Which patterns a text may match, by the starts of literals that are in it. A pattern's number is its place among
    `all_needs`."""

    def __init__(self, all_needs: Sequence[Needs]) -> None:
        self._literals: dict[str, int] = {}
        # For each literal: the patterns that it decides, with the whole word where that is longer; and the patterns
        # that need it, with the literals that they need besides.
        self._certain: dict[int, list[tuple[int, str]]] = {}
        self._possible: dict[int, list[tuple[int, tuple[frozenset[int], ...]]]] = {}
        self._always: list[int] = []
        for number, need in enumerate(all_needs):
            self._add(number, need)
        self._set = LiteralSet(self._literals)

    def _add(self, number: int, need: Needs) -> None:
        if not need.groups:
            self._always.append(number)
            return
        if need.literal and all(map(str.isascii, need.groups[0])):
            for word in sorted(need.groups[0]):
                rest = word if len(word) > MAX_KEY_CHARS else ""
                self._certain.setdefault(self._literal(word), []).append((number, rest))
            return
        first, *others = (frozenset(map(self._literal, sorted(group))) for group in need.groups)
        for literal in first:
            self._possible.setdefault(literal, []).append((number, tuple(others)))

    def _literal(self, word: str) -> int:
        return self._literals.setdefault(word[:MAX_KEY_CHARS], len(self._literals))

    def literals_in(self, text: bytes) -> tuple[int, ...]:
        """The first MAX_LITERALS literals of `text`; all that `follow` needs to know of it."""
        return tuple(self._set.found_in(text)[:MAX_LITERALS])

    def follow(self, literals: tuple[int, ...]) -> Followed:
        """What `literals` say of the patterns."""
        followed = Followed([], {}, list(self._always))
        seen = frozenset(literals)
        for literal in literals:
            for number, word in self._certain.get(literal, ()):
                if word:
                    followed.worded.setdefault(number, []).append(word)
                else:
                    followed.certain.append(number)
            for number, others in self._possible.get(literal, ()):
                for group in others:  # a plain loop: texts full of literals come here a thousand times
                    if seen.isdisjoint(group):
                        break
                else:
                    followed.possible.append(number)
        return followed
