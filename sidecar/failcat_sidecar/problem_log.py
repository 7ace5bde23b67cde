"""Logs a problem when it is new, however often it is found."""

from __future__ import annotations

import logging


class ProblemLog:
    """Remembers the last problem of one subject."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._last = ""

    def log(self, problem: str, kind: str = "") -> None:
        """At WARNING, unless it is the last one again. Empty when there is none any more. `kind` identifies a problem
        whose text varies."""
        kind = kind if problem and kind else problem
        if problem and kind != self._last:
            self._logger.warning("%s", problem)
        self._last = kind
