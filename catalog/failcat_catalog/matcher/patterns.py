"""RE2, which never backtracks, over the bytes of a text: single patterns, and a set of literals found in one pass.

Patterns are compiled on first use, because 1,500 of them take 70 ms. automaton.py selects the patterns to try.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

try:
    from re2 import _re2
except ImportError:  # no wheel for this platform
    _re2 = None

MAX_TEXT_BYTES = 4096
AUTOMATON_MAX_MEMORY_BYTES = 32 << 20
"""With 613 rules, logs use 4 MiB and shuffled literals 20 MiB. An automaton that reaches the bound is far slower."""

_UNANCHORED = _re2.RE2.Anchor.UNANCHORED if _re2 is not None else None

log = logging.getLogger("failcat.catalog")


class PatternError(ValueError):
    """A pattern is not valid RE2."""


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
        return bool(self._regex.Match(_UNANCHORED, text, 0, len(text))[0][0] >= 0)

    def captures(self, text: bytes, limit: int) -> list[str]:
        """The captures of the first participating group, for up to `limit` matches from the left."""
        found: list[str] = []
        position = 0
        while position < len(text) and len(found) < limit:
            spans = self._regex.Match(_UNANCHORED, text, position, len(text))
            whole = spans[0]
            if whole[0] < 0:
                break
            for start, end in (*spans[1:], whole):
                if start >= 0:
                    found.append(text[start:end].decode("utf-8", "replace"))
                    break
            position = max(whole[1], position + 1)
        return found


class LiteralSet:
    """A set of literals; one pass finds all of them in a text, in any letter case."""

    def __init__(self, literals: Iterable[str]) -> None:
        options = _options(ascii_only=True)
        options.literal = True
        options.max_mem = AUTOMATON_MAX_MEMORY_BYTES
        self._set = _re2.Set(_UNANCHORED, options)
        for literal in literals:
            self._set.Add(literal.encode())
        self._set.Compile()

    def found_in(self, text: bytes) -> list[int]:
        """The indexes of the literals in `text`, in the order in which they first end there."""
        found: list[int] = self._set.Match(text)
        return found


def re2_installed() -> bool:
    return _re2 is not None


def check_pattern(pattern: str) -> None:
    """Raises PatternError when `pattern` is not valid RE2. Without google-re2 every pattern passes."""
    if _re2 is not None:
        Regex(pattern)


_logged: list[str] = []


def log_missing_re2() -> None:
    """Logs once in a process that texts are not matched."""
    if not _logged:
        _logged.append("google-re2")
        log.warning("google-re2 is not installed: failures are matched by codes and types, not by texts (logged once)")


def _options(*, ascii_only: bool) -> _re2.RE2.Options:
    """Latin-1 makes `.` one byte instead of a UTF-8 automaton; the result is exact for ASCII patterns."""
    options = _re2.RE2.Options()
    options.case_sensitive = False
    options.dot_nl = True
    options.log_errors = False
    options.never_capture = True
    if ascii_only:
        options.encoding = _re2.RE2.Options.Encoding.LATIN1
    return options
