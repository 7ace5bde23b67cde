"""Masks quoted text: names and values, which are the most frequent variable part of exception texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from failcat_catalog.signature import words
from failcat_catalog.signature.tokens import MASK

_CODE_BEFORE = ("code", "errno", "sqlstate", "state", "status")
_MESSAGE_BEFORE = ("msg=", "message=")
_NO_GNU_NAME = frozenset(" (")  # of code, which ends with the same sign
_TWICE = MASK + MASK
_MAX_NESTED = 8  # parts of one quotation


def mask_quoted(text: str) -> str:
    """`text` with its quoted parts masked. A quoted request line keeps its verb; quoted prose in brackets is an
    exception's own message and stays."""
    if "`" in text and "'" in text:
        text = "".join(_old_gnu_parts(text))
    for quote in ('"', "'", "`"):
        if quote in text:
            text = _mask_kind(text, quote)
            while _TWICE in text:  # a text of nothing but quotes would be a token of a thousand masks
                text = text.replace(_TWICE, MASK)
    return text


def _old_gnu_parts(text: str) -> Iterator[str]:
    """The text with quotations of old GNU tools, `name', masked."""
    first, *parts = text.split("`")
    yield first
    for part in parts:
        name, _, rest = part.partition("'")
        is_quoted = name != part and name[:1].isalnum() and _NO_GNU_NAME.isdisjoint(name) and not rest[:1].isalnum()
        yield MASK + rest if is_quoted else "`" + part


def _mask_kind(text: str, quote: str) -> str:
    parts = text.split(quote)
    closing = _closing_parts(parts)
    depths = _depths(parts) if "(" in text else ()
    out = [parts[0]]
    index = 1
    while index < len(parts):
        end = closing[index] if _opens(out[-1]) else 0
        if end and depths and _calls(parts[index]):
            end = _end_of_code(closing, depths, index)
        if end:
            inside = quote.join(parts[index : end + 1])
            opens_message = len(out) == 1 and not out[0].strip()
            out.append(_replacement(out[-1], inside, opens_message and _is_alone(parts[end + 1])))
            out.append(parts[end + 1])
            index = end + 2
        else:
            out[-1] = out[-1] + quote + parts[index]
            index += 1
    return "".join(out)


def _opens(before: str) -> bool:
    """Whether a quote after `before` opens a quotation; inside a word (don't, users') it does not."""
    return not before[-1:].isalnum()


def _closing_parts(parts: list[str]) -> list[int]:
    """For each part the index of the first part, itself or later, after which a quotation may end; 0 for none."""
    closing = [0] * len(parts)
    last = 0
    for index in range(len(parts) - 2, 0, -1):
        if not parts[index + 1][:1].isalnum() and not parts[index].endswith("\\"):
            last = index
        closing[index] = last
    return closing


def _calls(part: str) -> bool:
    return part.partition("(")[0].strip() not in ("", part)


def _depths(parts: list[str]) -> list[int]:
    """For each part the number of open parentheses after it."""
    return list(accumulate(part.count("(") - part.count(")") for part in parts))


def _end_of_code(closing: list[int], depths: Sequence[int], start: int) -> int:
    """The part after which quoted code ends; quotes inside a call or a tuple belong to the code: 'f('x')'."""
    end = first = closing[start]
    for _ in range(_MAX_NESTED):
        if depths[end] <= depths[start - 1]:
            return end
        end = closing[end + 1]
        if not end:
            break
    return first


def _is_type(text: str) -> bool:
    """Whether this is a type such as `int | dict[str, Any]`, which has blanks and is not prose."""
    return ("|" in text or "[" in text) and " " not in text.replace(" | ", "").replace(", ", "")


def _is_alone(after: str) -> bool:
    """Whether only fields follow the quotation: `"what happened" pod="a/b"`."""
    return not after.strip() or "=" in after.lstrip().partition(" ")[0]


def _replacement(before: str, inside: str, is_message: bool) -> str:
    verb, _, rest = inside.partition(" ")
    if rest and verb in words.HTTP_VERBS:
        return f'"{verb} {MASK}"'
    if before.endswith(_MESSAGE_BEFORE):
        return f'"{inside}"'
    return inside if inside and _is_meant(before, inside, is_message) else MASK


def _is_meant(before: str, inside: str, is_message: bool) -> bool:
    """Whether the quotation identifies the failure: prose, or a code."""
    if inside.startswith("HTTP/"):
        return True
    if inside.count(" ") > 1 and (is_message or (before.endswith("(") and not _is_type(inside))):
        return True
    return before.rstrip(" :=").lower().endswith(_CODE_BEFORE) and inside.replace("_", "").isalnum()
