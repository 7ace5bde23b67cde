"""Makes text and values storable: no NUL, no lone surrogate, no NaN, and bounded.

PostgreSQL's text and jsonb reject NUL and surrogates, JSON has no NaN, and a failure may carry megabytes. The order is
always storable, redact, cut: a cut before redaction could leave half of a key. `cleaned` does all three.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from failcat_catalog.redaction import redact
from failcat_catalog.types import AttributeValue

MAX_MESSAGE_BYTES = 8 * 1024
MAX_STACKTRACE_BYTES = 32 * 1024
MAX_CONTEXT_BYTES = 64 * 1024  # as JSON
MAX_NAME_BYTES = 256  # codes, run, skill, tenant

MAX_DEPTH = 16
MAX_ITEMS = 1_000  # of one list or mapping
MAX_SAFE_INTEGER = 2**53 - 1  # every JSON reader keeps these exactly (RFC 8259 §6)

REPLACEMENT = "\ufffd"
CUT_MARK = "…[cut]"
_READ_FACTOR = 4
"""The part of a text that is read before it is cut, as a multiple of its limit: bounds the work on hostile texts."""

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates as U+FFFD; the same object when nothing changes."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", REPLACEMENT) if "\0" in text else text


def printable(text: str) -> str:
    """`text` on one line, with everything that would steer a terminal or turn the writing around as an escape: for
    output, labels and titles. What is stored of a failure stays as it came."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def clip(text: str, max_bytes: int) -> str:
    """At most `max_bytes` of UTF-8, ending with CUT_MARK when something was cut; the same object when not."""
    if len(text) * 4 <= max_bytes or len(raw := text.encode()) <= max_bytes:
        return text
    room = max_bytes - len(CUT_MARK.encode())
    return raw[: max(room, 0)].decode("utf-8", "ignore") + CUT_MARK


def clip_middle(text: str, max_bytes: int) -> str:
    """As `clip`, but keeps head and tail. A stack trace keeps its start and, twice as long, the raised exception."""
    if len(text) * 4 <= max_bytes or len(raw := text.encode()) <= max_bytes:
        return text
    room = max(max_bytes - len(_middle_mark(len(raw)).encode()), 0)
    head, tail = raw[: room // 3], raw[len(raw) - (room - room // 3) :]
    cut = _middle_mark(len(raw) - len(head) - len(tail))
    return head.decode("utf-8", "ignore") + cut + tail.decode("utf-8", "ignore")


def _middle_mark(cut_bytes: int) -> str:
    return f"\n…[{cut_bytes} bytes cut]…\n"


def cleaned(text: str, max_bytes: int) -> str:
    """`text` storable, redacted and clipped; the same object when nothing changes."""
    return clip(redact(storable(text[: max_bytes * _READ_FACTOR])), max_bytes)


def cleaned_middle(text: str, max_bytes: int) -> str:
    """As `cleaned`, with head and tail kept."""
    window = max_bytes * _READ_FACTOR
    if len(text) > 2 * window:
        text = text[:window] + text[-window:]
    return clip_middle(redact(storable(text)), max_bytes)


def storable_value(value: AttributeValue, depth: int = 0) -> tuple[JsonValue, bool]:
    """`value` as JSON that PostgreSQL stores, and whether that changed it.

    NaN, infinities and integers beyond 2^53 become text, bytes hexadecimal text; values deeper than MAX_DEPTH or
    longer than MAX_ITEMS are cut with CUT_MARK. Texts are not clipped here: the context as a whole has a limit."""
    if isinstance(value, str):
        text = storable(value)
        return text, text is not value
    if value is None or isinstance(value, bool):
        return value, False
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, bytes):
        return value.hex(), True
    return _container(value, depth) if depth < MAX_DEPTH else (CUT_MARK, True)


def _container(value: Mapping[str, AttributeValue] | Sequence[AttributeValue], depth: int) -> tuple[JsonValue, bool]:
    return _mapping(value, depth) if isinstance(value, Mapping) else _sequence(value, depth)


def _number(value: float) -> tuple[JsonValue, bool]:
    if isinstance(value, int):
        return (value, False) if abs(value) <= MAX_SAFE_INTEGER else (_integer_text(value), True)
    return (value, False) if math.isfinite(value) else (str(value), True)


def _integer_text(value: int) -> str:
    """Hexadecimal where decimal would take quadratic time, which Python refuses above 4,300 digits."""
    return str(value) if value.bit_length() <= 10_000 else clip(hex(value), MAX_NAME_BYTES)


def _mapping(value: Mapping[str, AttributeValue], depth: int) -> tuple[JsonValue, bool]:
    clean: dict[str, JsonValue] = {}
    changed = False
    for key, item in value.items():
        if len(clean) >= MAX_ITEMS:
            return {**clean, CUT_MARK: len(value) - MAX_ITEMS}, True
        name = storable(key)
        clean[name], item_changed = storable_value(item, depth + 1)
        changed = changed or item_changed or name is not key
    return clean, changed


def _sequence(value: Sequence[AttributeValue], depth: int) -> tuple[JsonValue, bool]:
    pairs = [storable_value(item, depth + 1) for item in value[:MAX_ITEMS]]
    clean: list[JsonValue] = [item for item, _ in pairs]
    cut = len(value) > MAX_ITEMS
    return [*clean, CUT_MARK] if cut else clean, cut or any(changed for _, changed in pairs)
