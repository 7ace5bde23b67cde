"""Recognises secrets by their own shape, wherever they stand: by the prefix of their issuer, or as JSON Web Tokens."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable
from string import ascii_letters, digits

from failcat_catalog.redaction.marks import Span
from failcat_catalog.redaction.prefixes import AFTER_DOT, SHORTEST, STARTS, kind_of
from failcat_catalog.redaction.randomness import is_mixed, is_random
from failcat_catalog.redaction.view import FILL

_WORD = frozenset(ascii_letters + digits + "_-")
_DOTTED = _WORD | {"."}
_MORE = frozenset("+/=~" + FILL)
_NAMES = "abcdefghijklmnopqrstuvwxyz_-"  # words of these alone are no keys
_RUNS = bytes(120 if chr(byte) in _WORD else 32 for byte in range(256))
_LONG_RUN = b"x" * SHORTEST
_MIN_GLUED_CHARS = 32
_MAX_HEAD_CHARS = 48
_MAX_PARTS_CHARS = 128
_MAX_LABEL_CHARS = 12
_TERRAFORM = "atlasv1"
_DOPPLER = "dp.st."
_PAYPAL = "access_token$"
_CRYPT = ("$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$argon2")
_TELEGRAM_CHARS = 35
_ASANA_CHARS = 32
_MAILCHIMP_CHARS = 37  # with a data centre of two digits: `-us12`
_MIN_ID_DIGITS = 5
_MIN_QDRANT_CHARS = 50
_MIN_OPENSHIFT_CHARS = 40
_MIN_AZURE_CHARS = 80
_SHORTEST_HASH = 27
_MAX_PARTS_BEFORE = 24
_MAX_READ_CHARS = 512  # of a word or its parts, to decide whether it is a secret
_BASE64 = _WORD | frozenset("+/=" + FILL)
_IN_BASE64 = ("glc_", "fm1r_", "fm1a_", "fm2_", "sntrys_", "ops_ey", "whsec_", "ABSK")
"""Prefixes that base64 follows, whose signs may come before a long run."""
_GLUED = ("sk-", "hf_", "r8_")  # prefixes that are looked for after other letters
_GLUED_PARTS = ("proj-", "ant-", "or-v1-")
_BASE64_STARTS = frozenset(
    ("c2st", "Z2hw", "Z2hv", "Z2hz", "QUtJ", "QVNJ", "eG94", "QUl6", "aGZf", "Z3Nr", "Z2xw", "Z2l0", "eGFp", "bnZh")
)
"""The first three characters of a widely used key, in base64."""
_MAX_ENCODED_CHARS = 1_024
_OPENAI = "T3BlbkFJ"  # "OpenAI" in base64, in the middle of their keys
_AZURE = "JQQJ99"  # the same for Azure's
_INTENT = "_secret_"  # Stripe's payment intents


def tokens(view: str, raw: bytes) -> list[Span]:
    """In order; `raw` is the view, one byte a character."""
    runs = raw.translate(_RUNS)
    found: list[Span] = []
    at = runs.find(_LONG_RUN)
    while at >= 0:
        end = runs.find(b" ", at)
        if end < 0:
            end = len(runs)
        word = view[at:end]
        if word.strip(_NAMES):
            span = _secret_in(view, word, at, end)
            if span:
                found.append(span)
                end = span[1]
        at = runs.find(_LONG_RUN, end)
    return found


def _base64_start(view: str, at: int) -> int:
    """Where the base64 before `at` begins with a prefix; -1 for none."""
    head = view[max(at - _MAX_HEAD_CHARS, 0) : at]
    for prefix in _IN_BASE64:
        start = head.rfind(prefix)
        if start >= 0 and _run_end(head, start, _BASE64) == len(head):
            return at - len(head) + start
    return -1


def _secret_in(view: str, word: str, at: int, end: int) -> Span | None:
    kind = kind_of(word) if word[:2] in STARTS else ""
    if kind:
        return at, _tail_end(view, end), kind
    if view[end : end + 1] == "." and view[end + 1 : end + 2] in _WORD and (span := _first_part(view, word, at, end)):
        return span
    find = _AFTER.get(view[at - 1 : at])
    if find and (span := find(view, word, at, end)):
        return span
    if word[:4] in _BASE64_STARTS and _is_base64(word):
        return at, _tail_end(view, end), "api-key"
    if _is_marked(word):
        return at, end, "api-key"
    return _glued(view, word, at, end) if "-" in word or "_" in word else None


def _is_marked(word: str) -> bool:
    """Whether the issuer's mark is in the middle or at the end."""
    is_mailchimp = word[-5:-2] == "-us" and len(word) == _MAILCHIMP_CHARS and is_random(word)
    return is_mailchimp or _OPENAI in word or (_AZURE in word and len(word) > _MIN_AZURE_CHARS)


def _glued(view: str, word: str, at: int, end: int) -> Span | None:
    """A secret after other word characters: `x_sk-…`, `tokensk-…`."""
    if _INTENT in word and is_random(word.rpartition(_INTENT)[2]):
        return at, end, "secret"
    parts = word.replace("_", "-")
    start = parts.find("-") + 1
    while 0 < start <= len(word) - SHORTEST:
        part = word[start : start + 2]
        rest = word[start : start + _MAX_READ_CHARS]
        kind = kind_of(rest) if part in STARTS else ""
        if kind:
            return at + start, _tail_end(view, end), kind
        if word.startswith(_GLUED, start - 3) and _is_glued(rest):
            return at + start - 3, _tail_end(view, end), "api-key"
        start = parts.find("-", start) + 1
    return None


def _is_glued(rest: str) -> bool:
    has_long_start = "-" not in rest[:_MIN_GLUED_CHARS] and len(rest) >= _MIN_GLUED_CHARS
    return (has_long_start or rest.startswith(_GLUED_PARTS)) and is_random(rest)


def _first_part(view: str, word: str, at: int, end: int) -> Span | None:
    """JSON Web Tokens, and other secrets of several parts."""
    parts = view[end + 1 : end + _MAX_PARTS_CHARS].split(".", 2)
    if word.startswith("eyJ") or _is_pair(word, parts) or _is_triple(word, parts):
        return at, _run_end(view, end, _DOTTED), "token"
    return None


def _after_dot(view: str, word: str, at: int, end: int) -> Span | None:
    head = view[max(at - _MAX_LABEL_CHARS, 0) : at - 1]
    label = head[len(head.rstrip(ascii_letters + digits)) :]
    shortest, kind = AFTER_DOT.get("st" if head.endswith(label) and _DOPPLER in head else label, (0, ""))
    if not kind or len(word) < shortest or not (is_mixed(word) if len(label) > 1 else is_random(word)):
        return None
    return _start_of(view, at) if label == _TERRAFORM else at, _run_end(view, end, _DOTTED), kind


def _after_slash(view: str, word: str, at: int, end: int) -> Span | None:
    if word[0] == "0" and view[max(at - 12, 0) : at].replace(FILL, "").endswith("1//") and is_random(word):
        return at, end, "token"  # Google's refresh tokens
    start = _base64_start(view, at)
    return (start, _tail_end(view, end), "token") if start >= 0 else None


def _after_tilde(view: str, word: str, at: int, end: int) -> Span | None:
    if view[at - 2 : at - 1] == "Q" and view[at - 3 : at - 2].isdecimal() and is_random(word):
        return _start_of(view, at), _run_end(view, end, _DOTTED | {"~"}), "secret"  # Azure's client secrets
    is_openshift = view.endswith("sha256~", 0, at) and len(word) >= _MIN_OPENSHIFT_CHARS
    return (at, end, "token") if is_openshift else None


def _after_colon(view: str, word: str, at: int, end: int) -> Span | None:
    is_bot = len(word) == _TELEGRAM_CHARS and word[0] == "A"
    if not is_bot and len(word) != _ASANA_CHARS:
        return None
    head = view[max(at - 24, 0) : at - 1].replace(FILL, "")
    number = head[len(head.rstrip(digits)) :]
    is_asana = not is_bot and is_random(word) and head[: len(head) - len(number)].endswith("/")
    return (at, end, "token") if len(number) > _MIN_ID_DIGITS and (is_bot or is_asana) else None


def _after_bar(view: str, word: str, at: int, end: int) -> Span | None:
    """Facebook's applications: their id and a secret. Qdrant: two random parts."""
    has_id = view[max(at - 11, 0) : at - 1].isdecimal() or len(word) >= _MIN_QDRANT_CHARS
    return (at, end, "token") if len(word) >= _SHORTEST_HASH and has_id and is_random(word) else None


def _after_dollar(view: str, word: str, at: int, end: int) -> Span | None:
    """Hashes of passwords, as `crypt` writes them, and PayPal's tokens."""
    head = view[max(at - _MAX_HEAD_CHARS, 0) : at].replace(FILL, "")
    if any(map(head.__contains__, _CRYPT)) or _PAYPAL in head:
        return (at, _run_end(view, end, _DOTTED | {"/"}), "secret") if is_random(word) else None
    return None


_AFTER: dict[str, Callable[[str, str, int, int], Span | None]] = {
    ".": _after_dot,
    "/": _after_slash,
    "+": _after_slash,
    "~": _after_tilde,
    ":": _after_colon,
    "|": _after_bar,
    "$": _after_dollar,
}


def _is_pair(word: str, parts: list[str]) -> bool:
    """Airtable: `pat…` and 64 hexadecimal digits."""
    return word.startswith("pat") and len(word) == 17 and len(parts[0]) >= 60 and is_random(parts[0][:64])


def _is_triple(word: str, parts: list[str]) -> bool:
    """Discord's bots: an id, a time and a hash, of 24 to 28, 6 or 7 and 27 or more characters. Harness: `pat.…`."""
    return (
        len(parts) > 1
        and 23 < len(word) < 29
        and 5 < len(parts[0]) < 8
        and len(parts[1]) >= _SHORTEST_HASH
        and is_random(word)
        and is_random(parts[1][:_SHORTEST_HASH])
    )


def _is_base64(word: str) -> bool:
    raw = word[:_MAX_ENCODED_CHARS].rstrip("-_")
    try:
        plain = a2b_base64(raw[: len(raw) // 4 * 4]).decode("ascii")
    except (Base64Error, ValueError):
        return False
    return bool(kind_of(plain.strip()))


def _start_of(view: str, at: int) -> int:
    """Where the parts before `at` begin."""
    start = at
    while start > 0 and at - start < _MAX_PARTS_BEFORE and (view[start - 1] in _WORD or view[start - 1] in ".~"):
        start -= 1
    return start


def _tail_end(view: str, end: int) -> int:
    """The end of a secret whose first part ends at `end`: further parts follow a sign directly."""
    while end < len(view):
        stop = _run_end(view, end, _MORE) or end
        if view[stop : stop + 1] == "." and view[stop + 1 : stop + 2] in _WORD:
            stop += 1
        after = _run_end(view, stop, _WORD)
        if after == end or (after == stop and view[end] not in "="):
            return _run_end(view, end, frozenset("="))
        end = after
    return end


def _run_end(text: str, at: int, allowed: frozenset[str]) -> int:
    while at < len(text) and text[at] in allowed:
        at += 1
    return at
