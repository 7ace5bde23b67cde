"""All text patterns of all rules in one linear-time pass over a text.

One automaton (an RE2 set) finds the literals that patterns need; only patterns whose literals are all there are
tried, each by RE2, which never backtracks. This is what RE2's own filter does, with two differences, measured with
1,500 patterns: each pattern is compiled when it is first tried (7 ms instead of 70 ms to load), and patterns that are
nothing but literals need no second look. The work on one text is bounded: `MAX_LITERALS` found in it are followed,
`MAX_TRIED` patterns of the best rules are tried, and all of them together look at `MAX_VERIFIED_BYTES`: the more there
are, the less of a long text each sees, for a failure says early what it is.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from failcat_catalog.matcher.literals import Needs, needs

try:
    from re2 import _re2
except ImportError:  # no wheel for this platform
    _re2 = None

MAX_TEXT_BYTES = 4096
MAX_VERIFIED_BYTES = 16384
MAX_TRIED = 16
MAX_LITERALS = 48
"""Labelled failures and all examples hold at most 44 literals, and at most 12 of their patterns have to be tried."""
MAX_KEY_CHARS = 16
"""What the automaton knows of a literal: enough to be rare."""
AUTOMATON_MAX_MEMORY_BYTES = 32 << 20
"""A bound: about 7 MiB are used at worst with 500 rules. An automaton that outgrows it takes twenty times as long."""

logger = logging.getLogger(__name__)


class PatternError(ValueError):
    """A pattern is not valid RE2."""


class PatternSet:
    """An ordered set of patterns; the position of a pattern is its number and its priority, lowest first."""

    def __init__(self, patterns: Sequence[str], known_needs: Mapping[str, Needs], *, untried: int = 0) -> None:
        """`untried`: so many of the first patterns count as matching when their literals are there; who asked looks
        closer."""
        self._patterns = patterns
        self._untried = untried
        self._needs = known_needs
        self._compiled: list[Regex | None] = [None] * len(patterns)
        self._automaton: _Automaton | None = None

    def __len__(self) -> int:
        return len(self._patterns)

    def matches(self, text: bytes) -> list[int]:
        """Numbers of the patterns that match `text` (at most MAX_TEXT_BYTES), in no order; a number may come twice."""
        if _re2 is None:
            warn_without_re2()
            return []
        if self._automaton is None:
            self._automaton = _Automaton([self._needs.get(pattern) or needs(pattern) for pattern in self._patterns])
        certain, possible = self._automaton.scan(text)
        if possible:
            certain += self._verified(possible, text)
        return certain

    def _verified(self, possible: list[int], text: bytes) -> list[int]:
        best_first = sorted(set(possible))
        verified = [number for number in best_first if number < self._untried]
        tried = best_first[len(verified) : len(verified) + MAX_TRIED]
        if len(tried) * len(text) > MAX_VERIFIED_BYTES:
            text = text[: MAX_VERIFIED_BYTES // len(tried)]
        return verified + [number for number in tried if self._regex(number).found_in(text)]

    def _regex(self, number: int) -> Regex:
        regex = self._compiled[number]
        if regex is None:
            regex = self._compiled[number] = Regex(self._patterns[number])
        return regex


class Regex:
    """One RE2 pattern over UTF-8 bytes, any letter case, dot matching newlines."""

    def __init__(self, pattern: str, *, case_sensitive: bool = False, captures: bool = False) -> None:
        options = _options(ascii_only=pattern.isascii())
        options.case_sensitive = case_sensitive
        options.never_capture = not captures
        self._regex = _re2.RE2(pattern.encode(), options)
        if not self._regex.ok():
            raise PatternError(self._regex.error().decode(errors="replace"))

    def found_in(self, text: bytes) -> bool:
        return bool(self._regex.Match(_re2.RE2.Anchor.UNANCHORED, text, 0, len(text))[0][0] >= 0)

    def captures(self, text: bytes, limit: int) -> list[str]:
        """What the first group that took part captured, for up to `limit` matches from the left."""
        found: list[str] = []
        position = 0
        while position < len(text) and len(found) < limit:
            whole, *groups = self._regex.Match(_re2.RE2.Anchor.UNANCHORED, text, position, len(text))
            if whole[0] < 0:
                break
            start, end = next((span for span in groups if span[0] >= 0), whole)
            found.append(text[start:end].decode("utf-8", "replace"))
            position = max(whole[1], position + 1)
        return found


def re2_installed() -> bool:
    return _re2 is not None


def check_pattern(pattern: str) -> None:
    """Raises PatternError when `pattern` is not valid RE2. Without google-re2 everything passes."""
    if _re2 is not None:
        Regex(pattern)


_warned: list[str] = []


def warn_without_re2() -> None:
    """Says once in a process that texts are not matched."""
    if not _warned:
        _warned.append("said")
        logger.warning("google-re2 is not installed: codes and types are recognised, texts are not")


class _Automaton:
    """Which patterns a text may match, by the starts of literals that are in it."""

    def __init__(self, all_needs: Sequence[Needs]) -> None:
        self._literals: dict[str, int] = {}
        # For each literal: the patterns that it decides, with the whole word where that is longer; and the patterns
        # that need it, with the literals that they need besides.
        self._certain: dict[int, list[tuple[int, bytes]]] = {}
        self._possible: dict[int, list[tuple[int, tuple[frozenset[int], ...]]]] = {}
        self._always: list[int] = []
        for number, need in enumerate(all_needs):
            self._add(number, need)
        options = _options(ascii_only=True)
        options.literal = True
        options.max_mem = AUTOMATON_MAX_MEMORY_BYTES
        self._set = _re2.Set(_re2.RE2.Anchor.UNANCHORED, options)
        for literal in self._literals:
            self._set.Add(literal.encode())
        self._set.Compile()

    def _add(self, number: int, need: Needs) -> None:
        if not need.groups:
            self._always.append(number)
            return
        if need.literal and all(map(str.isascii, need.groups[0])):
            for word in sorted(need.groups[0]):
                rest = word.encode() if len(word) > MAX_KEY_CHARS else b""
                self._certain.setdefault(self._literal(word), []).append((number, rest))
            return
        first, *others = (frozenset(map(self._literal, sorted(group))) for group in need.groups)
        for literal in first:
            self._possible.setdefault(literal, []).append((number, tuple(others)))

    def _literal(self, word: str) -> int:
        return self._literals.setdefault(word[:MAX_KEY_CHARS], len(self._literals))

    def scan(self, text: bytes) -> tuple[list[int], list[int]]:
        """Patterns that certainly match, and those that have to be tried; a number may come twice."""
        found = self._set.Match(text)
        certain: list[int] = []
        possible = list(self._always)
        if len(found) > MAX_LITERALS:
            found = sorted(found)[:MAX_LITERALS]
        seen: frozenset[int] = frozenset(found)
        lowered = text.lower()
        for literal in found:
            for number, word in self._certain.get(literal, ()):
                if not word or word in lowered:
                    certain.append(number)
            for number, others in self._possible.get(literal, ()):
                for group in others:
                    if seen.isdisjoint(group):
                        break
                else:
                    possible.append(number)
        return certain, possible


def _options(*, ascii_only: bool) -> _re2.RE2.Options:
    """Bytes as Latin-1 make `.` one byte instead of a UTF-8 automaton; exact for patterns that are ASCII."""
    options = _re2.RE2.Options()
    options.case_sensitive = False
    options.dot_nl = True
    options.log_errors = False
    options.never_capture = True
    if ascii_only:
        options.encoding = _re2.RE2.Options.Encoding.LATIN1
    return options
