"""Text of failures on a terminal: it is hostile, and may hold what moves the cursor or turns the writing around."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` on one line, with everything that a terminal would act on written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
