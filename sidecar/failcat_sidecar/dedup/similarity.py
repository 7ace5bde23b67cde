"""Whether two failing spans, or a span and a log record, report the same failure.

The rules come from spans recorded of agent frameworks: one failure travels up through two or three spans, often under
another class and another text each time.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from failcat_catalog.types import Observation
from failcat_sidecar.extract.observed import is_class_name

MIN_CONTAINED_CHARS = 12
"""Shorter texts are contained in too many others; the empty one in all."""

MAX_TEXT_CHARS = 1_024
"""Read of a text that is searched for in another."""

_STATUS_PREFIX = "Error code: "  # the OpenAI and Anthropic SDKs write "Error code: 429 - " before the provider's text


class Fingerprint(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The properties by which two reports are compared."""

    class_name: str = ""  # of the exception, without its module
    code: str = ""  # a machine code
    text: str = ""  # the message without its status prefix
    explicit: bool = False  # the code is the application's own
    is_client: bool = False  # reported by a CLIENT span
    verdict: str = ""  # the catalog's code; empty when unknown

    @property
    def is_silent(self) -> bool:
        """Whether it holds no information of its own."""
        return not (self.class_name or self.code or self.text or self.verdict)


def core_text(message: str) -> str:
    """The message without the prefix that an SDK added."""
    if message.startswith(_STATUS_PREFIX):
        status, dash, rest = message.removeprefix(_STATUS_PREFIX).partition(" - ")
        if dash and status.isdecimal():
            message = rest
    return message.strip()


def fingerprint_of(observation: Observation, *, is_client: bool, verdict: str) -> Fingerprint:
    error_type = observation.error_type
    class_name = observation.exception_type or (error_type if is_class_name(error_type) else "")
    return Fingerprint(
        class_name=class_name.rpartition(".")[2],
        code=observation.error_code or ("" if is_class_name(error_type) else error_type),
        text=core_text(observation.message),
        explicit=bool(observation.error_code),
        is_client=is_client,
        verdict=verdict,
    )


def passes_on(children: Iterable[Fingerprint], parent: Fingerprint) -> bool:
    """Whether a failing parent only propagates the failure of a child that ended just before it. `children` are the
    members of that child's chain."""
    return any(_passes_on(child, parent) for child in children)


def same_report(one: Fingerprint, other: Fingerprint, *, close: bool) -> bool:
    """Whether a log record and a span, or two log records, of one span report one failure. `close`: within a second."""
    if one.is_silent or other.is_silent or _same_exception(one, other):
        return True
    if one.class_name == other.class_name != "" and not (one.text and other.text):
        return True
    return _holds(one.text, other.text) or _holds(other.text, one.text) or (close and _same_verdict(one, other))


def _passes_on(child: Fingerprint, parent: Fingerprint) -> bool:
    if parent.explicit and parent.verdict and child.verdict and parent.verdict != child.verdict:
        return False  # the application named it itself
    return (
        _same_exception(child, parent)
        or _holds(parent.text, child.text)
        or _same_verdict(child, parent)
        or _same_call(child, parent)
        or child.is_silent
        or parent.is_silent
    )


def _same_exception(one: Fingerprint, other: Fingerprint) -> bool:
    if one.text != other.text:
        return False
    if one.class_name and other.class_name:
        return one.class_name == other.class_name
    return bool(one.text)


def _holds(outer: str, inner: str) -> bool:
    """Whether `outer` contains `inner`, also quoted with escaped quotes and line breaks."""
    inner = inner[:MAX_TEXT_CHARS]
    if len(inner) < MIN_CONTAINED_CHARS:
        return False
    if inner in outer:
        return True
    return "\\" in outer and _unquoted(inner) in _unquoted(outer)


def _unquoted(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\", "")


def _same_verdict(one: Fingerprint, other: Fingerprint) -> bool:
    """Two unknown failures have no common verdict."""
    return bool(one.verdict) and one.verdict == other.verdict


def _same_call(child: Fingerprint, parent: Fingerprint) -> bool:
    """Two nested CLIENT spans are two views of one call; one often has the machine code and the other the message."""
    return child.is_client and parent.is_client and not (child.text and parent.text)
