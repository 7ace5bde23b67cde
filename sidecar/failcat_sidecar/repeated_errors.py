"""Logs what every failure or request may cause, without filling the log."""

from __future__ import annotations

import logging
import traceback

MAX_KINDS = 100
OTHER = "errors of further kinds"


class Repeated:
    """Counts by kind, and says when a count is worth a line: the first time, then at every power of ten."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def count(self, kind: str) -> int:
        """Counts one more; returns the count if it is worth a line, else 0."""
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        return count if str(count).strip("0") == "1" else 0

    def bound(self, kind: str) -> str:
        """The kind, or OTHER when there are too many."""
        return OTHER if kind not in self._counts and len(self._counts) >= MAX_KINDS else kind


class RepeatedErrors:
    """Logs the first error of a kind with its traceback, then the count at every power of ten. A kind is an exception's
    type and the line that raised it."""

    def __init__(self, logger: logging.Logger, text: str) -> None:
        self._logger = logger
        self._text = text
        self._repeated = Repeated()

    def log(self, error: Exception) -> None:
        kind = self._repeated.bound(_kind(error))
        count = self._repeated.count(kind)
        if count == 1:
            self._logger.error("%s (logged once): %s", self._text, kind, exc_info=error)
        elif count:
            self._logger.error("%s: %s, %d times since the start", self._text, kind, count)


def _kind(error: Exception) -> str:
    """Does not contain the error's text, which may quote a failure."""
    *_, frame = traceback.extract_tb(error.__traceback__) or [None]
    place = f" in {frame.filename.rpartition('/')[2]}:{frame.lineno}" if frame else ""
    return f"{type(error).__name__}{place}"
