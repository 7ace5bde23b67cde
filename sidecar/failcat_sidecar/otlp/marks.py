"""Byte strings in an item without status ERROR that tell it may be a failure or a recovery outcome all the same.

Each is a text with its protobuf framing (field, length), as every serialiser writes it, so that the same words in a
message or a value are no mark, and the search is faster.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from failcat_catalog import attributes as own
from failcat_sidecar.otlp import names, search

BENIGN_FINISH_REASONS = (
    *("stop", "tool_calls", "end_turn", "tool_use", "STOP", "tool_call", "stop_sequence", "completed", "COMPLETE"),
    *("function_call", "pause_turn", "eos_token"),
)
"""As the providers write them, the frequent ones first: a response that ended so did not fail."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A byte string, and how it may go on without meaning anything."""

    needle: bytes
    harmless: tuple[bytes, ...] = ()

    def count(self, data: bytes) -> int:
        """How often it is in `data` and means something."""
        if not self.harmless:
            return search.count(data, self.needle)
        if not self.is_in(data):
            return 0
        remaining = data.count(self.needle)  # every span of a model call may have it: no Python code for each
        for rest in self.harmless:
            if not remaining:
                break
            remaining -= data.count(self.needle + rest)
        return remaining

    def is_in(self, data: bytes) -> bool:
        """Whether `data` has the needle, harmless or not."""
        return search.is_in(self.needle, data)


def key_mark(key: str, harmless: tuple[bytes, ...] = ()) -> Mark:
    """The mark of an attribute's key."""
    return Mark(_field(1, key.encode()), harmless)


def is_marked(data: bytes, marks: Iterable[Mark]) -> bool:
    return any(mark.count(data) for mark in marks)


def is_unexplained(body: bytes, suspects: Iterable[bytes], marks: Iterable[Mark]) -> bool:
    """Whether `body` has marks outside the suspects, whose bytes are given."""
    explained = b"".join(suspects)
    return any(count > mark.count(explained) for mark in marks if (count := mark.count(body)))


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field of at most 127 bytes."""
    return bytes((number << 3 | 2, len(content))) + content


def _one_reason(reason: str) -> bytes:
    """A pair's value: an array (AnyValue's field 5) of one text (its field 1)."""
    return _field(2, _field(5, _field(1, _field(1, reason.encode()))))


SPAN_MARKS = (
    key_mark(names.ERROR_TYPE),
    key_mark(own.FAILURE_CODE),
    key_mark(own.RECOVERY_FAILURE_ID),
    key_mark(names.FINISH_REASONS, tuple(map(_one_reason, BENIGN_FINISH_REASONS))),
    Mark(_field(2, names.EXCEPTION_EVENT.encode())),  # an event's name
)

_REPORTS = (key_mark(own.FAILURE_CODE), key_mark(own.RECOVERY_FAILURE_ID))

LOG_MARKS = (key_mark(names.EXCEPTION_TYPE), key_mark(names.EXCEPTION_MESSAGE), *_REPORTS)
"""Of one log record. The name of its event may mark it too, which has any beginning."""

LOG_BODY_MARKS = (Mark(names.EXCEPTION_EVENT.encode()), *_REPORTS)
"""Of a request: without any of these no log record in it is a suspect."""
