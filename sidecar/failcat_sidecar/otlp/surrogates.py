"""Lone surrogates in JSON: JavaScript writes half an emoji as \\ud83d when it cuts a text; UTF-8 cannot hold it.

By splitting, not by a regex that calls back for each escape: in 8 MiB of emoji or line breaks that took 2 to 4.5 s, for
which everybody waits; this takes 0.2 to 1 s.
"""

from __future__ import annotations

from enum import Enum, auto

from failcat_sidecar.otlp.search import Needles

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


def mend_surrogates(body: bytes) -> bytes:
    """The JSON body with U+FFFD for each surrogate without its other half; the same body if there is none."""
    if not _BEGINNINGS.found_in(body):
        return body
    if b"\0" in body:  # no JSON
        return body
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
