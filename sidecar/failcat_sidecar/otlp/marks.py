"""Patterns of bytes that mark an item without status ERROR as a possible failure or recovery outcome.

Most are a string with its protobuf framing (field, length), as every serialiser writes it, so that the same words in a
message or a value are no mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from failcat_catalog.contract import (
    ERROR_TYPE,
    EXCEPTION_EVENT,
    OWN_REPORTS,
)
from failcat_catalog.finish_reasons import FAILING_FINISH_REASONS
from failcat_catalog.log_failures import MARKED_KEYS, MARKED_NAMES
from failcat_sidecar.otlp.search import Patterns, literal

_BETWEEN_PARTS = b"\0" * 16
"""No mark goes on behind it."""


class Mark(NamedTuple):
    """A pattern, and the continuation with which it is harmless; empty without one."""

    pattern: bytes
    harmless: bytes = b""


class Marks:
    """Searches for several marks in one pass."""

    def __init__(self, *marks: Mark) -> None:
        self._harmless = {mark.pattern: mark.pattern + mark.harmless for mark in marks if mark.harmless}
        self._any = Patterns(*(mark.pattern for mark in marks))
        counted = {*(mark.pattern for mark in marks), *self._harmless.values()}
        self._each = Patterns(*counted, each=counted)

    def are_in(self, data: bytes) -> bool:
        """Whether any of the marks is in `data` and not harmless."""
        found = self._any.found_in(data)
        return any(pattern not in self._harmless for pattern in found) or (bool(found) and bool(self._count(data)))

    def are_outside(self, data: bytes, parts: Iterable[bytes]) -> bool:
        """Whether any of the marks is in `data`, not harmless and outside these parts of it."""
        counts = self._count(data)
        return bool(counts) and bool(counts - self._count(_BETWEEN_PARTS.join(parts)))

    def _count(self, data: bytes) -> Counter[bytes]:
        """The occurrences of each mark that are not harmless."""
        counts = Counter(self._each.found_in(data))
        return counts - Counter({mark: counts.pop(harmless, 0) for mark, harmless in self._harmless.items()})


def key_mark(key: str, harmless: bytes = b"") -> Mark:
    """The mark of an attribute's key."""
    return Mark(literal(_field(1, key.encode())), harmless)


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field of at most 127 bytes."""
    return bytes((number << 3 | 2, len(content))) + content


def _spelled(word: str) -> str:
    """The pattern of a finish reason in any spelling."""
    return word.replace("_", "[-_ ]*")


_NO_ERROR = rb"\x12\x06\x0a\x04(?i:none|null)"
"""The values that instrumentations write on every healthy span. Others only cost time."""

_NAME = rb"(?:finish|stop|completion|done)(?:_r|R)easons?"
_LENGTH = b".{1,2}"
_ARRAY = rb"\x12" + _LENGTH + rb"\x2a"
_TEXT = rb"\x12" + _LENGTH + rb"\x0a" + _LENGTH
_FIRST = b"(?:" + _TEXT + b"|" + _ARRAY + _LENGTH + rb"\x0a" + _LENGTH + rb"\x0a" + _LENGTH + rb")[^A-Za-z]{0,12}"
"""From a name to the first reason of its value, a text or an array."""
_IN_JSON = rb"[\\]*\"\s*:\s*[\\]*\"[^A-Za-z\"]?"
_ENUM = rb"(?:[A-Za-z_.]+\.)?(?i:finish[-_ ]*reason[-_ ]*)?"
_WORDS = b"(?i:" + "|".join(map(_spelled, sorted(FAILING_FINISH_REASONS))).encode() + b")"
_OTHER_LENGTHS = b"|".join(b"\\x%02x\\x0a[^\\x%02x]" % (length, length - 2) for length in range(4, 128))
_SECOND_ELEMENT = _ARRAY + b"(?:" + _OTHER_LENGTHS + rb"|[\x80-\xff])"  # the first one is shorter than the array
_SECOND_WORD = _TEXT + rb"[^A-Za-z]{0,12}[A-IK-Za-z][A-IK-Za-z_.\- ]*[^A-Za-z]*,"  # J is the next attribute's tag

FINISH_REASON_MARK = Mark(
    _NAME
    + b"(?:(?:"
    + _FIRST
    + b"|"
    + _IN_JSON
    + b")"
    + _ENUM
    + _WORDS
    + b"|"
    + _SECOND_ELEMENT
    + b"|"
    + _SECOND_WORD
    + b")"
)
"""A reason that failed, or several reasons: healthy model calls have one, too, and must not be parsed. One pattern,
because it costs a tenth of several."""

SPAN_MARKS = Marks(
    key_mark(ERROR_TYPE, _NO_ERROR),
    *map(key_mark, OWN_REPORTS),
    FINISH_REASON_MARK,
    Mark(literal(_field(2, EXCEPTION_EVENT.encode()))),  # an event's name
    Mark(literal(b"." + EXCEPTION_EVENT.encode() + b"\x1a")),  # the end of one, before its attributes
)

LOG_MARKS = Marks(*map(key_mark, MARKED_KEYS), *(Mark(literal(name.encode())) for name in MARKED_NAMES))
"""Of a log record, and of a request: names of events are anywhere in it, as its name, an attribute or its body."""
