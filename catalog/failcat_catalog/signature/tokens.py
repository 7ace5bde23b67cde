"""Masks one whitespace-delimited token: variable parts become MASK.

The input is a *shape*: the token with every ASCII digit as 0, so that one cache entry serves most numbers. When digits
or neighbours decide (a status, an errno, a unit), the result ends with UNDECIDED and `context` resolves it.
"""

from __future__ import annotations

from functools import lru_cache

from failcat_catalog.signature import words

MASK = "<*>"
UNDECIDED = "\0"
"""Cannot occur in a text, which was made storable."""

DELIMITERS = "=:,;()[]{}<>|\"'`#&!?"
_BRACKETS = "()[]{}<>\"'`"
_TYPE_STARTS = ("[]", "*[]", "map[")  # as Go prints the types of slices and maps
_STOPS = ",;:.!"
_BRACKETS_AND_STOPS = _BRACKETS + _STOPS.replace(".", "")
EDGES = DELIMITERS + ".-+/\\%$~^*"
_DELIMITERS = frozenset(DELIMITERS)
_SPLIT = {ord(char): f"\n{char}\n" for char in DELIMITERS}
_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_WITHOUT_ADDRESS_SIGNS = dict.fromkeys(map(ord, ":.[]"))
_MIN_HEX_CHARS = 8  # no English word of eight letters has only a to f
CLASS_ENDINGS = ("Error", "Exception", "Warning", "Fault", "Failure")
_PAIRS = tuple(MASK + sign + MASK for sign in (*".,:;-+/|=#&", ""))
_BRACKETED = tuple(MASK + opening + MASK + closing for opening, closing in ("()", "[]", "{}"))
_LESS_THAN = "<" + MASK  # `<1` is a number, too


@lru_cache(maxsize=8192)
def mask_shape(shape: str) -> str:
    """The masked token; ends with UNDECIDED when its digits or its neighbours decide."""
    if shape.isalpha():
        return shape + UNDECIDED if shape.lower() in words.CONTEXT_WORDS else _mask_piece(shape)
    if _DELIMITERS.isdisjoint(shape):  # mostly ids, which are never in the cache
        pieces, masked = [shape], _collapse(_mask_piece(shape))
    else:
        pieces = split(shape)
        masked = mask_pieces(pieces)
    return masked + UNDECIDED if _needs_context(shape, pieces) else masked


def split(token: str) -> list[str]:
    """Pieces and delimiters in turn: `code=404,` gives ['code', '=', '404', ',', '']."""
    return token.translate(_SPLIT).split("\n")


def mask_pieces(pieces: list[str], kept: frozenset[int] = frozenset()) -> str:
    """The joined pieces, masked except for those at the indexes in `kept`."""
    token = "".join(pieces)
    core = _one_value(token)
    if core:
        return token.replace(core, MASK)
    masked = pieces.copy()
    for index in range(0, len(pieces), 2):
        if pieces[index] and index not in kept:
            masked[index] = _mask_at(pieces, index)
    return _collapse("".join(masked))


def has_digit(text: str) -> bool:
    """Whether `text` has an ASCII digit; digits of other scripts were converted before."""
    return not _DIGITS.isdisjoint(text)


def _is_plain(label: str) -> bool:
    return not has_digit(label) or label.lower() in words.NAMES_WITH_DIGITS or label.lower() in _SHAPES_OF_NAMES


def _one_value(token: str) -> str:
    """The part of a token whose delimiters belong to one value: links, Windows paths, IPv6 and MAC addresses, times."""
    core = token.strip(_BRACKETS_AND_STOPS).rstrip(".")
    path, query, _ = core.partition("?")
    if "://" in core or core[1:3] == ":\\" or (query and "/" in path):
        return core
    if ":" in core and (_is_server(core) or "::" in token or core.count(":") > 1):
        return core if _is_server(core) else _address(token)
    if token[0] == "(" and core.count(".") and core.replace(".", "").isidentifier():
        return "" if core.endswith(CLASS_ENDINGS) else core
    kind = token.strip("(),;:.{}")
    return kind if kind.startswith(_TYPE_STARTS) and len(kind) > 3 else ""


def _is_server(core: str) -> bool:
    """Whether this is a host without dots, with its port: `db-main:5432`."""
    host, _, port = core.partition(":")
    return port.isdecimal() and 1 < len(port) < 6 and ("-" in host or host == "localhost") and "=" not in host


def _address(token: str) -> str:
    address = token.strip(_BRACKETS).rstrip(_STOPS)
    if address.count(":") > 1 and has_digit(address) and _HEX.issuperset(address.translate(_WITHOUT_ADDRESS_SIGNS)):
        return f"[{address}" if "]:" in address else address
    return ""


def _mask_at(pieces: list[str], index: int) -> str:
    piece = pieces[index]
    if index and pieces[index - 1] == "=" and not _is_constant(piece):
        named = key_of(pieces, index) in words.CODE_KEYS and not has_digit(piece)
        return piece if named else MASK
    if pieces[index - 1 : index + 2 : 2] == [":", ":"] and len(piece) < 5 and _HEX.issuperset(piece):
        return MASK  # a group of an IPv6 or MAC address without a digit
    return _mask_piece(piece)


def _mask_piece(piece: str) -> str:
    """One piece without delimiters."""
    if piece.isalpha():
        is_hex = len(piece) >= _MIN_HEX_CHARS and _HEX.issuperset(piece)
        return MASK if is_hex else piece
    if piece[-1] == "." and piece != "." and piece[-2] != ".":
        return _mask_piece(piece[:-1]) + "."  # the stop of a sentence
    if not piece.isalnum() and (_is_place(piece) or _is_private(piece)):
        return MASK
    if not has_digit(piece):
        return MASK if "**" in piece.strip("*") else piece
    if "." in piece:
        return ".".join(label if _is_plain(label) else MASK for label in piece.split("."))
    named = piece.endswith(CLASS_ENDINGS) and piece.isidentifier()
    return piece if named else MASK


def _is_constant(value: str) -> bool:
    """Whether this is a flag or a member of an enumeration: `cached=false`, `action=ACTION_CANCEL`."""
    return value in ("true", "false") or (len(value) > 3 and value.isupper())


def key_of(pieces: list[str], index: int) -> str:
    """The last word of the name before a value, in lower case: `code` of `reply-code=406`."""
    if index < 2:
        return ""
    key = pieces[index - 2].lower()
    return key if key in words.CODE_KEYS else key.replace("-", "_").rpartition("_")[2]


def _is_place(piece: str) -> bool:
    if "." in piece and (_is_host(piece) or _is_application(piece)):
        return True
    return "@" in piece[1:] or _is_path(piece)


def _is_private(piece: str) -> bool:
    """Whether this is an internal name, `_cache` or `__init__`, or a pointer's type, `*url.URL`."""
    if piece[0] == "*":
        return piece[1:].replace(".", "").isidentifier()
    return piece[0] == "_" and piece.isidentifier() and piece.strip("_") != ""


def _is_path(piece: str) -> bool:
    if "\\" in piece:
        return True
    if "/" not in piece:
        return "." in piece[1:] and piece.rpartition(".")[2].lower() in words.FILE_ENDINGS
    return len(piece) > 1 and (piece[0] in "/~." or piece.count("/") > 1 or has_digit(piece) or "." in piece)


def _is_host(piece: str) -> bool:
    first, _, rest = piece.strip(".").partition(".")
    ending = rest.rpartition(".")[2]
    return ending in words.HOST_ENDINGS and first not in words.PACKAGE_STARTS and piece == piece.lower()


def _is_application(piece: str) -> bool:
    """Whether this is a reversed domain name without a class at its end."""
    first, *labels = piece.split(".")
    if len(labels) < 2 or first not in words.PACKAGE_STARTS:
        return False
    return not (labels[-1][:1].isupper() and "".join(labels[:-1]).islower())


def _collapse(token: str) -> str:
    """Joins masks that only one sign separates."""
    if token.count(MASK) > 1:
        for pair in _PAIRS:
            while pair in token:
                token = token.replace(pair, MASK)
        for pair in _BRACKETED:
            token = token.replace(pair, MASK)
    return MASK if token == _LESS_THAN else token


def _needs_context(shape: str, pieces: list[str]) -> bool:
    core = shape.strip(EDGES).lower()
    if core in words.CONTEXT_WORDS or core.startswith("http/") or shape.endswith("()"):
        return True
    return "0" in shape and any(_may_name(pieces, at) for at in range(0, len(pieces), 2) if "0" in pieces[at])


def _may_name(pieces: list[str], index: int) -> bool:
    """Whether a piece with digits may be a code or a name, by its shape and the pieces around it."""
    piece = pieces[index]
    return (
        key_of(pieces, index) in words.CODE_KEYS
        or piece in ("000", "-00000")
        or not _SHAPES_OF_NAMES.isdisjoint(piece.lower().split("."))
        or piece.startswith(words.VENDOR_PREFIXES)
        or piece.endswith(CLASS_ENDINGS)
        or is_call(pieces, index)
    )


def is_call(pieces: list[str], index: int) -> bool:
    """Whether this is a function's name with a digit inside: `jk2_init()`."""
    piece = pieces[index]
    return pieces[index + 1 : index + 4] == ["(", "", ")"] and piece.isidentifier() and not piece[-1].isdecimal()


_SHAPES_OF_NAMES = frozenset(name.translate(dict.fromkeys(map(ord, _DIGITS), "0")) for name in words.NAMES_WITH_DIGITS)
