"""Exceptions as agents raise them, and the ids under which they arrived."""

from __future__ import annotations

from typing import TypeVar

from tests.support.otlp_sink import OtlpSink, Received

import failcat

Raised = TypeVar("Raised", bound=BaseException)


def raised(exception: Raised) -> Raised:
    """The exception with a traceback."""
    try:
        raise exception
    except BaseException:
        return exception


def flushed_failures(sink: OtlpSink) -> list[Received]:
    assert failcat.flush()
    return sink.failures


def ids_of(sink: OtlpSink) -> list[str]:
    return [failure.failure_id for failure in flushed_failures(sink)]
