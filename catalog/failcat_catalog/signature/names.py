"""Masks names without quotes, which the grammar around them reveals.

A snake_case, dotted or slashed word looks like a name and is masked in more places than a plain word. Elsewhere it
stays, because codes have the same form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from failcat_catalog.signature import words
from failcat_catalog.signature.tokens import CLASS_ENDINGS, EDGES, MASK, has_digit

_MAX_CACHED = 1_024
_MAX_DECLARATION_WORDS = 8
_MAX_CONVERTED_WORDS = 4
_JOINTS = frozenset("_./")
_WITHOUT_JOINTS = dict.fromkeys(map(ord, "_./-"))
_NO_NAME = ("", False)


def mask_call(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks the function in `fetch() got an unexpected keyword argument`."""
    if index + 1 < len(tokens) and tokens[index + 1] in words.WORDS_AFTER_CALLS:
        masked[index] = MASK + "()"


def _mask_after_noun(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks the name after a noun: a word that looks like a name, or a plain word if the grammar implies a name."""
    after = index + 1
    if after < len(tokens) and not _is_id(tokens[after]):
        name, is_certain = _name_in(tokens[after])
        if "(" in name:
            _mask_declaration(tokens, masked, after)
        elif name and (is_certain or _asks_for_name(tokens, index)):
            masked[after] = tokens[after].replace(name, MASK)


def _mask_declaration(tokens: list[str], masked: list[str], start: int) -> None:
    """Masks a function's name with the types of its arguments: `function f(integer, text) does not exist`."""
    for end in range(start, min(start + _MAX_DECLARATION_WORDS, len(tokens))):
        if ")" in tokens[end]:
            masked[start : end + 1] = [MASK] * (end + 1 - start)
            return


def _asks_for_name(tokens: list[str], index: int) -> bool:
    noun = tokens[index]
    before = words.WORDS_BEFORE_TYPES if noun == "type" else words.WORDS_BEFORE_NOUNS
    if index and tokens[index - 1].lower() in before and noun.strip(EDGES).lower() in words.ENTITIES:
        return True
    after = tokens[index + 2] if index + 2 < len(tokens) else ""
    return after in words.WORDS_AFTER_NAMES and noun[-1:].isalnum()


def _mask_before(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks a name before its noun or verb: `get_one function`, `self.run is not callable`."""
    if index and tokens[index - 1][-1].isalnum():
        _mask_certain(tokens, masked, index - 1)


def _mask_after(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks a name after a preposition: `imported from os.path`."""
    if index + 1 < len(tokens):
        _mask_certain(tokens, masked, index + 1)


def _mask_certain(tokens: list[str], masked: list[str], index: int) -> None:
    if tokens[index].isalpha() or _is_id(tokens[index]):
        return
    name, is_certain = _name_in(tokens[index])
    if is_certain and "(" not in name:
        masked[index] = tokens[index].replace(name, MASK)


def _mask_ruled(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks the clause or container that is the subject of a rule: `argument of HAVING must be`, `List should have`."""
    if index == 1 and tokens[0] in words.CONTAINERS:
        masked[0] = MASK
    for at in range(index - 1, -1, -1):
        if masked[at] == MASK or not (tokens[at].isalpha() and tokens[at].isupper()):
            break
        masked[at] = MASK


def _mask_literal(tokens: list[str], masked: list[str], index: int) -> None:
    if index == 1 and tokens[0] in words.LITERALS:
        masked[0] = MASK


def _mask_class(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks the class in `an instance of date`."""
    if index + 2 < len(tokens) and tokens[index + 1] == "of":
        _mask_word(tokens, masked, index + 2)


def _mask_converted(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks the types of a conversion: `cannot cast type bigint to isbn`."""
    for at in range(index + 2, min(index + 2 + _MAX_CONVERTED_WORDS, len(tokens) - 1)):
        if tokens[at] == "to":
            _mask_word(tokens, masked, at + 1)
            if at == index + 2:
                _mask_word(tokens, masked, at - 1)
            return


def _mask_word(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks a word that must be a name by its position, whatever its form."""
    name = tokens[index].strip(EDGES)
    if name.replace(".", "").isidentifier() and name not in words.NO_NAMES:
        masked[index] = tokens[index].replace(name, MASK)


def _mask_owner(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks the user in `refused password for admin from 10.0.0.1`."""
    if index + 3 < len(tokens) and tokens[index + 1] == "for" and tokens[index + 3] == "from":
        masked[index + 2] = MASK


def _mask_last(tokens: list[str], masked: list[str], index: int) -> None:
    """Masks the only word after a colon: `declared and not used: total`."""
    if tokens[index].endswith(":") and index + 2 == len(tokens):
        masked[-1] = MASK


def _is_id(token: str) -> bool:
    """Whether this is an id or a number: not a name, and always new, so it must not fill the cache."""
    return has_digit(token) and "(" not in token


@lru_cache(maxsize=_MAX_CACHED)
def _name_in(token: str) -> tuple[str, bool]:
    """The possible name in a token, and whether its form alone proves it."""
    name = token.strip(EDGES)
    if "=" in token or f"/{name}" in token or name.endswith(CLASS_ENDINGS):  # a field, a path, an exception
        return _NO_NAME
    if "(" in token[1:] and not name.endswith("(s"):
        declared = token.lstrip(EDGES)
        return (declared, True) if declared.partition("(")[0].replace(".", "").isidentifier() else _NO_NAME
    if has_digit(token) or name.isupper() or not name.translate(_WITHOUT_JOINTS).isalnum():
        return _NO_NAME
    if not _JOINTS.isdisjoint(name):
        return name, name != "and/or"
    return (name, False) if name.islower() and name not in words.NO_NAMES else _NO_NAME


RULE_SETS: tuple[tuple[frozenset[str], Callable[[list[str], list[str], int], None]], ...] = (
    (words.NOUNS, _mask_after_noun),
    (words.NOUNS | words.VERBS, _mask_before),
    (words.VERBS, _mask_literal),
    (words.MODALS, _mask_ruled),
    (words.PREPOSITIONS, _mask_after),
    (words.CLASSES, _mask_class),
    (words.CONVERSIONS, _mask_converted),
    (words.CREDENTIALS, _mask_owner),
    (words.OPEN_ENDS, _mask_last),
)
"""Words next to names, lower-case, and the function that masks such a name."""
