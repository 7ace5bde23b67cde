"""The signature of a failure: a key of its code or type and its masked message; without a message, of its place.

Stateless: the same failure always has the same signature, on any host. Uses no regular expressions, so the result does
not depend on google-re2, and takes linear time. The rules have a version; a change of any rule is a new version.
Sources of the rules: ablations on Loghub-2k and on exception texts of PostgreSQL, pylint and pydantic, and the output
of compilers, linters, validators, databases and servers for labelled faults.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from unicodedata import decimal

from failcat_catalog.plain import plain
from failcat_catalog.redaction import KINDS, mark, redact
from failcat_catalog.signature import words
from failcat_catalog.signature.bodies import mask_bodies
from failcat_catalog.signature.context import resolve
from failcat_catalog.signature.lists import mask_lists
from failcat_catalog.signature.locations import strip_location
from failcat_catalog.signature.quotes import mask_quoted
from failcat_catalog.signature.tokens import MASK, UNDECIDED, mask_shape
from failcat_catalog.text import storable

VERSION = "v3"
MAX_READ_CHARS = 8_192
"""The part of a redacted message that is read."""
MAX_CHARS = 2_000
"""The part of a masked message that counts: cut afterwards, so that long variable parts do not move the end."""

_MAX_CACHED = 256
"""Enough for the templates of one host; with more, the CPU cache would evict them before they repeat."""
_MAX_CACHED_CHARS = 512
_MAX_CODE_CHARS = 100
NUL = "\0"
_RUNS = tuple(f"{MASK}{between}{MASK}" for between in (" ", ", ", " or ", " and "))
_TYPES = tuple(MASK + tail for tail in ("[]", *words.TYPE_TAILS))
_DIGITS_TO_ZERO = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))


def signature(code_or_type: str, message: str) -> str:
    """`v3:` and 16 hexadecimal digits. signature(c, redact(m)) == signature(c, m)."""
    return signature_of_redacted(code_or_type, redact(storable(message)))


def signature_of_redacted(code_or_type: str, message: str) -> str:
    """`signature` of a message that is storable and was redacted before it was cut: a cut can expose secrets again."""
    return _digest(_kind(code_or_type), _masked(message))


def signature_of_place(code_or_type: str, service: str, span_name: str, span_kind: str) -> str:
    """The signature of a failure without a message."""
    return _digest(_kind(code_or_type), "", service, name_template(span_name), span_kind)


def template(message: str) -> str:
    """The message with MASK for its variable parts: a group's title. Reads at most MAX_READ_CHARS, in linear time."""
    return _masked(redact(storable(message)))


@lru_cache(maxsize=_MAX_CACHED)
def name_template(span_name: str) -> str:
    """A span's name with MASK for its variable parts; of a route, the other parts stay: `GET /orders/<*>`."""
    words_of_name = span_name[:MAX_READ_CHARS].split()
    return " ".join("/".join(map(template, word.split("/"))) for word in words_of_name)[:MAX_CHARS]


def _digest(*parts: str) -> str:
    return f"{VERSION}:{blake2b(NUL.join(parts).encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


@lru_cache(maxsize=_MAX_CACHED)
def _kind(code_or_type: str) -> str:
    """A class without its module, which instrumentations name or leave out. Prose in place of a code is masked."""
    if " " in code_or_type or len(code_or_type) > _MAX_CODE_CHARS:
        return template(code_or_type)
    name = code_or_type.rpartition(".")[2].rpartition("$")[2]
    return name if name.isidentifier() and name[0].isupper() and not name.isupper() else code_or_type


def _masked(redacted: str) -> str:
    text = _ascii_digits(strip_location(plain(redacted[:MAX_READ_CHARS])))
    if "[redacted:" in text:
        text = _mask_marks(text)
    if "{" in text:
        text = mask_bodies(text)
    if '"' in text or "'" in text or "`" in text:
        text = mask_quoted(text)
    if "[" in text:
        text = mask_lists(text)
    return (_cached_mask_tokens(text) if len(text) <= _MAX_CACHED_CHARS else _mask_tokens(text))[:MAX_CHARS]


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


def _ascii_digits(text: str) -> str:
    """`text` with the digits of all scripts as ASCII, and words for "code" as words of their own."""
    if text.isascii():
        return text
    for word in words.UNSPACED_CODE_WORDS:
        text = text.replace(word, f" {word} ")
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
