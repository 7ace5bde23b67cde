"""Masks what stands in quotes: names and values of one occurrence, the main part of what varies in exception texts."""

from __future__ import annotations

from failcat_catalog.signature import words
from failcat_catalog.signature.tokens import MASK

_CODE_BEFORE = ("code", "errno", "sqlstate", "status")


def mask_quoted(text: str) -> str:
    """`text` with its quoted parts masked. A quoted request line keeps its verb; quoted prose in brackets is an
    exception's own message and stays."""
    for quote in ('"', "'", "`"):
        if quote in text:
            text = _mask_kind(text, quote)
    return text


def _mask_kind(text: str, quote: str) -> str:
    parts = text.split(quote)
    out = [parts[0]]
    index = 1
    while index < len(parts):
        end = _closing(parts, index) if _opens(out[-1]) else 0
        if end:
            out.append(_replacement(out[-1], quote.join(parts[index : end + 1]), parts[end + 1]))
            out.append(parts[end + 1])
            index = end + 2
        else:
            out[-1] = out[-1] + quote + parts[index]
            index += 1
    return "".join(out)


def _opens(before: str) -> bool:
    """A quote inside a word (don't, users') opens nothing."""
    return not before[-1:].isalnum()


def _closing(parts: list[str], start: int) -> int:
    """Index of the part behind which the quotation ends; 0 when it does not."""
    for index in range(start, len(parts) - 1):
        after = parts[index + 1][:1]
        if not after.isalnum() and not parts[index].endswith("\\"):
            return index
    return 0


def _replacement(before: str, inside: str, after: str) -> str:
    verb, _, rest = inside.partition(" ")
    if rest and verb in words.HTTP_VERBS:
        return f'"{verb} {MASK}"'
    if inside.startswith("HTTP/"):
        return inside
    if inside.count(" ") > 1 and (before.endswith("(") or (not before.strip() and not after.strip())):
        return inside
    if inside and before.rstrip(" :=").lower().endswith(_CODE_BEFORE) and inside.replace("_", "").isalnum():
        return inside
    return MASK
