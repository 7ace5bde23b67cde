"""Tells keys from words: characters that are drawn at random change their class much more often than words do."""

from __future__ import annotations

_CLASSES = bytes(
    ord("d" if chr(byte).isdigit() else "u" if chr(byte).isupper() else "l" if chr(byte).islower() else "-")
    if byte < 128
    else ord("-")
    for byte in range(256)
)
_CHANGES = (b"ld", b"dl", b"ud", b"du", b"lu")  # not `ul`: CamelCase
_CHARS_PER_CHANGE = 6  # words: 5 letters on average, and a capital or a digit only at an end
_MIN_CHANGES = 2
_LONGEST_WORD = 24
_FEWEST_SIGNS = 5


def is_random(text: str) -> bool:
    """Whether letters, capitals and digits alternate as in a key; not so in `CancellationTokenSource1` or `utf8_v2`."""
    classes = text.encode("ascii", "replace").translate(_CLASSES)
    changes = sum(map(classes.count, _CHANGES))
    return changes >= _MIN_CHANGES and changes * _CHARS_PER_CHANGE >= len(text)


def is_mixed(text: str) -> bool:
    """The weaker test, for texts after the name of a secret: whether there are letters with digits or signs."""
    classes = text.encode("ascii", "replace").translate(_CLASSES)
    has_letter = b"l" in classes or b"u" in classes
    return len(text) >= 6 and ((has_letter and b"d" in classes) or has_long_run(text) or is_random(text))


def unbroken(text: str) -> int:
    """The length of the longest run without a dash or an underscore."""
    return max(map(len, text.replace("_", "-").split("-")))


def has_long_run(text: str) -> bool:
    """Whether letters and digits follow each other without a sign for longer than a word does."""
    return len(text) >= _LONGEST_WORD and unbroken(text) >= _LONGEST_WORD and len(set(text)) > _FEWEST_SIGNS
