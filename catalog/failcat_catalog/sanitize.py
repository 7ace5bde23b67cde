"""The sanitiser of attributes: values that agents send and rows hold are redacted, storable and bounded.

The order is always storable, redact, cut: a cut before redaction could leave half of a key. The work on the attributes
of one item is bounded by depth, elements and characters: the search for secrets costs up to 0.5 µs a character of a
hostile text, and an item may hold megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from failcat_catalog.contents import URL_NAMES, is_content, without_contents_in_json, without_contents_in_query
from failcat_catalog.redaction import is_secret_name, mark_of_number, redact, redact_named
from failcat_catalog.text import CUT_MARK, MAX_NAME_BYTES, cleaned, head_of, was_replaced
from failcat_catalog.types import AttributeValue

MAX_ATTRIBUTES = 128  # of one item
MAX_VALUE_BYTES = 4_096  # of one text
MAX_ELEMENTS = 128  # of one list or mapping
MAX_DEPTH = 8  # of nested lists and mappings
MAX_INTEGER = 2**63 - 1  # of OTLP and PostgreSQL

_MAX_INTEGER_BITS = 8 * 1_024  # Python takes quadratic time for longer decimals
_MAX_VALUE_CHARS = 4 * MAX_VALUE_BYTES  # `cleaned` reads as many of one text
_MAX_NAME_CHARS = 4 * MAX_NAME_BYTES  # and of one name
_MAX_TEXT_CHARS = 64 << 10  # read in full of all attributes of an item: as many as a row's context may hold
_SHORT_TEXT_CHARS = 256  # read of each further text, until as many characters are read again

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


class Alteration(StrEnum):
    """How a value differs from the one that was sent; redaction is visible in the value itself."""

    TRUNCATED = "truncated"
    CHANGED = "changed"  # NUL, lone surrogates, NaN and infinities, which JSON or PostgreSQL cannot hold


class Sanitizer:
    """Sanitises the attributes of one item, without contents of conversations unless they are to be kept."""

    def __init__(self, *, keep_contents: bool = True) -> None:
        self.keep_contents = keep_contents
        self.changes: set[Alteration] = set()
        self._chars_left = _MAX_TEXT_CHARS

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is read; then `changes` says so."""
        if self._chars_left > -_MAX_TEXT_CHARS:
            return False
        self.changes.add(Alteration.TRUNCATED)
        return True

    def spend(self, name: str) -> None:
        """Counts a name that is read."""
        self._chars_left -= min(len(name), _MAX_NAME_CHARS)

    def value(self, value: AttributeValue, key: str, depth: int = 0) -> JsonValue:
        """`value` of the attribute `key` as JSON. Under a secret's name every text is redacted as a whole."""
        if isinstance(value, str):
            return self._text(value, key)
        if isinstance(value, bytes):
            return self._bytes(value[:MAX_VALUE_BYTES], key)
        if isinstance(value, Mapping | Sequence):
            return self._container(value, key, depth)
        return value if value is None else self._number(value, key)

    def _container(
        self, value: Mapping[str, AttributeValue] | Sequence[AttributeValue], key: str, depth: int
    ) -> JsonValue:
        if depth == MAX_DEPTH:
            self.changes.add(Alteration.TRUNCATED)
            return None
        if len(value) > MAX_ELEMENTS:
            self.changes.add(Alteration.TRUNCATED)
        if isinstance(value, Mapping):
            secret = key if is_secret_name(key) else ""
            return {
                self._name(name): self.value(item, secret or name, depth + 1)
                for name, item in islice(value.items(), MAX_ELEMENTS)
                if not self.is_spent and not self._is_omitted(name, item)
            }
        return [self.value(item, key, depth + 1) for item in value[:MAX_ELEMENTS] if not self.is_spent]

    def _text(self, value: str, key: str) -> str:
        if self.is_spent:
            return CUT_MARK
        limit = max(self._chars_left, _SHORT_TEXT_CHARS)
        if len(value) > limit:
            self.changes.add(Alteration.TRUNCATED)
            value = head_of(value, limit)
        self._chars_left -= min(len(value), _MAX_VALUE_CHARS)
        return self._noted(sanitize_text(value, key, keep_contents=self.keep_contents))

    def _is_omitted(self, name: str, item: AttributeValue) -> bool:
        return not self.keep_contents and holds_content(name, item)

    def _name(self, name: str) -> str:
        self.spend(name)
        return self._noted(sanitize_name(name))

    def _noted(self, sanitized: tuple[str, bool]) -> str:
        text, changed = sanitized
        if changed:
            self.changes.add(Alteration.CHANGED)
        return text

    def _bytes(self, value: bytes, key: str) -> str:
        """Hexadecimal, unless the bytes are a text with a secret."""
        text = value.decode("ascii", "replace")
        return self._text(value.hex() if redact(text) is text else text, key)

    def _number(self, value: float, key: str) -> JsonValue:
        if not isinstance(value, bool) and (mark := mark_of_number(key)):
            return mark
        if abs(value) <= MAX_INTEGER if isinstance(value, int) else math.isfinite(value):
            return value
        self.changes.add(Alteration.CHANGED)
        if isinstance(value, int) and value.bit_length() > _MAX_INTEGER_BITS:
            return f"about 2**{value.bit_length() - 1}"
        return str(value)


def holds_content(name: str, value: AttributeValue) -> bool:
    """Whether this is a part of a conversation; numbers under a content's name count it."""
    return not isinstance(value, int | float) and is_content(name)


def sanitize_text(text: str, key: str, *, keep_contents: bool = True) -> tuple[str, bool]:
    """The text of the attribute `key` in at most MAX_VALUE_BYTES, and whether a character was replaced."""
    if not keep_contents:
        text = without_contents_in_query(text) if key in URL_NAMES else without_contents_in_json(text)
    clean = cleaned(text, MAX_VALUE_BYTES, keep_contents=keep_contents)
    return redact_named(clean, key), was_replaced(text, clean)


def sanitize_name(name: str) -> tuple[str, bool]:
    """A key or name in at most MAX_NAME_BYTES, and whether a character was replaced."""
    return _cached_name(name) if len(name) <= MAX_NAME_BYTES else _clean_name(name)


def _clean_name(name: str) -> tuple[str, bool]:
    clean = cleaned(name, MAX_NAME_BYTES)
    return clean, was_replaced(name, clean)


# Names repeat from failure to failure.
_cached_name = lru_cache(maxsize=4_096)(_clean_name)
