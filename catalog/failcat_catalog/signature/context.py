"""Masks by context: the digits and neighbours of a token decide. Codes stay; units, dates and names (`names`) are
masked.

A number is kept because of the word before it or because it opens the message, never because of its size alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from failcat_catalog.signature import names, words
from failcat_catalog.signature.tokens import EDGES, MASK, UNDECIDED, has_digit, is_call, key_of, mask_pieces, split

_SUCCESS = frozenset([*range(200, 209), 226, *range(300, 309)])
"""HTTP statuses of success (RFC 9110 §15.3, §15.4)."""

_MAX_CACHED = 1_024  # of each kind: a token of hostile text has up to 2,000 characters
_MAX_CODE_DIGITS = 5
_KEYS_OF_NAMES = ("type", "errortype", "error_type", "__type", "reason", "exception")
_QUOTED_VERBS = frozenset(f'"{verb}' for verb in words.HTTP_VERBS)


def resolve(tokens: list[str], shapes: list[str], masked: list[str]) -> list[str]:
    """`masked` with each UNDECIDED token resolved by the original tokens and their neighbours."""
    for index, text in enumerate(masked):
        if UNDECIDED in text:
            masked[index] = _mask_in_place(tokens, index) if "0" in shapes[index] else text[:-1]
            for rule in _rules_for(shapes[index]):
                rule(tokens, masked, index)
    return masked


@lru_cache(maxsize=_MAX_CACHED)
def _rules_for(shape: str) -> tuple[_Rule, ...]:
    core = shape.strip(EDGES).lower()
    if shape.endswith("()"):
        return (names.mask_call,)
    return _RULES.get("http" if core.startswith("http/") else core, ())


def _mask_in_place(tokens: list[str], index: int) -> str:
    token = tokens[index]
    kept, statuses = _codes_in(token)
    if statuses:
        kept = kept.union(at for at, piece in statuses if _is_status(tokens, index, piece))
    return _mask_but(token, kept)


@lru_cache(maxsize=_MAX_CACHED)
def _codes_in(token: str) -> tuple[frozenset[int], tuple[tuple[int, str], ...]]:
    """The pieces that stay in any context, and the pieces that stay if they are HTTP statuses."""
    pieces = split(token)
    named = frozenset(at for at in range(0, len(pieces), 2) if _is_named(pieces, at))
    return named, tuple((at, pieces[at]) for at in range(0, len(pieces), 2) if _may_be_status(pieces[at]))


@lru_cache(maxsize=_MAX_CACHED)
def _mask_but(token: str, kept: frozenset[int]) -> str:
    return mask_pieces(split(token), kept)


def _is_named(pieces: list[str], at: int) -> bool:
    piece = pieces[at]
    if not piece or not has_digit(piece):
        return False
    key = key_of(pieces, at)
    if key in words.CODE_KEYS:
        return _is_keyed_code(piece, key)
    if piece.startswith(words.VENDOR_PREFIXES) or piece.lower() in words.NAMES_WITH_DIGITS:
        return True
    return _is_json_rpc(piece) or is_call(pieces, at)


def _is_keyed_code(piece: str, key: str) -> bool:
    """Whether the value of `key` is a code: a short integer, an HRESULT, a SQLSTATE."""
    if key in _KEYS_OF_NAMES:
        return False
    number = piece.removeprefix("-")
    if number.isdecimal():
        return _is_keyed_number(number, key)
    if number[:3].lower() in ("0x8", "0xc"):
        return len(number) == 10
    return len(piece) == 5 and piece.isalnum() and piece == piece.upper()


def _is_keyed_number(number: str, key: str) -> bool:
    if len(number) != 3:
        return len(number) <= _MAX_CODE_DIGITS and key != "returned"
    if key == "returned":
        return number[0] in "45"
    return key.startswith(("errno", "exit")) or int(number) not in _SUCCESS


def _is_json_rpc(piece: str) -> bool:
    """Whether this is in the range that JSON-RPC 2.0 §5.1 reserves."""
    return len(piece) == 6 and piece.startswith("-32") and piece[1:].isdecimal() and int(piece) <= -32000


def _may_be_status(piece: str) -> bool:
    return len(piece) == 3 and piece.isdecimal() and 400 <= int(piece) < 600


def _is_status(tokens: list[str], index: int, piece: str) -> bool:
    """Whether a bare 400..599 opens the message, precedes its reason phrase, or follows a request line (5xx only)."""
    if index == 0 or (index > 1 and tokens[index - 2] in _QUOTED_VERBS and piece[0] == "5"):
        return True
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    name = after.strip(EDGES)
    return after.startswith("{") or name in words.REASON_STARTS or (len(name) > 3 and name.isupper())


def _keep_code(tokens: list[str], masked: list[str], index: int) -> None:
    """Keeps the number after a code word, also after a lone sign: `status = 404`."""
    after = index + 1
    if after < len(tokens) and not tokens[after].strip(EDGES):
        after += 1
    if after >= len(tokens):
        return
    code, kept = _code_after(tokens[index], tokens[after])
    if code and not _is_served(tokens, index, code):
        masked[after] = kept


@lru_cache(maxsize=_MAX_CACHED)
def _code_after(word: str, token: str) -> tuple[str, str]:
    """The code at the start of a token after a code word, and the token with only this code kept; empty without one."""
    if not has_digit(token):
        return "", ""
    pieces = split(token)
    first = next(at for at in range(0, len(pieces), 2) if pieces[at])
    code = pieces[first].rstrip(".")
    if not _is_keyed_code(code, word.strip(EDGES).lower()):
        return "", ""
    pieces[first] = code
    return code, mask_pieces(pieces, frozenset([first]))


def _is_served(tokens: list[str], index: int, status: str) -> bool:
    """Whether this is a 4xx after a quoted request line: in an access log it is the client's failure."""
    return len(status) == 3 and status[0] == "4" and not _QUOTED_VERBS.isdisjoint(tokens[max(index - 6, 0) : index])


def _mask_unit(tokens: list[str], masked: list[str], index: int) -> None:
    if index and masked[index - 1].endswith(MASK):
        masked[index] = MASK + tokens[index].lstrip(EDGES).lstrip(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        )


def _mask_date(tokens: list[str], masked: list[str], index: int) -> None:
    if index + 1 < len(tokens) and has_digit(tokens[index + 1]):
        masked[index] = MASK
        if index and tokens[index - 1].strip(EDGES).lower() in words.DATES:
            masked[index - 1] = MASK


def _fold_plural(tokens: list[str], masked: list[str], index: int) -> None:
    """Folds the plural of a counted noun after its number, with at most two words between: `2 required positional
    arguments`."""
    core = tokens[index].strip(EDGES)
    if core.islower() and _is_counted(tokens[max(index - 3, 0) : index]):
        masked[index] = tokens[index].replace(core, core.removesuffix("s") + "(s)")


def _is_counted(before: list[str]) -> bool:
    for token in reversed(before):
        if not token.isalpha():
            return has_digit(token) and token[-1].isalnum()
    return False


_Rule = Callable[[list[str], list[str], int], None]
_RULE_SETS: tuple[tuple[frozenset[str], _Rule], ...] = (
    (words.CODE_WORDS, _keep_code),
    (words.UNITS, _mask_unit),
    (words.DATES, _mask_date),
    (words.COUNTED, _fold_plural),
    *names.RULE_SETS,
)
_RULES = {
    word: tuple(rule for members, rule in _RULE_SETS if word in members)
    for word in frozenset().union(*(members for members, _ in _RULE_SETS))
}
