"""The delay that a failing service asked for, when a span shows it.

Forms: the Retry-After header in seconds (RFC 9110 §10.2.3), `retry-after-ms` (OpenAI, Anthropic, Azure), and texts such
as "Please try again in 502ms". An HTTP date needs the response's own clock and is left to the agent.
"""

from __future__ import annotations

from failcat_catalog.retry_delay import MAX_SECONDS, parse_decimal, retry_delay_seconds
from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.model import Attributes

_HEADERS = (
    ("http.response.header.retry-after-ms", 0.001),
    ("http.response.header.retry_after_ms", 0.001),
    ("http.response.header.retry-after", 1.0),
    ("http.response.header.retry_after", 1.0),
)


def retry_after_seconds(attributes: Attributes, message: str) -> float | None:
    """None when nothing states it."""
    for key, unit in _HEADERS:
        if key in attributes and (number := _number(attributes[key])) is not None:
            return min(number * unit, MAX_SECONDS)
    seconds = retry_delay_seconds(message)
    return None if seconds is None else min(seconds, MAX_SECONDS)


def _number(value: AttributeValue) -> float | None:
    """Headers are arrays of texts."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, int | float):
        return float(value) if value >= 0 else None
    return parse_decimal(value) if isinstance(value, str) else None
