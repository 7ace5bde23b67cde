"""Masks lists of values such as `[1, None, a.b]`: their number and content vary between occurrences."""

from __future__ import annotations

from failcat_catalog.signature.tokens import MASK

_MAX_CHARS = 400
_BEFORE = frozenset(" (=:,{[\n\t")


def mask_lists(text: str) -> str:
    """`text` with each empty list and each list of two or more values as a list of one mask."""
    if "," not in text and "[]" not in text:
        return text
    out, at = [], 0
    for start, end in _bracketed(text):
        if start >= at and _is_list(text, start, end):
            out.append(text[at:start] + f"[{MASK}]")
            at = end + 1
    return "".join(out) + text[at:] if out else text


def _bracketed(text: str) -> list[tuple[int, int]]:
    """The indexes of opening and closing brackets, outer pairs first."""
    opened: list[int] = []
    pairs = []
    first = text.index("[")
    for at, char in enumerate(text[first : text.rfind("]") + 1], first):
        if char == "[":
            opened.append(at)
        elif char == "]" and opened:
            pairs.append((opened.pop(), at))
    return sorted(pairs)


def _is_list(text: str, start: int, end: int) -> bool:
    """Whether the brackets enclose neither prose, which has blanks between words, nor a subscript."""
    if end - start > _MAX_CHARS or (start and text[start - 1] not in _BEFORE):
        return False
    inside = text[start + 1 : end]
    if not inside:
        return not text[end + 1 : end + 2].isalnum()
    return "," in inside and inside.count(" ") <= inside.count(", ") + inside.count(": ")
