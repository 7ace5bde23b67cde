"""Finds secrets in text: a cheap test that most texts fail, then one scan for each form of secret."""

from __future__ import annotations

from collections.abc import Iterable

from failcat_catalog.redaction.assignments import assigned
from failcat_catalog.redaction.gates import SHORT_STEMS, STEMS
from failcat_catalog.redaction.keys import private_keys
from failcat_catalog.redaction.marks import Span, replace
from failcat_catalog.redaction.prefilter import AT, BASIC, BEARER, HOOK, MARKS, PEM, PUTTY
from failcat_catalog.redaction.prefixes import SHORTEST
from failcat_catalog.redaction.schemes import bare_credentials
from failcat_catalog.redaction.tokens import tokens
from failcat_catalog.redaction.urls import COMMANDS, loose_passwords, passwords_of_commands, url_secrets, webhooks
from failcat_catalog.redaction.view import bytes_of, lowered, viewed, without_zero_width

_MAX_PASSES = 8
_NAMES = frozenset((*STEMS, *SHORT_STEMS))
_FINDERS = (
    *((AT, url_secrets), (AT, loose_passwords), (HOOK, webhooks)),
    *((command, passwords_of_commands) for command in COMMANDS),
)


def redact(text: str) -> str:
    """`text` without secrets; the same object when none was found. Linear in its length."""
    if len(text) < SHORTEST and not (" " in text or "=" in text or ":" in text):
        return text  # too short for a token, and no assignment in it
    found = _redact_all(text)
    if text.isascii():
        return found
    visible = without_zero_width(found)
    clean = visible if visible is found else _redact_all(visible)
    return found if clean is visible else clean


def _redact_all(text: str) -> str:
    for _ in range(_MAX_PASSES):  # a mark may expose another secret; usually two passes, one for clean text
        found = _redact_once(text)
        if found is text:
            break
        text = found
    return text


def _redact_once(text: str) -> str:
    view = viewed(text) if "\\" in text or "%" in text or "&" in text else text
    raw = bytes_of(view)
    marks = MARKS.found_in(raw)
    if PEM in marks or PUTTY in marks:
        text, view, raw = _replaced(text, view, raw, private_keys(view))
    text, view, raw = _replaced(text, view, raw, tokens(view, raw))
    return _redact_placed(text, view, raw, marks) if marks else text


def _redact_placed(text: str, view: str, raw: bytes, marks: list[str]) -> str:
    """Without secrets that are known by where they stand."""
    for mark, find in _FINDERS:
        if mark in marks:
            text, view, raw = _replaced(text, view, raw, find(view))
    lower = lowered(raw)
    if BEARER in marks or BASIC in marks:
        text, view, raw = _replaced(text, view, raw, bare_credentials(view, lower))
        lower = lowered(raw)
    stems = [mark for mark in marks if mark in _NAMES]
    return replace(text, assigned(view, lower, stems)) if stems else text


def _replaced(text: str, view: str, raw: bytes, spans: Iterable[Span]) -> tuple[str, str, bytes]:
    """All three with the spans replaced."""
    spans = list(spans)
    if not spans:
        return text, view, raw
    view = replace(view, spans)
    return replace(text, spans), view, bytes_of(view)
