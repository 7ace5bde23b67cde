"""The marks that replace secrets."""

from __future__ import annotations

from collections.abc import Iterable

KINDS = ("api-key", "token", "private-key", "password", "secret", "cookie", "nested", "content")
START = "[redacted:"
_MARKS = {kind: f"{START}{kind}]" for kind in KINDS}
MARKS = frozenset(_MARKS.values())

Span = tuple[int, int, str]
"""Start and end of a secret in a text, and its kind."""


def mark(kind: str) -> str:
    """The mark of one of KINDS."""
    return _MARKS[kind]


def replace(text: str, spans: Iterable[Span]) -> str:
    """`text` with its spans, in order and apart, replaced by marks; the same object when there are none."""
    out, done = [], 0
    for start, end, kind in spans:
        out += [text[done:start], _MARKS[kind]]
        done = end
    return "".join([*out, text[done:]]) if out else text
