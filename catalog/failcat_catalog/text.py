"""Makes text and values fit to store: no NUL, no lone surrogate, no NaN, and bounded.

PostgreSQL's text and jsonb refuse NUL and surrogates, JSON has no NaN, and a failure may carry megabytes. The order is
always storable, then redact, then cut: the other way round half a key would stay. `cleaned` does all three.
"""

from __future__ import annotations

from failcat_catalog.redaction import redact

MAX_MESSAGE_BYTES = 8 * 1024
MAX_STACKTRACE_BYTES = 32 * 1024
MAX_CONTEXT_BYTES = 64 * 1024  # as JSON
MAX_NAME_BYTES = 256  # codes, run, skill, tenant

REPLACEMENT = "\ufffd"
CUT_MARK = "…[cut]"
_MIDDLE_MARK = "\n…[{} bytes cut]…\n"
_READ_FACTOR = 16
"""How much of a text is looked at before it is cut, as a multiple of its limit: bounds the work on hostile texts."""


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates as U+FFFD; the same object when it is storable as it is."""
    if text.isascii():
        return text.replace("\0", REPLACEMENT) if "\0" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", REPLACEMENT) if "\0" in text else text


def clip(text: str, max_bytes: int) -> str:
    """At most `max_bytes` of UTF-8, with CUT_MARK at the end when something was cut; the same object when not."""
    if len(text) * 4 <= max_bytes or len(raw := text.encode()) <= max_bytes:
        return text
    room = max_bytes - len(CUT_MARK.encode())
    return raw[: max(room, 0)].decode("utf-8", "ignore") + CUT_MARK


def clip_middle(text: str, max_bytes: int) -> str:
    """As clip, but head and tail stay: of a stack trace, where it began and what was raised."""
    if len(text) * 4 <= max_bytes or len(raw := text.encode()) <= max_bytes:
        return text
    mark = _MIDDLE_MARK.format(len(raw))
    room = max_bytes - len(mark.encode())
    head, tail = raw[: room // 3], raw[len(raw) - (room - room // 3) :]
    cut = _MIDDLE_MARK.format(len(raw) - len(head) - len(tail))
    return head.decode("utf-8", "ignore") + cut + tail.decode("utf-8", "ignore")


def cleaned(text: str, max_bytes: int) -> str:
    """storable, redacted and clipped; the same object when nothing had to be done."""
    return clip(redact(storable(text[: max_bytes * _READ_FACTOR])), max_bytes)


def cleaned_middle(text: str, max_bytes: int) -> str:
    """As `cleaned`, with head and tail kept."""
    return clip_middle(redact(storable(text)), max_bytes)
