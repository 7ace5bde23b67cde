"""The retry delay that a text names: agents wait for it, and the sidecar stores it with the failure."""

from __future__ import annotations

MAX_SECONDS = 7 * 24 * 3600.0

_PHRASES = ("try again in ", "retry after ", "retry in ", "retrying in ", "retry-after: ", "retry_after: ")
_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
}
_MAX_TEXT_CHARS = 4_096
_MAX_DURATION_CHARS = 40
_MAX_NUMBER_CHARS = 20


def retry_delay_seconds(text: str) -> float | None:
    """0.502 for "Please try again in 502ms"; None when the text names no delay."""
    if "try" not in text and "Try" not in text and "TRY" not in text:  # in most texts; each phrase contains it
        return None
    lower = text[:_MAX_TEXT_CHARS].lower()
    for phrase in _PHRASES:
        at = lower.find(phrase)
        if at >= 0:
            return parse_duration(lower[at + len(phrase) : at + len(phrase) + _MAX_DURATION_CHARS].lstrip())
    return None


def parse_duration(text: str) -> float | None:
    """The seconds of `502ms`, `20 seconds`, `1m13.5s`; a number without a unit is seconds. The rest of the text is
    ignored."""
    total, rest = None, text
    while rest[:1].isdigit():
        tail = rest.lstrip("0123456789.")
        number = parse_decimal(rest[: len(rest) - len(tail)].rstrip("."))
        spaced = tail.lstrip(" ") if total is None else tail
        after = spaced.lstrip("abcdefghijklmnopqrstuvwxyz")
        unit = _UNITS.get(spaced[: len(spaced) - len(after)])
        if number is None or unit is None:
            return number if total is None else total
        total, rest = (total or 0.0) + number * unit, after
    return total


def parse_decimal(text: str) -> float | None:
    """The value of a number without sign and exponent; None for other texts."""
    is_decimal = text.isascii() and len(text) <= _MAX_NUMBER_CHARS and text.replace(".", "", 1).isdecimal()
    return float(text) if is_decimal else None
