"""How long a failing service asked to be left alone, where a span shows it.

Forms: the Retry-After header in seconds (RFC 9110 §10.2.3), `retry-after-ms` (OpenAI, Anthropic, Azure), and texts such
as "Please try again in 502ms". An HTTP date needs the response's own clock and is left to the agent.
"""

from __future__ import annotations

import re2

from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.model import Attributes

MAX_SECONDS = 7 * 24 * 3600.0

_HEADERS = (
    ("http.response.header.retry-after-ms", 0.001),
    ("http.response.header.retry_after_ms", 0.001),
    ("http.response.header.retry-after", 1.0),
    ("http.response.header.retry_after", 1.0),
)
_UNITS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "seconds": 1.0, "second": 1.0, "m": 60.0, "minutes": 60.0}
_TEXT = re2.compile(r"(?i)(?:try again|retry|retry after|retrying) (?:in|after) (\d{1,9}(?:\.\d{1,9})?) ?([a-z]{1,7})")
_MAX_TEXT_CHARS = 4_096


def retry_after_seconds(attributes: Attributes, message: str) -> float | None:
    """None where nothing says so."""
    for key, seconds in _HEADERS:
        if key in attributes and (number := _number(attributes[key])) is not None:
            return min(number * seconds, MAX_SECONDS)
    return _in_text(message[:_MAX_TEXT_CHARS])


def _number(value: AttributeValue) -> float | None:
    """Headers are arrays of texts."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, int | float):
        return float(value) if value >= 0 else None
    if isinstance(value, str) and len(value) <= 20 and value.replace(".", "", 1).isdecimal():
        return float(value)
    return None


def _in_text(message: str) -> float | None:
    if "ry again in" not in message and "etry" not in message:  # most texts: spares the pattern
        return None
    found = _TEXT.search(message)
    unit = _UNITS.get(found.group(2).lower()) if found else None
    return min(float(found.group(1)) * unit, MAX_SECONDS) if found and unit else None
