"""How long a text asks to be left alone: what agents wait for, and what the sidecar stores beside a failure."""

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


def seconds_in_text(text: str) -> float | None:
    """What "Please try again in 502ms" asks for; None where a text asks for nothing."""
    if "try" not in text and "Try" not in text and "TRY" not in text:  # most texts; part of every phrase
        return None
    lower = text[:_MAX_TEXT_CHARS].lower()
    for phrase in _PHRASES:
        at = lower.find(phrase)
        if at >= 0:
            return duration(lower[at + len(phrase) : at + len(phrase) + _MAX_DURATION_CHARS].lstrip())
    return None


def duration(text: str) -> float | None:
    """`502ms`, `20 seconds`, `1m13.5s`; seconds where no unit is named. What follows is not looked at."""
    total, rest = None, text
    while rest[:1].isdigit():
        tail = rest.lstrip("0123456789.")
        number = decimal(rest[: len(rest) - len(tail)].rstrip("."))
        spaced = tail.lstrip(" ") if total is None else tail
        after = spaced.lstrip("abcdefghijklmnopqrstuvwxyz")
        unit = _UNITS.get(spaced[: len(spaced) - len(after)])
        if number is None or unit is None:
            return number if total is None else total
        total, rest = (total or 0.0) + number * unit, after
    return total


def decimal(text: str) -> float | None:
    """A number without sign and exponent."""
    is_decimal = text.isascii() and len(text) <= _MAX_NUMBER_CHARS and text.replace(".", "", 1).isdecimal()
    return float(text) if is_decimal else None
