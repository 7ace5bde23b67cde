"""Finds the places where a text may name a secret and give its value: a test that most texts fail in microseconds."""

from __future__ import annotations

from collections.abc import Generator

from failcat_catalog.redaction.names import Name, name_of_stem, stems_of
from failcat_catalog.redaction.view import FILL

STEMS = ("pass", "secret", "key", "token", "cred", "cookie", "authorization")
SHORT_STEMS = ("pw", "pwd", "auth", "otp", "sig", "signature", "pat", "sessionid", "sessid")
"""Stems that are parts of many words: looked for only with a sign behind them, for which `=` stands."""
SIGNS = "=:\"'`>]" + FILL
_MAY_FOLLOW = frozenset(SIGNS + "_- \t0123456789")
_ASSIGNS = ("=", ":", "-")
_COUNTED = ("token", "key")
_PUNCTUATION = "().,;:!?'\"`[]{}"
_LEAST_CHARS = 6  # of a value without a sign before it
_READ_CHARS = 48
_OPTION_CHARS = 24


def names_in(view: str, lower: str, gate: str) -> Generator[tuple[int, Name], int, None]:
    """The starts of the names with this stem, and what they name. Send where to go on, if the value was read."""
    at = lower.find(gate)
    while at >= 0:
        stem = _stem_at(lower, at, gate)
        end = at + len(stem)
        if stem and _may_assign(view, lower, at, end):
            name = name_of_stem(view, lower, at, stem)
            if name:
                end = (yield at, name) or name.end
        at = lower.find(gate, max(end, at + 1))


def _stem_at(lower: str, at: int, gate: str) -> str:
    for stem in stems_of(gate):
        if lower.startswith(stem, at):
            return stem
    return ""


def _may_assign(view: str, lower: str, at: int, end: int) -> bool:
    after = lower[end : end + 1]
    if after == "s":
        end += 1
        after = lower[end : end + 1]
    if after == " ":
        return _may_follow(view, at, end + 1, is_counted=lower.startswith(_COUNTED, at))
    if after in ("'", '"') and view[at - 1 : at] == after and view[at - 3 : at - 1] == ": ":
        return "value" in lower[end : end + _LEAST_CHARS + 8]  # else this is the value of another name
    if after in ("\n", ","):
        return "value" in lower[end : end + _LEAST_CHARS + 8]
    return after in _MAY_FOLLOW or lower.startswith("confirmation", end)


def _may_follow(view: str, at: int, start: int, *, is_counted: bool) -> bool:
    """Whether a value may follow a blank: after a sign, an option's name, an element's name, or in prose."""
    if view[start : start + 1] in _ASSIGNS:
        return True
    for word in view[start : start + _READ_CHARS].split(" ", 3)[:3]:
        if len(word) >= _LEAST_CHARS and _may_be_value(word, is_counted):
            return True
    before = view[max(at - _OPTION_CHARS, 0) : at]
    return "--" in before or "<" in before


def _may_be_value(word: str, is_counted: bool) -> bool:
    """`(TPM):` is a word in punctuation; after tokens and keys a number is an amount."""
    return not (word.isalpha() or word.strip(_PUNCTUATION).isalpha() or (is_counted and word.isdecimal()))
