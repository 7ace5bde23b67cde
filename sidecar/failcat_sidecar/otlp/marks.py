"""Byte strings that mark an item without status ERROR as a possible failure or recovery outcome.

Each is a string with its protobuf framing (field, length), as every serialiser writes it, so that the same words in a
message or a value are no mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from failcat_catalog.contract import (
    BENIGN_FINISH_REASONS,
    EXCEPTION_EVENT,
    FINISH_REASONS,
    REPORTING_ATTRIBUTES,
)
from failcat_catalog.log_failures import MARKED_KEYS, MARKED_NAMES
from failcat_sidecar.otlp.search import Needles

_UPPER_CASE_REASONS = ("STOP", "COMPLETE")
"""Of Gemini and Cohere. With another spelling the span is parsed in full, which only costs time."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A byte string, and the continuations with which it is harmless."""

    needle: bytes
    harmless: tuple[bytes, ...] = ()

    def count(self, data: bytes) -> int:
        """The number of its occurrences in `data` that are not harmless."""
        remaining = data.count(self.needle)
        for rest in self.harmless:
            if not remaining:
                break
            remaining -= data.count(self.needle + rest)
        return remaining


class Marks:
    """Searches for several marks in one pass."""

    def __init__(self, *marks: Mark) -> None:
        self._marks = {mark.needle: mark for mark in marks}
        self._any = Needles(*self._marks)
        # Finish reasons are reported once, not each: every span of a model call may have one.
        self._each = Needles(*self._marks, each=[mark.needle for mark in marks if not mark.harmless])
        self._partly_harmless = [mark for mark in marks if mark.harmless]

    def are_in(self, data: bytes) -> bool:
        """Whether any of the marks is in `data` and not harmless."""
        found = [self._marks[needle] for needle in self._any.found_in(data)]
        return any(not mark.harmless or mark.count(data) for mark in found)

    def are_outside(self, data: bytes, parts: Iterable[bytes]) -> bool:
        """Whether any of the marks is in `data`, not harmless and outside these parts of it."""
        counts = self._count(data)
        return bool(counts) and bool(counts - self._count(b"".join(parts)))

    def _count(self, data: bytes) -> Counter[bytes]:
        counts = Counter(self._each.found_in(data))
        for mark in self._partly_harmless:
            if mark.needle in counts:
                counts[mark.needle] = mark.count(data)
        return counts


def key_mark(key: str, harmless: tuple[bytes, ...] = ()) -> Mark:
    """The mark of an attribute's key."""
    return Mark(_field(1, key.encode()), harmless)


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field of at most 127 bytes."""
    return bytes((number << 3 | 2, len(content))) + content


def _one_reason(reason: str) -> bytes:
    """A pair's value: an array (AnyValue's field 5) of one text (its field 1)."""
    return _field(2, _field(5, _field(1, _field(1, reason.encode()))))


SPAN_MARKS = Marks(
    *map(key_mark, REPORTING_ATTRIBUTES),
    key_mark(FINISH_REASONS, tuple(map(_one_reason, (*BENIGN_FINISH_REASONS, *_UPPER_CASE_REASONS)))),
    Mark(_field(2, EXCEPTION_EVENT.encode())),  # an event's name
)

LOG_MARKS = Marks(*map(key_mark, MARKED_KEYS), *(Mark(name.encode()) for name in MARKED_NAMES))
"""Of a log record, and of a request: names of events are anywhere in it, as its name, an attribute or its body."""
