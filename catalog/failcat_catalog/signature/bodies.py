"""Reads error bodies inside messages: JSON objects and the dicts that Python prints.

A body is reduced to its codes and types, or to its prose when it has neither. One pass instead of a parser: bodies in
messages are as often cut, escaped or half Python as they are valid JSON.
"""

from __future__ import annotations

from failcat_catalog.signature import words
from failcat_catalog.signature.tokens import MASK

_BARE_ENDS = frozenset(",}]\"'{[( \n")
_STRING_FOLLOWS = (": '", ': "')
_MAX_CODE_CHARS = 64


def mask_bodies(text: str) -> str:
    """`text` with each body replaced by `{codes and types}`, or by its prose."""
    out = []
    while True:
        start = _find_body(text)
        if start < 0:
            break
        body = _Body(text, start)
        out.append(text[:start])
        out.append(body.summary())
        text = text[body.end :]
    out.append(text)
    return "".join(out)


def _find_body(text: str) -> int:
    at = text.find("{") if '"' in text or "'" in text else -1
    while at >= 0:
        if text[at + 1 : at + 8].lstrip().lstrip("\\")[:1] in ("'", '"') and not _is_quoted_brace(text, at):
            return at
        at = text.find("{", at + 1)
    return -1


def _is_quoted_brace(text: str, at: int) -> bool:
    """Whether the brace is quoted, as in `expected '{' here`; in a body, text follows the quote."""
    quote = text[at + 1 : at + 2]
    return quote in ("'", '"') and text[at - 1 : at] == quote and not text[at + 2 : at + 3].isalnum()


class _Body:
    """One scan over a body, from its brace to the matching one or to the end of a cut text."""

    def __init__(self, text: str, start: int) -> None:
        self.kept: list[str] = []
        self.prose: list[str] = []
        self.end = self._scan(text, start)

    def summary(self) -> str:
        inner = " ".join(dict.fromkeys(self.kept)) or " ".join(self.prose[:1]) or MASK
        return "{" + inner + "}"

    def _scan(self, text: str, at: int) -> int:
        depth, key, size = 0, "", len(text)
        while at < size:
            char = text[at]
            if char in "\"'":
                end = _closing_quote(text, at)
                inside, at = text[at + 1 : end], end + 1
                if text.startswith(_STRING_FOLLOWS, at):  # most keys; skips the search for a bare value
                    key = inside.lower()
                    at += 2
                elif text[at : at + 2].lstrip()[:1] == ":":
                    key = inside.lower()
                else:
                    self._note(key, inside)
                    key = ""
                    if text.startswith(", ", at):  # most values
                        at += 2
            elif char == ":" and key:
                value, at = _bare(text, at + 1)
                if value:
                    self._note_bare(key, value)
                    key = ""
            else:
                at += 1
                if char in "{[(":
                    depth += 1
                elif char in "}])":
                    depth -= 1
                    if depth <= 0:
                        return at
        return size

    def _note(self, key: str, value: str) -> None:
        if key in words.CODE_KEYS and _is_name(value):
            self.kept.append(value)
        elif key in words.MESSAGE_KEYS:
            if key == "error" and _is_name(value):
                self.kept.append(value)
            else:
                self.prose.append(value)

    def _note_bare(self, key: str, value: str) -> None:
        if key in words.CODE_KEYS and value.removeprefix("-").isdecimal() and len(value) <= 6:
            self.kept.append(value)


def _closing_quote(text: str, at: int) -> int:
    """The end of the string that opens at `at`: its closing quote, or the end of the text."""
    quote = text[at]
    end = text.find(quote, at + 1)
    while end > 0 and text[end - 1] == "\\" and text[end - 2] != "\\":
        end = text.find(quote, end + 1)
    return end if end >= 0 else len(text)


def _bare(text: str, at: int) -> tuple[str, int]:
    """The number or word after a key, and the index after it; empty before a string or a container."""
    size = len(text)
    while at < size and text[at] == " ":
        at += 1
    start = at
    while at < size and text[at] not in _BARE_ENDS:
        at += 1
    return text[start:at], at


def _is_name(value: str) -> bool:
    """Whether this is a code: no spaces, and few digits; an id has many."""
    if not 0 < len(value) <= _MAX_CODE_CHARS:
        return False
    core = value.replace("_", "").replace("-", "").replace(".", "")
    return core.isalpha() or (core.isalnum() and sum(map(str.isdecimal, core)) <= 5)
