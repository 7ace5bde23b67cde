"""The signature of a failure: a key of its code or type and its masked message.

Stateless: the same failure has the same signature on any host, for ever. It needs no regular expressions, so it is the
same where no RE2 exists, and it takes linear time. The rules have a version; a change of any rule is a new version.
Sources of the rules: the ablations on Loghub-2k and on exception texts of PostgreSQL, pylint and pydantic.
"""

from __future__ import annotations

from hashlib import blake2b

from failcat_catalog.redaction import redact
from failcat_catalog.signature.bodies import mask_bodies
from failcat_catalog.signature.context import resolve
from failcat_catalog.signature.essence import essence
from failcat_catalog.signature.quotes import mask_quoted
from failcat_catalog.signature.tokens import ASK, MASK, mask_shape
from failcat_catalog.text import storable

VERSION = "v1"
MAX_CHARS = 2_000
"""What is read of a message, after redaction."""

_RUNS = tuple(f"{MASK}{between}{MASK}" for between in (" ", ", ", " or ", " and "))
_DIGITS_TO_ZERO = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))


def signature(code_or_type: str, message: str) -> str:
    """`v1:` and 16 hexadecimal digits. signature(c, redact(m)) == signature(c, m)."""
    content = f"{code_or_type}\0{template(message)}".encode("utf-8", "replace")
    return f"{VERSION}:{blake2b(content, digest_size=8).hexdigest()}"


def template(message: str) -> str:
    """The message with `*` for what varies, at most MAX_CHARS read: a group's title."""
    text = essence(redact(storable(message)))[:MAX_CHARS]
    if "{" in text:
        text = mask_bodies(text)
    if '"' in text or "'" in text or "`" in text:
        text = mask_quoted(text)
    tokens = text.split()
    masked = list(map(mask_shape, text.encode().translate(_DIGITS_TO_ZERO).decode().split()))
    joined = " ".join(masked)
    if ASK in joined:
        joined = " ".join(resolve(tokens, masked))
    return _collapse(joined)


def _collapse(text: str) -> str:
    for run in _RUNS:
        while run in text:
            text = text.replace(run, MASK)
    return text
