"""Authorization and Cookie headers: the secret part of their value (RFC 9110 §11.6, 6265, 6750, 7617)."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from string import ascii_letters, digits

from failcat_catalog.redaction.marks import START, Span
from failcat_catalog.redaction.names import Name
from failcat_catalog.redaction.randomness import is_mixed, is_random
from failcat_catalog.redaction.values import is_neutral
from failcat_catalog.redaction.view import FILL

CREDENTIAL = frozenset(ascii_letters + digits + "_-.~+/=%:|!*^$#@" + FILL)
_SCHEME = frozenset(ascii_letters + digits + "-_")
_SCHEMES = frozenset(
    (
        *("bearer", "basic", "token", "apikey", "api-key", "digest", "negotiate", "ntlm", "hmac", "hawk", "splunk"),
        *(
            "geniekey",
            "bot",
            "key",
            "ssws",
            "sso-key",
            "jwt",
            "oauth",
            "signature",
            "mac",
            "sharedkey",
            "sharedkeylite",
        ),
        *("sharedaccesssignature", "dpop", "deepl-auth-key", "aws4-hmac-sha256", "aws"),
    )
)
_MAX_BASIC_CHARS = 1_024
_MIN_BASIC_CHARS = 12
_MIN_OPAQUE_CHARS = 16
_MAX_PARAMETER_CHARS = 256
_MIN_BEARER_CHARS = 24
_TOKEN_ENDS = frozenset(" \t\r\"'<>)]}")
_COOKIE_ENDS = frozenset(" \t\r\n\"',;)]}")


def credentials_of(header: str, name: Name, *, is_whole: bool) -> tuple[int, int] | None:
    """Start and end of the secret in a header's value. `is_whole` if the value was quoted, so that no prose follows."""
    if name.kind == "cookie":
        return _cookies(header)
    return (
        _authorization(header, name.kind, is_whole=is_whole)
        if name.has_scheme
        else _opaque(header, 0, name.kind, is_whole=is_whole)
    )


def bare_credentials(view: str, lower: str) -> Iterator[Span]:
    """`Bearer …` and `Basic …` outside of a header."""
    for scheme in ("bearer ", "basic "):
        at = lower.find(scheme)
        found = []
        while at >= 0:
            start = at + len(scheme)
            end = _run_end(view, start, CREDENTIAL)
            value = view[start:end].strip(FILL)
            if _is_bearer(value) if scheme == "bearer " else _is_basic(value):
                found.append((start, start + len(value), "token"))
            at = lower.find(scheme, max(end, start))
        if found:
            yield from found
            return  # the next pass finds the other scheme in the new text


def _authorization(header: str, kind: str, *, is_whole: bool) -> tuple[int, int] | None:
    scheme_end = _run_end(header, 0, _SCHEME)
    scheme = header[:scheme_end].lower()
    start = scheme_end
    while header[start : start + 1] in (" ", FILL):
        start += 1
    if not scheme or start == scheme_end or start == len(header):
        start = 0
    elif scheme not in _SCHEMES and not _is_opaque(_token(header, start)) and "=" not in header[start : start + 40]:
        return None
    if header.startswith(START, start):
        return None
    if start and _has_parameters(header, start):
        return start, len(header.rstrip("\r' )]}" + FILL))  # as of Digest and AWS4-HMAC-SHA256
    return _opaque(header, start, kind, is_whole=is_whole)


def _has_parameters(header: str, start: int) -> bool:
    name, equals, value = header[start : start + _MAX_PARAMETER_CHARS].partition("=")
    is_list = value.lstrip(FILL)[:1] in ('"', "'") or "," in value.partition(" ")[0]
    return bool(equals) and name.isidentifier() and is_list


def _opaque(header: str, start: int, kind: str, *, is_whole: bool) -> tuple[int, int] | None:
    """The word at `start`, if it is a secret."""
    token = _token(header, start).rstrip(".,:;")
    is_last = is_whole or header[start + len(token) :].strip(" \r,;:'\")]}") == ""
    if is_neutral(token, kind) or not (is_last or _is_opaque(token) or is_random(token) or (start and is_mixed(token))):
        return None
    return start, start + len(token)


def token_end(header: str, start: int = 0) -> int:
    """The end of the word at `start`."""
    end = start
    while end < len(header) and header[end] not in _TOKEN_ENDS:
        end += 1
    return end


def _token(header: str, start: int) -> str:
    return header[start : token_end(header, start)].rstrip(FILL)


def _is_opaque(token: str) -> bool:
    return len(token) >= _MIN_OPAQUE_CHARS


def _cookies(header: str) -> tuple[int, int] | None:
    """The pairs at the start of a Cookie header, if one of them has a value like a secret's."""
    at, end, is_secret = 0, 0, False
    while True:
        name, equals, _ = header[at : at + 128].partition("=")
        if not equals or not name.strip().replace("-", "_").replace(".", "_").isidentifier():
            break
        start = at + len(name) + 1
        end = start
        while end < len(header) and header[end] not in _COOKIE_ENDS:
            end += 1
        value = header[start:end]
        is_secret = is_secret or (is_mixed(value) and not value.startswith("/"))
        at = end + 1
        if header[end : end + 1] != ";":
            break
        while header[at : at + 1] == " ":
            at += 1
    return (0, len(header[:end].rstrip(FILL))) if is_secret else None


def _is_bearer(value: str) -> bool:
    opaque = value.rstrip(".,:")
    if "=" in opaque.rstrip("="):
        return False  # `token_type=bearer expires_in=3600`
    few = sum(map(str.isdecimal, opaque)) < 3
    return len(opaque) > 7 and (is_random(opaque) or len(opaque) > _MIN_BEARER_CHARS or (len(opaque) >= 12 and not few))


def _is_basic(value: str) -> bool:
    if len(value) < _MIN_BASIC_CHARS:
        return False
    try:
        return b":" in a2b_base64(value[:_MAX_BASIC_CHARS])
    except (Base64Error, ValueError):
        return False


def _run_end(text: str, at: int, allowed: frozenset[str]) -> int:
    while at < len(text) and text[at] in allowed:
        at += 1
    return at
