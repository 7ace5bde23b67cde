"""A handler for `logging`: programs that catch an exception and log it report it by that."""

from __future__ import annotations

import logging

from failcat._reporting.reporting import report


class FailureHandler(logging.Handler):
    """Reports the exception of each record of at least `level` that has one, once: `logger.exception("…")` or
    `exc_info=True`. Records without an exception are no failures. Add it to the root logger:

    logging.getLogger().addHandler(failcat.FailureHandler())"""

    def __init__(self, level: int | str = logging.ERROR) -> None:
        super().__init__(level)

    def emit(self, record: logging.LogRecord) -> None:
        exception = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if exception is not None and record.name.partition(".")[0] not in ("failcat", "opentelemetry"):
            report(exception, {"log.logger": record.name, "log.message": _message(record)})


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # arguments that do not fit their format
        return str(record.msg)
