"""Searches for several byte strings in one pass, without the interpreter lock.

Most of the work on healthy items is this search. 220 kB take 30 us for five needles; one after the other they took
three times as long with the C library's memmem, ten times with `bytes.find`.
"""

from __future__ import annotations

from collections.abc import Container

import hyperscan


class Needles:
    """The byte strings to search for. For one thread at a time."""

    def __init__(self, *needles: bytes, each: Container[bytes] = ()) -> None:
        """Every occurrence of the needles in `each` is reported, and the first one of the others."""
        self._needles = needles
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[b"".join(b"\\x%02x" % byte for byte in needle) for needle in needles],
            ids=range(len(needles)),
            elements=len(needles),
            flags=[0 if needle in each else hyperscan.HS_FLAG_SINGLEMATCH for needle in needles],
        )

    def found_in(self, data: bytes) -> list[bytes]:
        """The needles in `data`."""
        found: list[bytes] = []
        needles = self._needles

        def note(place: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            found.append(needles[place])

        self._database.scan(data, match_event_handler=note)
        return found
