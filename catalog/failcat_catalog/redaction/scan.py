"""Finds secrets in text: a cheap test that most texts fail, then one scan for each form of secret."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from string import ascii_letters, digits

from failcat_catalog.redaction.assignments import assigned, gates_in, lowered
from failcat_catalog.redaction.marks import MARKS, Span, replace
from failcat_catalog.redaction.prefixes import AFTER_DOT, SHORTEST, STARTS, kind_of, looks_random

_WORD = frozenset(ascii_letters + digits + "_-")
_CREDENTIAL = _WORD | frozenset(".~+/=%")
_AUTHORITY_ENDS = frozenset("/?# \t\r\n\"'<>\\")
_MAX_AUTHORITY_CHARS = 1_024
_MAX_BASIC_CHARS = 1_024
_MAX_PASSES = 8

_RUNS = bytes(120 if chr(byte) in _WORD else 32 for byte in range(256))
_LONG_RUN = b"x" * SHORTEST
_HOOK = "hooks.slack.com/services/"
_MAX_HOOK_CHARS = 60  # from its start to its last, secret part


def redact(text: str) -> str:
    """`text` without secrets; the same object when none was found. Linear in its length."""
    if len(text) < SHORTEST and not (" " in text or "=" in text or ":" in text):
        return text  # too short for a token, and no assignment in it
    for _ in range(_MAX_PASSES):  # a mark may expose another secret; usually two passes, one for clean text
        found = _redact_once(text)
        if found is text:
            break
        text = found
    return text


def _redact_once(text: str) -> str:
    if "PRIVATE KEY" in text:
        text = replace(text, _private_keys(text))
    runs = text.encode("ascii", "replace").translate(_RUNS)  # one byte a character: indexes stay
    if _LONG_RUN in runs:
        text = replace(text, _words(text, runs))
    if "@" in text and "://" in text:
        text = replace(text, _url_passwords(text))
    lower = lowered(text)
    if "bearer " in lower or "basic " in lower:
        text = replace(text, _credentials(text, lower))
        lower = lowered(text)
    if gates := gates_in(lower):
        text = replace(text, assigned(text, lower, gates))
    return text


def _private_keys(text: str) -> Iterator[Span]:
    """PEM blocks (RFC 7468); a block without its end extends to the end of the text."""
    start = text.find("-----BEGIN")
    while start >= 0:
        label_end = text.find("-----", start + 10)
        if label_end < 0:
            label_end = len(text)
        if text[start:label_end].rstrip().endswith("PRIVATE KEY"):
            footer = text.find("-----END", label_end)
            tail = text.find("-----", footer + 8) if footer >= 0 else -1
            end = tail + 5 if tail >= 0 else len(text)
            yield start, end, "private-key"
        else:
            end = label_end
        start = text.find("-----BEGIN", end)


def _words(text: str, runs: bytes) -> list[Span]:
    """Long runs of word characters with a known start, and JSON Web Tokens."""
    found = []
    has_hook = _HOOK in text
    at = runs.find(_LONG_RUN)
    while at >= 0:
        end = runs.find(b" ", at)
        if end < 0:
            end = len(runs)
        start = at + (
            text[at] in "nrt" and text[at - 1 : at] == "\\"
        )  # the n of an escaped line break is not part of a key
        if text[start : start + 2] in STARTS or text[start - 1] == "." or has_hook:
            kind, end = _secret_at(text, start, end)
            if kind:
                found.append((start, end, kind))
        at = runs.find(_LONG_RUN, end)
    return found


def _secret_at(text: str, at: int, end: int) -> tuple[str, int]:
    """The kind and the end of the secret that starts with the word characters from `at` to `end`; empty for none."""
    word = text[at:end]
    if word.startswith("eyJ") and text[end : end + 1] == ".":
        return "token", _run_end(text, end, _WORD | {"."})
    for before, shortest, kind in AFTER_DOT:
        if len(word) >= shortest and text.endswith(before, 0, at):
            return kind, _run_end(text, end, _WORD | {"."})
    if text.find(_HOOK, max(at - _MAX_HOOK_CHARS, 0), at) >= 0:
        return "secret", end
    return kind_of(word), end


def _url_passwords(text: str) -> Iterator[Span]:
    """scheme://user:password@host (RFC 3986 §3.2.1)."""
    at = text.find("://")
    while at >= 0:
        start = at + 3
        end = _end_before(text, start, _AUTHORITY_ENDS, start + _MAX_AUTHORITY_CHARS)
        host = text.rfind("@", start, end)
        colon = text.find(":", start, host) if host >= 0 else -1
        if 0 <= colon < host - 1 and text[colon + 1 : host] not in MARKS:
            yield colon + 1, host, "password"
        at = text.find("://", end)


def _credentials(text: str, lower: str) -> Iterator[Span]:
    """Authorization headers: Bearer (RFC 6750) and Basic (RFC 7617)."""
    for scheme in ("bearer ", "basic "):
        at = lower.find(scheme)
        found = []
        while at >= 0:
            start = at + len(scheme)
            end = _run_end(text, start, _CREDENTIAL)
            if _is_credential(scheme, text[start:end]):
                found.append((start, end, "token"))
            at = lower.find(scheme, max(end, start))
        if found:
            yield from found
            return  # the next pass finds the other scheme in the new text


def _is_credential(scheme: str, value: str) -> bool:
    if scheme == "bearer ":
        return len(value) > 7 and (looks_random(value[1:]) or len(value) > 24)
    try:
        return b":" in a2b_base64(value[:_MAX_BASIC_CHARS])
    except (Base64Error, ValueError):
        return False


def _run_end(text: str, at: int, allowed: frozenset[str]) -> int:
    while at < len(text) and text[at] in allowed:
        at += 1
    return at


def _end_before(text: str, at: int, ends: frozenset[str], limit: int) -> int:
    limit = min(limit, len(text))
    while at < limit and text[at] not in ends:
        at += 1
    return at
