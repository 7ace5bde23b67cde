"""Tells which marks of secrets occur in a text, in one pass with google-re2. Without it the answer is the same."""

from __future__ import annotations

from typing import Any

try:
    from re2 import _re2
except ImportError:  # no wheel for this platform
    _re2 = None

from failcat_catalog.redaction.gates import SHORT_STEMS, SIGNS, STEMS

PEM, PUTTY, AT, HOOK, CURL, BEARER, BASIC = "-----", "private-lines", "@", "hook", "curl ", "bearer ", "basic "
_OTHERS = (PEM, PUTTY, AT, HOOK, CURL, BEARER, BASIC)
_MARKS = (*_OTHERS, *STEMS, *SHORT_STEMS)
_FOLD = bytes(
    ord("=") if chr(byte) in SIGNS else byte + 32 if ord("A") <= byte <= ord("Z") else byte for byte in range(256)
)


def _compiled() -> Any:
    options = _re2.RE2.Options()
    options.case_sensitive = False
    options.never_capture = True
    found = _re2.Set(_re2.RE2.Anchor.UNANCHORED, options)
    signs = "".join(f"\\x{ord(sign):02x}" for sign in SIGNS)
    for mark in _MARKS:
        found.Add((f"{mark}[{signs}]" if mark in SHORT_STEMS else mark).encode())
    found.Compile()
    return found


def marks_in(raw: bytes) -> list[str]:
    """The marks in a text; `raw` is its view, one byte a character."""
    if _SET is not None:
        return [_MARKS[number] for number in _SET.Match(raw)]
    return marks_by_search(raw)


def marks_by_search(raw: bytes) -> list[str]:
    """The same without google-re2."""
    lower, folded = raw.lower().decode("ascii"), raw.translate(_FOLD).decode("ascii")
    return [mark for mark in _MARKS if (f"{mark}=" in folded if mark in SHORT_STEMS else mark in lower)]


_SET = _compiled() if _re2 is not None else None
