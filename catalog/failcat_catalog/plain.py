"""The plain form of a text: what it says, without what a terminal or a keyboard makes of it. The matcher and the
signature read this form; what is stored stays as it came. Every step is one scan.

Sources: ECMA-48 (control sequences), the Unicode character database (scripts, compatibility forms).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from unicodedata import is_normalized, normalize

ESCAPE = "\x1b"
_WRITTEN_ESCAPES = ("\\x1b", "\\x1B", "\\u001b", "\\u001B", "\\033", "\\e", "\u241b")
"""Forms that the escape character takes in logs and in JSON."""
_RESETS = ("[0m", "[m", "[39m", "[22m", "[K")
"""A coloured text holds one of them, also after something has removed the escape characters."""
_PARAMETERS = frozenset("0123456789;:?<=>! \"#$%&'*+,-./")
_MAX_SEQUENCE_CHARS = 64
_MAX_STYLE_CHARS = 16

_INVISIBLE = dict.fromkeys([0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)])
"""Soft hyphens, zero-width characters, direction marks."""
_SIGNS = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
        "\u300c": '"', "\u300d": '"', "\u300e": '"', "\u300f": '"', "\u300a": '"', "\u300b": '"',
        "\u3008": '"', "\u3009": '"', "\u3010": "[", "\u3011": "]", "\u3014": "[", "\u3015": "]",
        "\u3001": ", ", "\u3002": ". ", "\u30fb": " ",
    }
)  # fmt: skip
_QUOTES = frozenset("'\"`")

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul Jamo
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x31FF),  # Hiragana, Katakana, Bopomofo, compatibility Jamo
    (0x3400, 0x9FFF),  # Han
    (0xAC00, 0xD7FF),  # Hangul, whose particles stick to names
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts whose words no blank separates from a number or from a word of another script."""


def plain(text: str) -> str:
    """`text` without terminal sequences, and with compatibility forms, signs and blanks as ASCII has them; the same
    object for most texts."""
    if "[" in text or ESCAPE in text:
        text = _without_sequences(text)
    if text.isascii():
        return text
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    text = text.translate(_INVISIBLE).translate(_SIGNS)
    return _segmented(text) if any(map(_is_unspaced, text)) else text


def _without_sequences(text: str) -> str:
    if "\\" in text or not text.isascii():
        for written in _WRITTEN_ESCAPES:
            text = text.replace(f"{written}[", f"{ESCAPE}[")
    if ESCAPE in text:
        head, *parts = text.split(ESCAPE)
        text = head + "".join(map(_behind_sequence, parts))
    if any(reset in text for reset in _RESETS):
        head, *parts = text.split("[")
        text = head + "".join(map(_behind_bracket, parts))
    return text


def _behind_sequence(part: str) -> str:
    """What follows the sequence whose escape character stood before `part`."""
    if part[:1] == "[":
        end = 1
        while end < min(len(part), _MAX_SEQUENCE_CHARS) and part[end] in _PARAMETERS:
            end += 1
        return part[end + 1 :]
    if part[:1] == "]":  # a title or a link, up to a bell or to the next escape
        return part.partition("\a")[2]
    return part[2:] if part[:1] in ("(", ")") else part[1:]


def _behind_bracket(part: str) -> str:
    """What follows a style such as `[31m` or `[K`; the bracket and `part` when this is none, as in `rate(x[5m])`."""
    if part[:1] == "K":
        return part[1:]
    style, end, _ = part[:_MAX_STYLE_CHARS].partition("m")
    size = len(style)
    is_style = end and (not style or style.replace(";", "").isdecimal()) and part[size + 1 : size + 2] != "]"
    return part[size + 1 :] if is_style else f"[{part}"


def _segmented(text: str) -> str:
    """Blanks between runs of unspaced scripts and other words, and outside of quotations beside them."""
    out: list[str] = []
    is_open = dict.fromkeys(_QUOTES, False)
    for before, char in pairwise(f" {text}"):
        if char in _QUOTES:
            is_open[char] = not is_open[char]
            gap = is_open[char] and _is_unspaced(before)
        elif before in _QUOTES:
            gap = not is_open[before] and _is_unspaced(char)
        else:
            gap = _is_unspaced(before) != _is_unspaced(char) and before.isalnum() and char.isalnum()
        out.append(" " + char if gap else char)
    return "".join(out)


@lru_cache(maxsize=4096)
def _is_unspaced(char: str) -> bool:
    code = ord(char)
    return code >= _UNSPACED[0][0] and any(first <= code <= last for first, last in _UNSPACED)
