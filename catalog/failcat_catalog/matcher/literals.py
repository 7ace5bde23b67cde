"""The literals that a pattern requires: the prefilter tries a pattern only on texts that contain them.

Parses the subset of RE2's syntax that catalogs use. Other syntax counts as "anything", which makes a pattern less
selective and never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

MIN_LITERAL_LENGTH = 3
MAX_ALTERNATIVES = 64

_ANYTHING_ESCAPES = frozenset("dDwWsSbBAzZpPCGQEabfnrtvx0123456789")


@dataclass(frozen=True, slots=True)
class RequiredLiterals:
    """The literals, in lower case, that a text must contain for a pattern to match."""

    groups: tuple[frozenset[str], ...]  # one of each group
    sufficient: bool = False  # the pattern consists of literals only: one of the first group is a match

    @property
    def weight(self) -> int:
        """The number of literal characters in any match."""
        return sum(min(map(len, group)) for group in self.groups)


@lru_cache(maxsize=4096)
def required_literals(pattern: str) -> RequiredLiterals:
    """The literals without which `pattern` cannot match."""
    parsed = _Parser(pattern).alternatives()
    if parsed.words is not None and all(len(word) >= MIN_LITERAL_LENGTH for word in parsed.words):
        return RequiredLiterals((frozenset(parsed.words),), sufficient=True)
    useful = {group for group in parsed.groups if min(map(len, group)) >= MIN_LITERAL_LENGTH}
    return RequiredLiterals(tuple(sorted(useful, key=_selectivity)))


def _selectivity(group: frozenset[str]) -> tuple[int, int, list[str]]:
    return -min(map(len, group)), len(group), sorted(group)


@dataclass(slots=True)
class _PatternPart:
    """A piece of a pattern: the texts that it can match, if they are few literals, and the literals in any match."""

    words: frozenset[str] | None
    groups: list[frozenset[str]]


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def alternatives(self) -> _PatternPart:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _union(branches)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        char = self._peek()
        self._at += 1
        return char

    def _sequence(self) -> _PatternPart:
        groups: list[frozenset[str]] = []
        run: frozenset[str] = frozenset({""})
        whole = True
        while self._peek() and self._peek() not in "|)":
            item = self._repeated(self._atom())
            joined = _join(run, item.words)
            if joined is not None:
                run = joined
                continue
            whole = False
            groups.append(run)
            groups += item.groups
            run = item.words if item.words is not None else frozenset({""})
        return _PatternPart(run if whole else None, [group for group in (*groups, run) if all(group)])

    def _atom(self) -> _PatternPart:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return self._char_class()
        if char == "\\":
            return self._escape()
        if char in "^$.":
            return _PatternPart(None, [])
        return _PatternPart(frozenset({char.lower()}), [])

    def _group(self) -> _PatternPart:
        if self._peek() == "?":
            while self._peek() and self._peek() not in ":>)":
                self._at += 1
            if self._next() == ")":  # flags only
                return _PatternPart(None, [])
        inside = self.alternatives()
        self._at += 1  # the closing parenthesis
        return inside

    def _char_class(self) -> _PatternPart:
        start = self._at
        self._at += self._peek() == "^"
        self._at += self._peek() == "]"
        while self._peek() not in ("]", ""):
            self._at += 2 if self._peek() == "\\" else 1
        body = self._text[start : self._at]
        self._at += 1
        simple = body and len(body) <= 3 and not set(body) & {"^", "\\", "-", "["}
        return _PatternPart(frozenset(body.lower()) if simple else None, [])

    def _escape(self) -> _PatternPart:
        char = self._next()
        if char in "pPx" and self._peek() == "{":
            self._at = self._text.find("}", self._at) + 1 or len(self._text)
        if char in _ANYTHING_ESCAPES:
            return _PatternPart(None, [])
        return _PatternPart(frozenset({char.lower()}), [])

    def _repeated(self, item: _PatternPart) -> _PatternPart:
        char = self._peek()
        if not char or char not in "?*+{":
            return item
        minimum = 1 if char == "+" else 0
        maximum = 1 if char == "?" else 0
        if char == "{":
            end = self._text.find("}", self._at)
            first = self._text[self._at + 1 : end].partition(",")[0]
            if end < 0 or not first.isdecimal():
                self._at += 1
                return _PatternPart(None, [])
            minimum, self._at = int(first), end
        self._at += 1
        self._at += self._peek() == "?"  # lazy or greedy, the literals are the same
        if minimum == 0:
            optional = item.words | {""} if item.words is not None and maximum == 1 else None
            return _PatternPart(optional, [])
        groups = item.groups if item.words is None else [item.words]
        return _PatternPart(None, [group for group in groups if all(group)])


def _join(left: frozenset[str], right: frozenset[str] | None) -> frozenset[str] | None:
    """Every text of `left` hits by every text of `right`; None when that is unknown or too many."""
    if right is None or len(left) * len(right) > MAX_ALTERNATIVES:
        return None
    return frozenset(a + b for a in left for b in right)


def _union(branches: list[_PatternPart]) -> _PatternPart:
    """The part that matches if one of `branches` does."""
    words: frozenset[str] | None = frozenset()
    needed: frozenset[str] | None = frozenset()
    for branch in branches:
        words = words | branch.words if words is not None and branch.words is not None else None
        best = _best(branch)
        needed = needed | best if needed is not None and best is not None else None
    if words is not None and len(words) > MAX_ALTERNATIVES:
        words = None
    return _PatternPart(words, [needed] if needed else [])


def _best(branch: _PatternPart) -> frozenset[str] | None:
    if branch.words is not None:
        return branch.words if all(branch.words) else None
    return max(branch.groups, key=lambda group: min(map(len, group)), default=None)
