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

_STATUS_PREFIXES = ("Error code: ", "status_code: ", "HTTP ")
_STATUS_PREFIX = "Error code: "  # the OpenAI and Anthropic SDKs write "Error code: 429 - " before the provider's text


class Fingerprint(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The properties by which two reports are compared."""

    class_name: str = ""  # of the exception, without its module
    code: str = ""  # a machine code
    text: str = ""  # the message without its status prefix
    explicit: bool = False  # the code is the application's own
    is_client: bool = False  # reported by a CLIENT span
    verdict: str = ""  # the catalog's code; empty when unknown
    status: int = 0  # of HTTP; told by an attribute, else by the text
    is_answer: bool = False  # only a server's 5xx: the answer to a failure behind it
    is_echo: bool = False  # only a message that a server sends
    finish_reason: str = ""  # the only information, in lower case

    @property
    def is_silent(self) -> bool:
        """Whether it holds no information of its own."""
        return self.is_answer or self.is_echo or not (self.class_name or self.code or self.text or self.verdict)

    @property
    def is_wire(self) -> bool:
        """Whether it is a call's machine code or status, without class and text: what an HTTP client knows."""
        return bool(self.code or self.status) and not (
            self.class_name or self.text or self.explicit or self.is_silent or self.finish_reason
        )


def core_text(message: str) -> str:
    """The message without the prefix that an SDK added."""
    if message.startswith(_STATUS_PREFIX):
        status, dash, rest = message.removeprefix(_STATUS_PREFIX).partition(" - ")
        if dash and status.isdecimal():
            message = rest
    return message.strip()


def fingerprint_of(
    observation: Observation,
    *,
    is_client: bool,
    verdict: str,
    status: int = 0,
    is_answer: bool = False,
    is_echo: bool = False,
    finish_reason: str = "",
) -> Fingerprint:
    error_type = observation.error_type
    class_name = observation.exception_type or (error_type if is_class_name(error_type) else "")
    return Fingerprint(
        class_name=class_name.rpartition(".")[2],
        code=observation.error_code or ("" if is_class_name(error_type) else error_type),
        text=core_text(observation.message),
        explicit=bool(observation.error_code),
        is_client=is_client,
        verdict=verdict,
        status=status or _status_in(observation.message),
        is_answer=is_answer,
        is_echo=is_echo,
        finish_reason=finish_reason,
    )


def passes_on(children: Iterable[Fingerprint], parent: Fingerprint) -> bool:
    """Whether a failing parent only propagates the failure of a child that ended just before it. `children` are the
    members of that child's chain."""
    return any(_passes_on(child, parent) for child in children)


def same_report(one: Fingerprint, other: Fingerprint, *, close: bool) -> bool:
    """Whether a log record and a span, or two log records, of one span report one failure. `close`: within a second."""
    if one.is_silent or other.is_silent or same_exception(one, other):
        return True
    if one.class_name == other.class_name != "" and not (one.text and other.text):
        return True
    return _holds(one.text, other.text) or _holds(other.text, one.text) or (close and _same_verdict(one, other))


def same_exception(one: Fingerprint, other: Fingerprint) -> bool:
    if one.text != other.text:
        return False
    if one.class_name and other.class_name:
        return one.class_name == other.class_name
    return bool(one.text)


def repeats(ancestor: Fingerprint, descendant: Fingerprint) -> bool:
    """Whether it repeats what a span somewhere below it reported, over spans that did not fail."""
    if ancestor.explicit and ancestor.verdict != descendant.verdict:
        return False
    if ancestor.finish_reason or descendant.finish_reason:
        return ancestor.finish_reason == descendant.finish_reason
    if len(descendant.text) < MIN_CONTAINED_CHARS:
        return False
    return same_exception(ancestor, descendant) or _holds(ancestor.text, descendant.text)


def same_exception_elsewhere(log: Fingerprint, span: Fingerprint) -> bool:
    """Of a log record and a span that no parent connects."""
    return len(log.text) >= MIN_CONTAINED_CHARS and same_exception(log, span)


def same_call(wire: Fingerprint, exception: Fingerprint) -> bool:
    """Whether the exception is what the program saw of the call that the other, which has no text, tells of: it has its
    code, or its status."""
    if not wire.is_wire or not exception.text or exception.is_wire:
        return False
    if wire.status and wire.status == exception.status:
        return True
    if wire.code.isdecimal():
        return int(wire.code) == exception.status
    return bool(wire.code) and (wire.code == exception.code or _quotes(exception.text, wire.code))


def _passes_on(child: Fingerprint, parent: Fingerprint) -> bool:
    if parent.explicit and parent.verdict and child.verdict and parent.verdict != child.verdict:
        return False  # the application named it itself
    return (
        same_exception(child, parent)
        or _holds(parent.text, child.text)
        or _same_verdict(child, parent)
        or _same_view(child, parent)
        or same_call(child, parent)
        or same_call(parent, child)
        or child.is_silent
        or parent.is_silent
    )


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


def _same_view(child: Fingerprint, parent: Fingerprint) -> bool:
    """Two nested CLIENT spans are two views of one call; one often has the machine code and the other the message."""
    return child.is_client and parent.is_client and not (child.text and parent.text)


def _quotes(text: str, code: str) -> bool:
    """Whether the text has the code in quotes, as an SDK prints a provider's answer."""
    return len(code) > 3 and any(f"{quote}{code}{quote}" in text for quote in "'\"")


def _status_in(message: str) -> int:
    """The status at the start of a text: `Error code: 429 - …`, `429 You exceeded …`, `status_code: 429, …`; else 0."""
    prefix = (
        next((prefix for prefix in _STATUS_PREFIXES if message.startswith(prefix)), "") if message[:1] in "EsH" else ""
    )
    digits = message[len(prefix) : len(prefix) + 4]
    if not digits[:3].isdecimal() or digits[3:].isalnum():
        return 0
    status = int(digits[:3])
    return status if 400 <= status < 600 else 0
