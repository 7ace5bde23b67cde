"""Finding a few byte strings in a large body, fast.

`bytes.find` reads 3 to 6 GB/s; the C library's memmem, whose shifts follow two bytes at a time, 10 to 25 GB/s with
needles of 11 to 32 bytes (glibc 2.36). Looking for marks is most of the work on a healthy batch, so this decides its
cost.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator


def _memmem() -> ctypes._NamedFuncPointer | None:
    try:
        function = ctypes.PyDLL(None).memmem  # PyDLL: microseconds of work are not worth releasing the GIL
    except (AttributeError, OSError, TypeError):
        return None  # Windows
    function.restype = ctypes.c_void_p
    function.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    return function


_MEMMEM = _memmem()


def find_all(body: bytes, needle: bytes) -> Iterator[int]:
    """The offsets of all occurrences that do not overlap, in order."""
    if _MEMMEM is None:
        return _find_all_portably(body, needle)
    return _find_all_natively(body, needle, _MEMMEM)


def _find_all_natively(body: bytes, needle: bytes, memmem: ctypes._NamedFuncPointer) -> Iterator[int]:
    start = ctypes.cast(ctypes.c_char_p(body), ctypes.c_void_p).value or 0
    position, end = start, start + len(body)
    while found := memmem(position, end - position, needle, len(needle)):
        yield found - start
        position = found + len(needle)


def _find_all_portably(body: bytes, needle: bytes) -> Iterator[int]:
    position = body.find(needle)
    while position >= 0:
        yield position
        position = body.find(needle, position + len(needle))
