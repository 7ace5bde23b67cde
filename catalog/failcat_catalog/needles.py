"""Finds which of a set of literals occur in a text, in any letter case: in one pass with google-re2, without it one by
one. The answer is the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any


class Needles:
    """ASCII literals in lower case; those in `signed` count only before one of the characters of `signs`."""

    def __init__(self, literals: Sequence[str], signed: Sequence[str] = (), signs: str = "") -> None:
        self._all = (*literals, *signed)
        self._literals = frozenset(literals)
        self._signs = signs

    def found_in(self, raw: bytes) -> list[str]:
        """Those in a text; `raw` is the text, one byte a character."""
        return [self._all[number] for number in self._set.Match(raw)] if self._set is not None else self.searched(raw)

    def searched(self, raw: bytes) -> list[str]:
        """The same without google-re2."""
        lower = raw.lower().decode("ascii")
        return [needle for needle in self._all if self._is_in(lower, needle)]

    def _is_in(self, lower: str, needle: str) -> bool:
        return needle in lower if needle in self._literals else any(needle + sign in lower for sign in self._signs)

    @cached_property
    def _set(self) -> Any:
        """None without google-re2, which is loaded on first use: an agent without failures never loads it."""
        try:
            from re2 import _re2  # noqa: PLC0415 - see above
        except ImportError:  # no wheel for this platform
            return None
        options = _re2.RE2.Options()
        options.case_sensitive = False
        options.never_capture = True
        compiled = _re2.Set(_re2.RE2.Anchor.UNANCHORED, options)
        signs = "".join(f"\\x{ord(sign):02x}" for sign in self._signs)
        for needle in self._all:
            quoted = "".join(f"\\x{ord(char):02x}" for char in needle)
            compiled.Add((quoted if needle in self._literals else f"{quoted}[{signs}]").encode())
        compiled.Compile()
        return compiled
