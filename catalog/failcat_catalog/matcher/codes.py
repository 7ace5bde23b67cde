"""Machine codes inside a text: known words where programs write codes."""

from __future__ import annotations

MAX_PLACES = 8
"""Occurrences of one code in one text that are checked."""

_KEYS = frozenset({"code", "error_code", "errorcode", "type", "status", "reason", "subtype"})
_NAME_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789_"
_CODE_CHARS = frozenset(_NAME_CHARS + "-")
_PADDING = "\"' \t\r\n"
_QUOTES = frozenset("\"'")
_BEFORE_CHARS = 32
_FRAMES = (("error occurred (", ")"), ("error: [", "]"))
"""The delimiters of botocore and JavaScript clients around a code."""


def holds_code(text: str, code: str) -> bool:
    """Whether `text` carries `code` (both in lower case) as a code: `'code': 'x'`, `type=x`, `'error': 'x'`,
    `error occurred (x)`, `error: [x]`, or at its very start `x_y: …`."""
    at = text.find(code)
    for _ in range(MAX_PLACES):
        if at < 0:
            return False
        end = at + len(code)
        if _is_whole(text, at, end) and (_is_value(text, at, end) or _is_head(text, at, end)):
            return True
        at = text.find(code, end)
    return False


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the code is not part of a longer word. A full stop may end a sentence or continue a name."""
    following = text[end : end + 2]
    if following[:1] in _CODE_CHARS or (following[:1] == "." and following[1:] in _CODE_CHARS):
        return False
    return text[start - 1 : start] not in _CODE_CHARS


def _is_value(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _BEFORE_CHARS) : start]
    if any(before.endswith(opened) and text[end : end + 1] == closed for opened, closed in _FRAMES):
        return True
    key = before.rstrip(_PADDING)
    if key[-1:] not in (":", "="):
        return False
    key = key[:-1].rstrip(_PADDING)
    name = key[len(key.rstrip(_NAME_CHARS)) :]
    return name in _KEYS or (name == "error" and before[-1:] in _QUOTES and text[end : end + 1] in _QUOTES)


def _is_head(text: str, start: int, end: int) -> bool:
    return "_" in text[start:end] and not text[:start].strip() and text[end : end + 1] in ("", ":", ",", ".", ";", " ")
