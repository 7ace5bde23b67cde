"""How long a failing service asked to be left alone, where a span shows it.

Forms: the Retry-After header in seconds (RFC 9110 §10.2.3), `retry-after-ms` (OpenAI, Anthropic, Azure), and texts such
as "Please try again in 502ms". An HTTP date needs the response's own clock and is left to the agent.
"""

from __future__ import annotations

from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.model import Attributes

MAX_SECONDS = 7 * 24 * 3600.0

_HEADERS = (
    ("http.response.header.retry-after-ms", 0.001),
    ("http.response.header.retry_after_ms", 0.001),
    ("http.response.header.retry-after", 1.0),
    ("http.response.header.retry_after", 1.0),
)
_PHRASES = ("try again in ", "retry after ", "retry in ", "retrying in ", "retry-after: ")
_UNITS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "m": 60.0, "minutes": 60.0, "": 1.0}
_DIGITS = "0123456789."
_MAX_TEXT_CHARS = 4_096
_MAX_NUMBER_CHARS = 20


def retry_after_seconds(attributes: Attributes, message: str) -> float | None:
    """None where nothing says so."""
    for key, seconds in _HEADERS:
        if key in attributes and (number := _number(attributes[key])) is not None:
            return min(number * seconds, MAX_SECONDS)
    return _in_text(message)


def _number(value: AttributeValue) -> float | None:
    """Headers are arrays of texts."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, int | float):
        return float(value) if value >= 0 else None
    return _decimal(value) if isinstance(value, str) else None


def _decimal(text: str) -> float | None:
    valid = text.isascii() and len(text) <= _MAX_NUMBER_CHARS and text.replace(".", "", 1).isdecimal()
    return float(text) if valid else None


def _in_text(message: str) -> float | None:
    if "try" not in message:  # most texts; part of every phrase
        return None
    text = message[:_MAX_TEXT_CHARS].lower()
    for phrase in _PHRASES:
        at = text.find(phrase)
        if at >= 0:
            rest = text[at + len(phrase) : at + len(phrase) + 2 * _MAX_NUMBER_CHARS].lstrip()
            return _duration(rest)
    return None


def _duration(text: str) -> float | None:
    """`502ms`, `20 seconds`, `1.5s`; seconds where no unit is named."""
    unit = text.lstrip(_DIGITS)
    number = _decimal(text[: len(text) - len(unit)].rstrip("."))
    word = unit.lstrip()
    letters = word[: len(word) - len(word.lstrip("abcdefghijklmnopqrstuvwxyz"))]
    seconds = _UNITS.get(letters)
    return None if number is None or seconds is None else min(number * seconds, MAX_SECONDS)
