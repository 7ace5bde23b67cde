"""Logs errors that every failure may cause, without filling the log."""

from __future__ import annotations

import logging
import traceback

MAX_KINDS = 100
OTHER = "errors of further kinds"


class RepeatedErrors:
    """Logs the first error of a kind with its traceback, then the count at every power of ten. A kind is an exception's
    type and the line that raised it."""

    def __init__(self, logger: logging.Logger, text: str) -> None:
        self._logger = logger
        self._text = text
        self._counts: dict[str, int] = {}

    def log(self, error: Exception) -> None:
        kind = _kind(error)
        if kind not in self._counts and len(self._counts) >= MAX_KINDS:
            kind = OTHER
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count == 1:
            self._logger.error("%s (logged once): %s", self._text, kind, exc_info=error)
        elif str(count).strip("0") == "1":
            self._logger.error("%s: %s, %d times since the start", self._text, kind, count)


def _kind(error: Exception) -> str:
    """Does not contain the error's text, which may quote a failure."""
    *_, frame = traceback.extract_tb(error.__traceback__) or [None]
    place = f" in {frame.filename.rpartition('/')[2]}:{frame.lineno}" if frame else ""
    return f"{type(error).__name__}{place}"
