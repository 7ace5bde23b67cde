"""Follows the frames of an HTTP/2 connection from outside (RFC 9113 §4.1): which streams are unfinished, and how many
of their bytes have been received. It validates nothing: gRPC's core does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

# The cost of a stream before any byte of its message: a call, its headers, a task.
STREAM_BYTES = 8_192

_HEADER_BYTES = 9
_DATA, _HEADERS, _RST_STREAM = 0, 1, 3
_END_STREAM = 1


class _FramePart(NamedTuple):
    """The part of one frame in one read."""

    kind: int
    stream: int
    begins: bool
    ends: bool
    payload_bytes: int
    ends_stream: bool  # the flag; where `ends` is true, it counts


class _Frames:
    """Splits one direction into frames, which start and end anywhere in a read."""

    def __init__(self, skip_bytes: int) -> None:
        self._left = skip_bytes  # of the frame that is being read
        self._kind = -1
        self._stream = 0
        self._flags = 0
        self._head = b""
        self.count = 0  # ever

    def parts(self, data: bytes) -> Iterator[_FramePart]:
        position, begins = 0, False
        while position < len(data):
            if not self._left:
                need = _HEADER_BYTES - len(self._head)
                self._head += data[position : position + need]
                position += need
                if len(self._head) < _HEADER_BYTES:
                    return
                self._begin(self._head)
                begins = True
            taken = min(self._left, max(0, len(data) - position))
            position += taken
            self._left -= taken
            yield _FramePart(self._kind, self._stream, begins, not self._left, taken, bool(self._flags & _END_STREAM))
            begins = False

    def _begin(self, head: bytes) -> None:
        self.count += 1
        self._left = int.from_bytes(head[:3])
        self._kind, self._flags = head[3], head[4]
        self._stream = int.from_bytes(head[5:]) & 0x7FFFFFFF
        self._head = b""


class Streams:
    """The unfinished streams of a client's connection: opened, and neither complete nor answered."""

    def __init__(self) -> None:
        self._sent = _Frames(len(PREFACE))
        self._answered = _Frames(0)
        self._held: dict[int, int] = {}  # bytes, by stream
        self.held_bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    @property
    def frames(self) -> int:
        """The number of frames that the client has started."""
        return self._sent.count

    def sent(self, data: bytes) -> bool:
        """Follows bytes of the client. Returns whether a stream started or ended."""
        changed = False
        for part in self._sent.parts(data):
            if part.kind == _DATA:
                self._grow(part.stream, part.payload_bytes)
            elif part.kind == _HEADERS and part.begins and part.stream not in self._held:
                self._held[part.stream] = 0
                self._grow(part.stream, STREAM_BYTES)
                changed = True
            if part.ends and self._is_end(part):
                changed |= self._end(part.stream)
        return changed

    def answered(self, data: bytes) -> bool:
        """Follows bytes of the core. Returns whether a stream ended."""
        before = len(self._held)
        for part in self._answered.parts(data):
            if part.ends and self._is_end(part):
                self._end(part.stream)
        return len(self._held) < before

    @staticmethod
    def _is_end(part: _FramePart) -> bool:
        return part.kind == _RST_STREAM or (part.ends_stream and part.kind in (_DATA, _HEADERS))

    def _grow(self, stream: int, more_bytes: int) -> None:
        if stream in self._held:
            self._held[stream] += more_bytes
            self.held_bytes += more_bytes

    def _end(self, stream: int) -> bool:
        held_bytes = self._held.pop(stream, None)
        self.held_bytes -= held_bytes or 0
        return held_bytes is not None
