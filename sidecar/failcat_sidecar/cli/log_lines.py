"""What the sidecar logs, on stderr."""

from __future__ import annotations

import logging
from types import TracebackType

from failcat_catalog.text import printable

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PrintableFormatter(logging.Formatter):
    """A message is one line, and nothing in it or in its traceback steers a terminal: PostgreSQL, the file system and
    exceptions quote texts of failures."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # a name of logging
        return printable(super().formatMessage(record))

    def formatException(self, ei: _ExceptionInfo) -> str:  # noqa: N802
        return "\n".join(map(printable, super().formatException(ei).split("\n")))


def log_to_stderr(level: str | int) -> None:
    """For the whole process."""
    handler = logging.StreamHandler()
    handler.setFormatter(PrintableFormatter(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
