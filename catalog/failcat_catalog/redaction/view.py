"""A view of a text in which encoded delimiters read as what they stand for: `%3D`, `&quot;`, `\\"`, `\\u0022`, `\\n`.

The view is as long as its text, so that indexes are valid in both: FILL takes the place of each further character. The
number of FILL before a delimiter tells how deeply it was encoded: a value ends at a delimiter of its own depth.
"""

from __future__ import annotations

from collections.abc import Iterable

FILL = "\x01"

_SIGNS = "\"'=:&<>,;@+$/\\{}[]() \n\r\t"
_MARKUP = {
    "&quot;": '"', "&#34;": '"', "&#x22;": '"', "&apos;": "'", "&#39;": "'", "&#x27;": "'", "&#61;": "=", "&#x3D;": "=",
    "&lt;": "<", "&gt;": ">", "&#58;": ":", "&#x3A;": ":", "&nbsp;": " ",
}  # fmt: skip
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_DROPPED = dict.fromkeys(map(ord, _ZERO_WIDTH))


def _padded(encoded: str, sign: str) -> tuple[str, str]:
    return encoded, FILL * (len(encoded) - len(sign)) + sign


def _hexadecimal(start: str, signs: Iterable[str]) -> Iterable[tuple[str, str]]:
    for sign in signs:
        code = f"{ord(sign):02x}"
        yield from {_padded(start + case, sign) for case in (code, code.upper())}


_URL = [_padded("%25", "%")] * 2 + [_padded(scheme, "://") for scheme in ("%3A%2F%2F", "%3a%2f%2f")]
_BY_START = {
    start: tuple(_hexadecimal(start[:-1], [sign for sign in _SIGNS if f"{ord(sign):02x}"[0] == start[-1]]))
    for start in (f"{escape}{digit}" for escape in ("%", "\\x", "\\u00") for digit in "023457")
}
_BACKSLASHES = (_padded(":\\/\\/", "://"), _padded("\\n", "\n"), _padded("\\r", "\r"), _padded("\\t", "\t"))


def viewed(text: str) -> str:
    """The view; the same object when nothing is encoded."""
    view = text
    if "&" in view:
        view = _replaced(view, _HTML)
    if "%" in view:
        view = _replaced(view, _URL)
        view = _by_start(view, "%")
    if "\\" in view:
        view = _by_start(view, "\\")
        view = _replaced(view, _BACKSLASHES).replace("\\", FILL)
    return view


def bytes_of(view: str) -> bytes:
    """One byte a character, so that indexes stay valid; `?` for characters that are not ASCII."""
    return view.encode("ascii", "replace")


def lowered(raw: bytes) -> str:
    """The view in lower case; only ASCII letters have one, so that indexes stay valid."""
    return raw.lower().decode("ascii")


def without_zero_width(text: str) -> str:
    """`text` without characters that cannot be seen; the same object when there are none."""
    return text.translate(_DROPPED) if any(map(text.__contains__, _ZERO_WIDTH)) else text


def _replaced(view: str, pairs: Iterable[tuple[str, str]]) -> str:
    for encoded, sign in pairs:
        view = view.replace(encoded, sign)
    return view


def _by_start(view: str, escape: str) -> str:
    for start, pairs in _BY_START.items():
        if start[0] == escape and start in view:
            view = _replaced(view, pairs)
    return view


_HTML = [
    *(_padded(f"&amp;{encoded[1:]}", sign) for encoded, sign in _MARKUP.items()),
    ("&amp;", "&" + FILL * 4),  # separates the parameters of a URL whose `=` are not encoded
    *(_padded(encoded, sign) for encoded, sign in _MARKUP.items()),
]
