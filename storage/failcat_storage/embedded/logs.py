"""The server's log files: what they said last, and how many are kept."""

from __future__ import annotations

import os
from pathlib import Path

from failcat_catalog.text import printable
from failcat_storage.embedded.layout import Layout

KEPT_FILES = 5  # of 10 MB each, see postgresql.conf
_TAIL_BYTES = 4096
_LINE_CHARACTERS = 300


def last_line(layout: Layout) -> str:
    """The newest message of the server, without its time; empty when there is none."""
    for path in (*_newest_first(layout.logs), layout.startup_log):
        lines = _tail(path).strip().splitlines()
        if lines:
            return _message(lines[-1])
    return ""


def last_error(layout: Layout) -> str:
    """The newest message of an error that ended a start, else the last message."""
    for path in (layout.startup_log, *_newest_first(layout.logs)[:1]):
        for line in reversed(_tail(path).splitlines()):
            if "FATAL:" in line or "PANIC:" in line:
                return _message(line)
    return last_line(layout)


def prune(layout: Layout) -> None:
    """Removes all but the newest log files. Raises OSError."""
    for path in _newest_first(layout.logs)[KEPT_FILES:]:
        path.unlink(missing_ok=True)


def _message(line: str) -> str:
    """Without time and pid. A message may quote what a client sent, so nothing in it may steer a terminal."""
    text = line.partition("] ")[2] or line
    return printable(text[:_LINE_CHARACTERS])


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("postgresql-*.log"), reverse=True)


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
