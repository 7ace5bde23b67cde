"""Recognises secrets by the name before them: `password=…`, `"api_key": "…"`, `X-Api-Key: …`."""

from __future__ import annotations

from collections.abc import Iterator

from failcat_catalog.redaction.marks import MARKS, START, Span
from failcat_catalog.redaction.prefixes import looks_random

# The last part of a name, in lower case, and the kind of secret. `key` alone is too common a word: see _KEY_PARTS.
_ENDINGS = {
    "password": "password",
    "passwd": "password",
    "passphrase": "password",
    "pwd": "password",
    "secret": "secret",
    "credential": "secret",
    "credentials": "secret",
    "key": "api-key",
    "token": "token",
    "authorization": "token",
    "cookie": "cookie",
    "sig": "secret",
}
_GATES = {
    gate: tuple(ending for ending in _ENDINGS if ending.startswith(gate))
    for gate in ("pass", "pwd", "secret", "key", "token", "credential", "authorization", "cookie", "sig=")
}
_KEY_PARTS = ("api", "access", "account", "private", "secret", "signing", "encryption", "subscription", "master")
_NO_SECRET_BEFORE = ("next", "page", "continuation", "unexpected", "special", "stop", "eos", "bos", "pad", "unk")
_NO_SECRETS = frozenset(("", "none", "null", "true", "false", "nil", "undefined", "bearer", "basic", "digest"))
_AFTER_NAME = frozenset("\"'=: \\")
_VALUE_ENDS = frozenset(" \t\r\n,;&|\"'`<>()[]{}\\")
_VALUE_ENDS_IN_PROSE = _VALUE_ENDS | frozenset(":=")  # also keeps the scan of `key:key:key:` linear
_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}
_MIN_UNQUOTED_CHARS = 6
_MAX_HEADER_CHARS = 4_096


def lowered(text: str) -> str:
    """`text` in lower case and of the same length, so that indexes stay valid."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_ASCII_LOWER)


def gates_in(lower: str) -> list[str]:
    """The parts of secret names that occur in this lower-case text; none if nothing is assigned in it."""
    return list(filter(lower.__contains__, _GATES)) if "=" in lower or ":" in lower else []


def kind_of_key(key: str) -> str:
    """The kind of secret in an attribute or field of this name; empty for none."""
    lower = lowered(key).rstrip("_- ")
    return next((kind for ending, kind in _ENDINGS.items() if _ends_name(lower, ending, len(lower) - len(ending))), "")


def assigned(text: str, lower: str, gates: list[str]) -> Iterator[Span]:
    """The values after names of secrets, in order."""
    spans = _values(text, lower, "sig")
    for gate in gates:
        for ending in _GATES[gate]:
            spans += _values(text, lower, ending)
    spans.sort()
    done = 0
    for start, end, kind in spans:
        if start >= done:
            yield start, end, kind
            done = end


def _values(text: str, lower: str, ending: str) -> list[Span]:
    found = []
    at = lower.find(ending)
    while at >= 0:
        end = at + len(ending)
        if text[end : end + 1] in _AFTER_NAME and _ends_name(lower, ending, at):
            span = _value(text, end, _ENDINGS[ending])
            if span:
                found.append(span)
                end = span[1]
        at = lower.find(ending, end)
    return found


def _ends_name(lower: str, ending: str, at: int) -> bool:
    if at < 0 or not lower.startswith(ending, at):
        return False
    before = lower[max(at - 14, 0) : at].rstrip("-_ ")
    if ending == "key":
        return before.endswith(_KEY_PARTS)
    if ending == "sig":
        return before[-1:] in ("", "?", "&")
    return not (ending == "token" and before.endswith(_NO_SECRET_BEFORE))


def _value(text: str, at: int, kind: str) -> Span | None:
    """The value after a name that ends at `at`, if it is a secret."""
    at = _skip(text, at, "\\\"'")
    at = _skip(text, at, " ")
    sign = text[at : at + 1]
    if sign not in ("=", ":"):
        return None
    start = _skip(text, at + 1, " ")
    escape = text[start : start + 1] == "\\"
    quote = text[start + escape : start + escape + 1]
    if quote in ('"', "'"):
        return _quoted(text, start + escape + 1, ("\\" if escape else "") + quote, kind)
    if sign == ":" and kind == "cookie":
        return _header(text, start, kind)
    return _unquoted(text, start, sign, kind)


def _quoted(text: str, start: int, quote: str, kind: str) -> Span | None:
    end = text.find(quote, start)
    while end > 0 and len(quote) == 1 and text[end - 1] == "\\":
        end = text.find(quote, end + 1)
    if end < 0:
        newline = text.find("\n", start)
        end = newline if newline >= 0 else len(text)
    value = text[start:end]
    prose = " " in value and kind in ("token", "api-key")
    return None if value in MARKS or value.lower() in _NO_SECRETS or prose else (start, end, kind)


def _unquoted(text: str, start: int, sign: str, kind: str) -> Span | None:
    """The value up to a delimiter. After `:` prose is common, so only values that look random are secrets."""
    end = start
    if text.startswith(START, start):
        end = text.find("]", start) + 1 or len(text)
    ends = _VALUE_ENDS if sign == "=" else _VALUE_ENDS_IN_PROSE
    while end < len(text) and text[end] not in ends:
        end += 1
    value = text[start:end]
    if value in MARKS or value.lower() in _NO_SECRETS:
        return None
    if sign == ":" and (len(value) < _MIN_UNQUOTED_CHARS or not looks_random(value[1:])):
        return None
    return start, end, kind


def _header(text: str, start: int, kind: str) -> Span | None:
    """A Cookie header (RFC 6265): pairs to the end of the line."""
    line = text[start : start + _MAX_HEADER_CHARS].partition("\n")[0].partition('"')[0].rstrip("\r' ")
    return (start, start + len(line), kind) if "=" in line else None


def _skip(text: str, at: int, chars: str) -> int:
    while text[at : at + 1] and text[at] in chars:
        at += 1
    return at
