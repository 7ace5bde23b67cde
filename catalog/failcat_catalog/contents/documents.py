"""Contents in JSON and in the dicts that Python prints, inside a text: left out by the names of their fields."""

from __future__ import annotations

import json
from typing import Any

from failcat_catalog.contents.names import is_content
from failcat_catalog.redaction.marks import START, mark

_MARK = mark("content")
_KEYS = (
    "content",
    "messages",
    "prompt",
    "input",
    "inputs",
    "output",
    "arguments",
    "args",
    "completion",
    "query",
    "parts",
)
_OF_CALLS = frozenset({"system", "tools", "functions", "stop", "suffix", "query"})
"""Fields of a call's parameters whose names say less outside of JSON."""
_MAX_DEPTH = 32


def without_contents_in_json(text: str) -> str:
    """`text` with a mark for the value of each field that holds contents; the same object when there is none or the
    text is no object and no list. What cannot be parsed ends at the first content."""
    if text[:1] not in ("{", "["):
        return text
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _cut(text)
    changed = _Changed()
    clean = changed.without(document, 0)
    return json.dumps(clean, ensure_ascii=False) if changed.is_any else text


class _Changed:
    """Whether a document had contents."""

    is_any = False

    def without(self, value: Any, depth: int) -> Any:
        if depth == _MAX_DEPTH:
            return value
        if isinstance(value, list):
            return [self.without(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {key: self._field(key, item, depth + 1) for key, item in value.items()}
        return value

    def _field(self, key: str, item: Any, depth: int) -> Any:
        if (is_content(key) or key in _OF_CALLS) and isinstance(item, str | list | dict) and item and item != _MARK:
            self.is_any = True
            return _MARK
        return self.without(item, depth)


def _cut(text: str) -> str:
    """Up to the first field that holds contents."""
    starts = []
    for key in _KEYS:
        for quote in ('"', "'"):
            at = text.find(f"{quote}{key}{quote}:")
            if at >= 0:
                starts.append(at + len(key) + 3)
    start = min(starts, default=-1)
    if start < 0 or text.startswith(START, start + (text[start : start + 1] == " ")):
        return text
    return f"{text[:start]} {_MARK}"
