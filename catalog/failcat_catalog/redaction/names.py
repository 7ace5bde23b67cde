"""The names of secrets: which kind a name stands for, and how much its value must look like a secret."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from string import ascii_lowercase
from typing import NamedTuple


class Proof(IntEnum):
    """What is asked of a value before it is taken for a secret."""

    NAME = 0  # the name is enough
    MIXED = 1  # letters with digits, or a long run
    RANDOM = 2  # characters as drawn at random


class Name(NamedTuple):
    """A name of a secret in a text."""

    end: int  # index after it
    kind: str
    proof: Proof
    is_header: bool = False  # its value may extend to the end of the line
    has_scheme: bool = False  # and may begin with an authentication scheme


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STEMS: dict[str, tuple[str, Proof]] = {
    # stem in lower case, the longer before those that start it: kind, proof
    "password": ("password", Proof.NAME),
    "passwd": ("password", Proof.NAME),
    "passwort": ("password", Proof.NAME),
    "passphrase": ("password", Proof.NAME),
    "passcode": ("password", Proof.NAME),
    "pass": ("password", Proof.MIXED),
    "pwd": ("password", Proof.NAME),
    "pw": ("password", Proof.MIXED),
    "secret": ("secret", Proof.NAME),
    "credential": ("secret", Proof.NAME),
    "creds": ("secret", Proof.NAME),
    "key": ("api-key", Proof.NAME),
    "token": ("token", Proof.NAME),
    "authorization": ("token", Proof.NAME),
    "auth": ("token", Proof.MIXED),
    "pat": ("token", Proof.MIXED),
    "cookie": ("cookie", Proof.NAME),
    "signature": ("secret", Proof.RANDOM),
    "sig": ("secret", Proof.RANDOM),
    "otp": ("secret", Proof.MIXED),
    "sessionid": ("cookie", Proof.RANDOM),  # of web servers
    "sessid": ("cookie", Proof.RANDOM),
}
_WHOLE_WORDS = ("pass", "pw", "auth", "pat", "sig", "otp", "signature", "creds", "sessionid", "sessid")
_TAILS = ("s", "_confirmation", "confirmation", "_confirm", "_again", "_value", "_hash", "_base", "_str")

_SECRET_KEYS = _words(
    "api access account private secret signing encryption subscription master shared auth service fernet license "
    "storage admin deploy ssh hmac aes webhook app application client functions session project consumer encrypt "
    "pass"
)
_HARMLESS_KEYS = _words(
    "public primary foreign partition cache idempotency sort object row routing dedup group shard hash range "
    "unique map composite candidate dictionary index missing config json registry lookup duplicate required "
    "invalid unknown unexpected extra bad no the this that each"
)
_GLUED_WORDS = (
    *("db", "user", "root", "admin", "smtp", "mail", "ftp", "sql", "pg", "store", "key", "login", "proxy"),
    *("j", "php", "asp"),  # `PHPSESSID`
)
_SECRET_TOKENS = _words(
    "access auth api refresh bearer id session csrf xsrf security bot personal private secret oauth deploy app "
    "user client github gitlab slack hf jwt service account web admin"
)
_HARMLESS_TOKENS = _words(
    "max min num n next page continuation unexpected special stop eos bos pad unk end start first last prompt "
    "completion input output total cached reasoning sync cancellation cancel watermark mask sep cls lock fencing "
    "current lookahead pagination cursor resume"
)
_GLUED_KEYS = tuple(_SECRET_KEYS)
_GLUED_TOKENS = tuple(_SECRET_TOKENS - {"id", "app", "hf"})
_GLUED_HARMLESS = tuple(_HARMLESS_TOKENS - {"n", "end", "min", "num"})
_COUNTABLE = ("token", "api-key", "cookie")
_WORD_SEPARATORS = "_-. "
_MAX_WORD_CHARS = 24


def is_count(kind: str) -> bool:
    """Whether a number after a name of this kind is an amount: `max_token=4096`."""
    return kind in _COUNTABLE


@lru_cache(maxsize=64)
def stems_of(gate: str) -> tuple[str, ...]:
    """The stems that start with this one, the longer before those that start them."""
    return tuple(stem for stem in _STEMS if stem.startswith(gate))


def name_of_stem(text: str, lower: str, at: int, stem: str) -> Name | None:
    """The name whose last word starts at `at` with `stem`."""
    end = _end_of_word(lower, at + len(stem))
    return _name(text, lower, at, end, stem) if end else None


def name_of_key(key: str) -> Name | None:
    """The name of a secret that a whole attribute or field name ends with."""
    lower = key.lower()
    if len(lower) != len(key):
        return None
    stripped = lower.rstrip(_WORD_SEPARATORS)
    for stem in _STEMS:
        at = stripped.rfind(stem)
        if at >= 0 and (name := name_of_stem(key, lower, at, stem)) and name.end >= len(stripped):
            return name
    return None


def _end_of_word(lower: str, end: int) -> int:
    """The end of the name whose stem ends at `end`; 0 if the word goes on."""
    after = lower[end : end + 1]
    if not after or not (after.isalnum() or after in "_-"):
        return end
    for tail in _TAILS:
        if lower.startswith(tail, end):
            end += len(tail)
            break
    while end < len(lower) and lower[end].isdecimal():
        end += 1
    after = lower[end : end + 1]
    return 0 if after and (after.isalnum() or after in "_-") else end


def _name(text: str, lower: str, at: int, end: int, stem: str) -> Name | None:
    kind, least = _STEMS[stem]
    word, sign = _word_before(text, lower, at)
    proof: Proof | None = least
    if stem in _WHOLE_WORDS and word and not sign and not word.endswith(_GLUED_WORDS):
        proof = None  # `compass`
    elif stem != "key" and at and text[at - 1] in "?&":
        proof = Proof.NAME  # a parameter of a URL
    elif stem == "key":
        proof = Proof.RANDOM if at and text[at - 1] in "?&" else _proof_of_key(word, sign)
    elif stem == "token":
        proof = _proof_of_token(word, sign)
    elif stem == "secret" and sign in ("", " "):
        proof = Proof.MIXED
    elif (stem == "pat" and not (sign == "_" and text[at].isupper())) or (
        stem == "signature" and text[end : end + 1] != "="
    ):
        proof = None
    is_header = sign == "-" or stem in ("authorization", "cookie")
    return None if proof is None else Name(end, kind, proof, is_header, stem == "authorization")


def _proof_of_key(word: str, sign: str) -> Proof | None:
    """`key` alone is too common a word."""
    if not word or word in _HARMLESS_KEYS:
        return None
    if sign == " ":
        return Proof.MIXED if word in _SECRET_KEYS else None
    if word in _SECRET_KEYS or (not sign and word.endswith(_GLUED_KEYS)):
        return Proof.NAME
    return Proof.RANDOM if sign else None


def _proof_of_token(word: str, sign: str) -> Proof | None:
    """A token may also be a part of a text, a position in a list, or a flag."""
    if word in _HARMLESS_TOKENS or (not sign and word.endswith(_GLUED_HARMLESS)):
        return None
    if sign != " " and (word in _SECRET_TOKENS or (not sign and word.endswith(_GLUED_TOKENS))):
        return Proof.NAME
    return Proof.MIXED


def _word_before(text: str, lower: str, at: int) -> tuple[str, str]:
    """The word before `at` in lower case, and the sign between: `client`, `_` of `client_secret`. A capital separates,
    too, and counts as `_`; a blank counts only between words."""
    before = lower[max(at - _MAX_WORD_CHARS, 0) : at]
    words = before.rstrip(_WORD_SEPARATORS)
    word = words[len(words.rstrip(ascii_lowercase)) :]
    sign = before[len(words) : len(words) + 1]
    if not sign and word and text[at].isupper() and text[at - 1].islower():
        start = at - len(word)
        humps = [index for index in range(start, at) if text[index].isupper()]
        return word[humps[-1] - start :] if humps else word, "_"
    return word, sign
