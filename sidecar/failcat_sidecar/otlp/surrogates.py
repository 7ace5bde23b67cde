"""Lone surrogates in JSON: JavaScript writes half an emoji as \\ud83d when it cuts a text; UTF-8 cannot hold it.

By splitting, not by a regex that calls back for each escape: in 8 MiB of emoji or line breaks that took 2 to 4.5 s;
this takes 0.2 to 1 s, and in windows, because everybody waits and each escape takes memory meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from failcat_sidecar.otlp.search import Needles

WINDOW_BYTES = 64 << 10

_WHOLE = re.compile(rb"(?s:[^\\]++|\\(?:[^u]|u.{4}))*+")  # as many whole escapes, and what is none, as there are
_LOW = re.compile(rb"(?s:\\u[dD][c-fC-F]..)")
_BEGINNINGS = Needles(rb"\ud", rb"\uD")
_REPLACEMENT = b"fffd"
_BACKSLASH = b"\\\\"
_STAND_IN = b"\0\0"  # for an escaped backslash, so that what follows it is no escape


class _Half(Enum):
    HIGH = auto()
    LOW = auto()


_HALVES = {
    bytes((d, digit)): _Half.HIGH if digit in b"89abAB" else _Half.LOW for d in b"dD" for digit in b"89abABcdefCDEF"
}
"""By the first two digits of four."""

_DIGITS = frozenset(b"0123456789abcdefABCDEF")


def may_need_mending(body: bytes) -> bool:
    """Whether a JSON body has anything that begins like a surrogate."""
    return b"\0" not in body and bool(_BEGINNINGS.found_in(body))  # with NUL it is no JSON


def windows(body: bytes) -> Iterator[bytes]:
    """The body in parts of about WINDOW_BYTES, between escapes that have nothing to do with each other."""
    at = 0
    while at < len(body):
        found = _WHOLE.match(body, at, at + WINDOW_BYTES)
        assert found is not None, "the pattern matches nothing too"
        end = found.end()
        if _LOW.match(body, end):  # perhaps the other half of what comes before
            end += 6
        if end == at:  # a backslash and nothing that makes sense of it: no JSON
            end = len(body)
        yield body[at:end]
        at = end


def mend_surrogates(body: bytes) -> bytes:
    """JSON text with U+FFFD for each surrogate without its other half; the same text if there is none."""
    before, *escapes = body.replace(_BACKSLASH, _STAND_IN).split(b"\\u")
    lone = [place for place, escape in enumerate(escapes) if escape[:2] in _HALVES and _is_lone(escapes, place)]
    if not lone:
        return body
    for place in lone:
        escapes[place] = _REPLACEMENT + escapes[place][4:]
    return b"\\u".join((before, *escapes)).replace(_STAND_IN, _BACKSLASH)


def _is_lone(escapes: list[bytes], place: int) -> bool:
    """Of what follows a `\\u` and begins like a surrogate; one with bad digits is the decoder's to refuse."""
    half = _HALVES[escapes[place][:2]]
    if half is _Half.HIGH:
        following = escapes[place + 1][:2] if place + 1 < len(escapes) else b""
        is_pair = len(escapes[place]) == 4 and _HALVES.get(following) is _Half.LOW
    else:
        is_pair = place > 0 and len(escapes[place - 1]) == 4 and _HALVES.get(escapes[place - 1][:2]) is _Half.HIGH
    return not is_pair and len(escapes[place]) >= 4 and _DIGITS.issuperset(escapes[place][2:4])
