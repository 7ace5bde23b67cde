"""Lone surrogates in JSON: JavaScript writes half an emoji as \\ud83d when it cuts a text; UTF-8 cannot hold it.

Splits the text, because a regex with a callback per escape took 2 to 4.5 s for 8 MiB of emoji or line breaks; this
takes 0.2 to 1 s. Works in windows, because it blocks the event loop and needs memory for each escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from failcat_sidecar.otlp.search import Patterns, literal

WINDOW_BYTES = 64 << 10

_WHOLE = re.compile(rb"(?s:[^\\]++|\\(?:[^u]|u.{4}))*+")  # as many complete escapes and other characters as possible
_LOW = re.compile(rb"(?s:\\u[dD][c-fC-F]..)")
_BEGINNINGS = Patterns(literal(rb"\ud"), literal(rb"\uD"))
_REPLACEMENT = b"fffd"
_BACKSLASH = b"\\\\"
_PLACEHOLDER = b"\0\0"  # for an escaped backslash, so that the next character starts no escape


class _Half(Enum):
    HIGH = auto()
    LOW = auto()


_HALVES = {
    bytes((d, digit)): _Half.HIGH if digit in b"89abAB" else _Half.LOW for d in b"dD" for digit in b"89abABcdefCDEF"
}
"""By the first two digits of four."""

_DIGITS = frozenset(b"0123456789abcdefABCDEF")


def may_need_mending(body: bytes) -> bool:
    """Whether a JSON body has an escape that starts like a surrogate."""
    return b"\0" not in body and bool(_BEGINNINGS.found_in(body))  # with NUL it is no JSON


def windows(body: bytes) -> Iterator[bytes]:
    """Splits the body into parts of about WINDOW_BYTES, never between the halves of a pair."""
    at = 0
    while at < len(body):
        found = _WHOLE.match(body, at, at + WINDOW_BYTES)
        assert found is not None, "the pattern matches nothing too"
        end = found.end()
        if _LOW.match(body, end):  # perhaps the second half of a pair
            end += 6
        if end == at:  # a backslash without an escape: no JSON
            end = len(body)
        yield body[at:end]
        at = end


def mend_surrogates(body: bytes) -> bytes:
    """JSON text with U+FFFD for each surrogate without its other half; the same text if there is none."""
    before, *escapes = body.replace(_BACKSLASH, _PLACEHOLDER).split(b"\\u")
    lone = [place for place, escape in enumerate(escapes) if escape[:2] in _HALVES and _is_lone(escapes, place)]
    if not lone:
        return body
    for place in lone:
        escapes[place] = _REPLACEMENT + escapes[place][4:]
    return b"\\u".join((before, *escapes)).replace(_PLACEHOLDER, _BACKSLASH)


def _is_lone(escapes: list[bytes], place: int) -> bool:
    """Whether an escape that starts like a surrogate has no other half. The decoder rejects one with invalid digits."""
    half = _HALVES[escapes[place][:2]]
    if half is _Half.HIGH:
        following = escapes[place + 1][:2] if place + 1 < len(escapes) else b""
        is_pair = len(escapes[place]) == 4 and _HALVES.get(following) is _Half.LOW
    else:
        is_pair = place > 0 and len(escapes[place - 1]) == 4 and _HALVES.get(escapes[place - 1][:2]) is _Half.HIGH
    return not is_pair and len(escapes[place]) >= 4 and _DIGITS.issuperset(escapes[place][2:4])
