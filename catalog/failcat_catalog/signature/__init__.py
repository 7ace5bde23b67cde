"""The signature of a failure: a key of its code or type and its masked message.

Stateless: the same failure always has the same signature, on any host. Uses no regular expressions, so the result does
not depend on google-re2, and takes linear time. The rules have a version; a change of any rule is a new version.
Sources of the rules: ablations on Loghub-2k and on exception texts of PostgreSQL, pylint and pydantic, and the output
of compilers, linters, validators, databases and servers for labelled faults.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from unicodedata import decimal

from failcat_catalog.redaction import KINDS, mark, redact
from failcat_catalog.signature import words
from failcat_catalog.signature.bodies import mask_bodies
from failcat_catalog.signature.context import resolve
from failcat_catalog.signature.lists import mask_lists
from failcat_catalog.signature.locations import strip_location
from failcat_catalog.signature.quotes import mask_quoted
from failcat_catalog.signature.tokens import MASK, UNDECIDED, mask_shape
from failcat_catalog.text import storable

VERSION = "v2"
MAX_CHARS = 2_000
"""The part of a redacted message that is read."""

_MAX_CACHED = 256
"""Enough for the templates of one host; with more, the CPU cache would evict them before they repeat."""
_MAX_CACHED_CHARS = 512
_RUNS = tuple(f"{MASK}{between}{MASK}" for between in (" ", ", ", " or ", " and "))
_TYPES = tuple(MASK + tail for tail in ("[]", *words.TYPE_TAILS))
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201a"), "'") | dict.fromkeys(
    map(ord, "\u201c\u201d\u201e\u00ab\u00bb"), '"'
)
_DIGITS_TO_ZERO = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))


def signature(code_or_type: str, message: str) -> str:
    """`v2:` and 16 hexadecimal digits. signature(c, redact(m)) == signature(c, m)."""
    return signature_of_redacted(code_or_type, redact(storable(message)))


def signature_of_redacted(code_or_type: str, message: str) -> str:
    """`signature` of a message that is storable and was redacted before it was cut: a cut can expose secrets again."""
    content = f"{code_or_type}\0{_masked(message)}".encode("utf-8", "replace")
    return f"{VERSION}:{blake2b(content, digest_size=8).hexdigest()}"


def template(message: str) -> str:
    """The message with MASK for its variable parts: a group's title. Reads at most MAX_CHARS, in linear time."""
    return _masked(redact(storable(message)))


def _masked(redacted: str) -> str:
    text = _ascii_signs(strip_location(redacted)[:MAX_CHARS])
    if "[redacted:" in text:
        text = _mask_marks(text)
    if "{" in text:
        text = mask_bodies(text)
    if '"' in text or "'" in text or "`" in text:
        text = mask_quoted(text)
    if "[" in text:
        text = mask_lists(text)
    return _cached_mask_tokens(text) if len(text) <= _MAX_CACHED_CHARS else _mask_tokens(text)


def _mask_tokens(text: str) -> str:
    shapes = text.encode().translate(_DIGITS_TO_ZERO).decode().split()
    masked = list(map(mask_shape if _are_short(text, shapes) else mask_shape.__wrapped__, shapes))
    joined = " ".join(masked)
    if UNDECIDED in joined:
        joined = " ".join(resolve(text.split(), shapes, masked))
    return _collapse(joined)


# A storm repeats one message; often its variable parts are already masked with a body or with quotes.
_cached_mask_tokens = lru_cache(maxsize=_MAX_CACHED)(_mask_tokens)


def _are_short(text: str, tokens: list[str]) -> bool:
    """Whether all tokens are short enough to be cached by the thousand."""
    return len(text) <= _MAX_CACHED_CHARS or max(map(len, tokens), default=0) <= _MAX_CACHED_CHARS


def _ascii_signs(text: str) -> str:
    """`text` with the digits of all scripts and typographic quotes as ASCII."""
    if text.isascii():
        return text
    text = text.translate(_QUOTES)
    digits = {ord(char): str(decimal(char)) for char in set(text) if char.isdecimal() and not char.isascii()}
    return text.translate(digits) if digits else text


def _mask_marks(text: str) -> str:
    """Masks redaction marks: a redacted secret is a variable part, as it would be unredacted."""
    for kind in KINDS:
        text = text.replace(mark(kind), MASK)
    return text


def _collapse(text: str) -> str:
    """Joins masks that only a blank or a conjunction separates, and masks names of types that have several words."""
    if " type" in text:
        for name in _TYPES:
            text = text.replace(name, MASK)
    for run in _RUNS:
        while run in text:
            text = text.replace(run, MASK)
    return text
