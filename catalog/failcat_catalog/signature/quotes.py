"""Masks what stands in quotes: names and values of one occurrence, the main part of what varies in exception texts."""

from __future__ import annotations

from failcat_catalog.signature import words
from failcat_catalog.signature.tokens import MASK

_CODE_BEFORE = ("code", "errno", "sqlstate", "state", "status")
_MESSAGE_BEFORE = ("msg=", "message=")
_MAX_NESTED = 8  # parts of one quotation


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
            inside = quote.join(parts[index : end + 1])
            out.append(_replacement(out[-1], inside, parts[end + 1], opens_message=len(out) == 1))
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
    first = next((index for index in range(start, len(parts) - 1) if _may_close(parts, index)), 0)
    if not first or not _is_open_call(parts[start : first + 1]):
        return first
    for index in range(first + 1, min(first + _MAX_NESTED, len(parts) - 1)):
        if _may_close(parts, index) and not _is_open_call(parts[start : index + 1]):
            return index
    return first


def _may_close(parts: list[str], index: int) -> bool:
    return not parts[index + 1][:1].isalnum() and not parts[index].endswith("\\")


def _is_open_call(quoted: list[str]) -> bool:
    """Whether code is quoted whose call or tuple has not ended, so that the quote belongs to it: 'f('x')'."""
    head = quoted[0].partition("(")[0].strip()
    return head not in ("", quoted[0]) and sum(part.count("(") - part.count(")") for part in quoted) > 0


def _is_prose(text: str) -> bool:
    """Three words or more that are no type such as `int | dict[str, Any]`."""
    return text.count(" ") > 1 and "|" not in text and "[" not in text


def _is_alone(after: str) -> bool:
    """Whether nothing but fields stand behind the quotation: `"what happened" pod="a/b"`."""
    return not after.strip() or "=" in after.lstrip().partition(" ")[0]


def _replacement(before: str, inside: str, after: str, *, opens_message: bool) -> str:
    verb, _, rest = inside.partition(" ")
    if rest and verb in words.HTTP_VERBS:
        return f'"{verb} {MASK}"'
    if inside.startswith("HTTP/"):
        return inside
    if before.endswith(_MESSAGE_BEFORE):
        return f'"{inside}"'
    if _is_prose(inside) and (before.endswith("(") or (opens_message and not before.strip() and _is_alone(after))):
        return inside
    if inside and before.rstrip(" :=").lower().endswith(_CODE_BEFORE) and inside.replace("_", "").isalnum():
        return inside
    return MASK
