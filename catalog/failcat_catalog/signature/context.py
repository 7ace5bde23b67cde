"""Decides by the digits of a token and by its neighbours: codes stay; units, dates and names behind nouns go.

A number is kept because of the word before it, or because it opens the message, never for its size alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from failcat_catalog.signature import words
from failcat_catalog.signature.tokens import ASK, CLASS_ENDINGS, EDGES, MASK, has_digit, is_call, key_of, mask_pieces, split

_SUCCESS = frozenset([*range(200, 209), 226, *range(300, 309)])
"""HTTP statuses that are no failure (RFC 9110 §15.3, §15.4)."""

_MAX_REMEMBERED = 1_024  # of each kind: a token of hostile text has up to 2,000 characters
_MAX_CODE_DIGITS = 5
_MAX_DECLARATION_WORDS = 8
_KEYS_OF_NAMES = ("type", "errortype", "error_type", "__type", "reason", "exception")
_CERTAIN_JOINTS = frozenset("_./")
_WITHOUT_JOINTS = dict.fromkeys(map(ord, "_./-"))
_QUOTED_VERBS = frozenset(f'"{verb}' for verb in words.HTTP_VERBS)


def resolve(tokens: list[str], shapes: list[str], masked: list[str]) -> list[str]:
    """`masked` with each ASK answered from the real tokens and their neighbours."""
    for index, text in enumerate(masked):
        if ASK in text:
            masked[index] = _mask_in_place(tokens, index) if "0" in shapes[index] else text[:-1]
            for rule in _rules_for(shapes[index]):
                rule(tokens, masked, index)
    return masked


@lru_cache(maxsize=_MAX_REMEMBERED)
def _rules_for(shape: str) -> tuple[_Rule, ...]:
    core = shape.strip(EDGES).lower()
    if shape.endswith("()"):
        return (_mask_call,)
    return _RULES.get("http" if core.startswith("http/") else core, ())


def _mask_in_place(tokens: list[str], index: int) -> str:
    token = tokens[index]
    kept, statuses = _codes_in(token)
    if statuses:
        kept = kept.union(at for at, piece in statuses if _is_status(tokens, index, piece))
    return _mask_but(token, kept)


@lru_cache(maxsize=_MAX_REMEMBERED)
def _codes_in(token: str) -> tuple[frozenset[int], tuple[tuple[int, str], ...]]:
    """Which pieces stay whatever stands around the token, and those that stay if they are HTTP statuses."""
    pieces = split(token)
    named = frozenset(at for at in range(0, len(pieces), 2) if _is_named(pieces, at))
    return named, tuple((at, pieces[at]) for at in range(0, len(pieces), 2) if _may_be_status(pieces[at]))


@lru_cache(maxsize=_MAX_REMEMBERED)
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
    """Whether a value behind `key` is a code: a short integer, an HRESULT, a SQLSTATE."""
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
    """The range that JSON-RPC 2.0 §5.1 reserves."""
    return len(piece) == 6 and piece.startswith("-32") and piece[1:].isdecimal() and int(piece) <= -32000


def _may_be_status(piece: str) -> bool:
    return len(piece) == 3 and piece.isdecimal() and 400 <= int(piece) < 600


def _is_status(tokens: list[str], index: int, piece: str) -> bool:
    """A bare 400..599 that opens the message, stands before its reason phrase, or ends a request line with 5xx."""
    if index == 0 or (index > 1 and tokens[index - 2] in _QUOTED_VERBS and piece[0] == "5"):
        return True
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    name = after.strip(EDGES)
    return after.startswith("{") or name in words.REASON_STARTS or (len(name) > 3 and name.isupper())


def _keep_code(tokens: list[str], masked: list[str], index: int) -> None:
    """The number behind a code word, also over a lone sign: `status = 404`."""
    after = index + 1
    if after < len(tokens) and not tokens[after].strip(EDGES):
        after += 1
    if after >= len(tokens):
        return
    code, kept = _code_behind(tokens[index], tokens[after])
    if code and not _is_served(tokens, index, code):
        masked[after] = kept


@lru_cache(maxsize=_MAX_REMEMBERED)
def _code_behind(word: str, token: str) -> tuple[str, str]:
    """The code that a token behind a code word begins with, and the token with nothing else kept; empty for none."""
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
    """Behind a quoted request line, in an access log, a 4xx is the client's failure, everyday business."""
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
    """A counted noun behind its number, with at most two words between: `2 required positional arguments`."""
    core = tokens[index].strip(EDGES)
    if core.islower() and _is_counted(tokens[max(index - 3, 0) : index]):
        masked[index] = tokens[index].replace(core, core.removesuffix("s") + "(s)")


def _is_counted(before: list[str]) -> bool:
    for token in reversed(before):
        if not token.isalpha():
            return has_digit(token) and token[-1].isalnum()
    return False


def _mask_call(tokens: list[str], masked: list[str], index: int) -> None:
    """`fetch() got an unexpected keyword argument`: which function does not make another kind of failure."""
    if index + 1 < len(tokens) and tokens[index + 1] in words.WORDS_BEHIND_CALLS:
        masked[index] = MASK + "()"


def _mask_name(tokens: list[str], masked: list[str], index: int) -> None:
    """The name behind a noun: one that looks like a name, or a plain word where the grammar asks for one."""
    after = index + 1
    if after < len(tokens) and not _is_id(tokens[after]):
        name, is_certain = _name_in(tokens[after])
        if "(" in name:
            _mask_declaration(tokens, masked, after)
        elif name and (is_certain or _asks_for_name(tokens, index)):
            masked[after] = tokens[after].replace(name, MASK)


def _mask_declaration(tokens: list[str], masked: list[str], start: int) -> None:
    """A function's name with the types of its arguments: `function f(integer, text) does not exist`."""
    for end in range(start, min(start + _MAX_DECLARATION_WORDS, len(tokens))):
        if ")" in tokens[end]:
            masked[start : end + 1] = [MASK] * (end + 1 - start)
            return


def _is_id(token: str) -> bool:
    """Ids and numbers are no names, and new each time: not worth remembering."""
    return has_digit(token) and "(" not in token


@lru_cache(maxsize=_MAX_REMEMBERED)
def _name_in(token: str) -> tuple[str, bool]:
    """What may be a name in a token, and whether its form alone says so."""
    name = token.strip(EDGES)
    if "(" in token[1:] and "=" not in token and not name.endswith("(s"):
        declared = token.lstrip(EDGES)
        if declared.partition("(")[0].replace(".", "").isidentifier():
            return declared, True
    if "=" in token or f"/{name}" in token or name.endswith(CLASS_ENDINGS):  # a field, a path, an exception
        return "", False
    if has_digit(token) or name.isupper() or not name.translate(_WITHOUT_JOINTS).isalnum():
        return "", False
    if not _CERTAIN_JOINTS.isdisjoint(name) or token.endswith("()"):
        return name, name != "and/or"
    return (name, False) if name.islower() and name not in words.NO_NAMES else ("", False)


def _asks_for_name(tokens: list[str], index: int) -> bool:
    before = words.WORDS_BEFORE_TYPES if tokens[index] == "type" else words.WORDS_BEFORE_NOUNS
    if index and tokens[index - 1].lower() in before:
        return True
    after = tokens[index + 2] if index + 2 < len(tokens) else ""
    return after in words.WORDS_BEHIND_NAMES and tokens[index][-1:].isalnum()


def _mask_subject(tokens: list[str], masked: list[str], index: int) -> None:
    """A name that something is said of: `self.run is not callable`, `max_items must be positive`."""
    if index and tokens[index] in ("cannot", "must"):
        at = index - 1
        while at >= 0 and tokens[at].isalpha() and tokens[at].isupper():
            masked[at] = MASK
            at -= 1
    if index == 1 and tokens[0] in (words.CONTAINERS if tokens[1] in ("should", "must") else words.LITERALS):
        masked[0] = MASK
    if index and not _is_id(tokens[index - 1]) and tokens[index - 1][-1].isalnum():
        name, is_certain = _name_in(tokens[index - 1])
        if is_certain and not name.isalpha():
            masked[index - 1] = tokens[index - 1].replace(name, MASK)


def _mask_found(tokens: list[str], masked: list[str], index: int) -> None:
    """What was found and what was expected: `expected operand, found newline`."""
    start = max(index - 8, 0)
    for at in range(start, index):
        if tokens[at].lower() in ("expected", "expecting", "expect"):
            if tokens[at + 1].endswith((",", ";")) and tokens[at + 1][:-1].isalpha():
                masked[at + 1] = MASK + tokens[at + 1][-1]
            after = index + 1
            if after < len(tokens) and tokens[after].strip(EDGES).isalpha():
                masked[after] = tokens[after].replace(tokens[after].strip(EDGES), MASK)
            return


def _mask_conversion(tokens: list[str], masked: list[str], index: int) -> None:
    """What is converted to what: `cannot cast type bigint to isbn`."""
    for at in range(index + 1, min(index + 5, len(tokens) - 1)):
        if tokens[at] == "to":
            for name in (at - 1, at + 1):
                core = tokens[name].strip(EDGES)
                if name > index and core.isalnum() and core.islower():
                    masked[name] = tokens[name].replace(core, MASK)
            return


def _mask_object(tokens: list[str], masked: list[str], index: int) -> None:
    after = index + 1
    if after < len(tokens) and not _is_id(tokens[after]):
        name, is_certain = _name_in(tokens[after])
        if is_certain and "(" not in name and not name.isalpha():
            masked[after] = tokens[after].replace(name, MASK)


def _mask_attribute(tokens: list[str], masked: list[str], index: int) -> None:
    """A name before its noun: `the definition of get_one function`."""
    if index and not _is_id(tokens[index - 1]) and tokens[index - 1][-1].isalnum():
        name, is_certain = _name_in(tokens[index - 1])
        if is_certain and not name.isalpha():
            masked[index - 1] = tokens[index - 1].replace(name, MASK)


def _mask_last(tokens: list[str], masked: list[str], index: int) -> None:
    """What is left when it is one word: `declared and not used: total`."""
    if tokens[index].endswith(":") and index + 2 == len(tokens):
        masked[-1] = MASK


def _mask_for(tokens: list[str], masked: list[str], index: int) -> None:
    """Whose attempt came from where: `refused password for admin from 10.0.0.1`."""
    if tokens[index + 2 : index + 3] == ["from"] and index + 3 < len(tokens) and has_digit(tokens[index + 3]):
        masked[index + 1] = MASK


def _mask_class(tokens: list[str], masked: list[str], index: int) -> None:
    """`an instance of date`."""
    if index + 2 < len(tokens) and tokens[index + 1] == "of":
        name = tokens[index + 2].strip(EDGES)
        if name.replace(".", "").isidentifier() and name not in words.NO_NAMES:
            masked[index + 2] = tokens[index + 2].replace(name, MASK)


_Rule = Callable[[list[str], list[str], int], None]
_RULE_SETS: tuple[tuple[frozenset[str], _Rule], ...] = (
    (words.CODE_WORDS, _keep_code),
    (words.UNITS, _mask_unit),
    (words.DATES, _mask_date),
    (words.COUNTED | {f"{noun}s" for noun in words.COUNTED}, _fold_plural),
    (words.ENTITIES, _mask_name),
    (words.VERBS_OF_NAMES, _mask_subject),
    (words.FOUND, _mask_found),
    (words.CONVERSIONS, _mask_conversion),
    (words.PREPOSITIONS, _mask_object),
    (words.KINDS, _mask_class),
    (frozenset(["for"]), _mask_for),
    (words.ENTITIES, _mask_attribute),
    (words.LEFT, _mask_last),
)
_RULES = {
    word: tuple(rule for members, rule in _RULE_SETS if word in members)
    for word in frozenset().union(*(members for members, _ in _RULE_SETS))
}
