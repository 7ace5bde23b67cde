"""Makes text storable: no NUL, no lone surrogate, and bounded.

PostgreSQL's text and jsonb reject NUL and surrogates, and a failure may carry megabytes. The order is
always storable, redact, cut: a cut before redaction could leave half of a key. `cleaned` does all three.
"""

from __future__ import annotations

from failcat_catalog.contents import without_contents
from failcat_catalog.redaction import redact

MAX_MESSAGE_BYTES = 8 * 1024
MAX_STACKTRACE_BYTES = 32 * 1024
MAX_CONTEXT_BYTES = 64 * 1024  # as JSON
MAX_NAME_BYTES = 256  # codes, run, skill, tenant

REPLACEMENT = "\ufffd"
CUT_MARK = "…[cut]"
_MAX_CUT_WORD_CHARS = 512  # longer words at a cut are left out in part
_READ_FACTOR = 4
"""The part of a text that is read before it is cut, as a multiple of its limit: bounds the work on hostile texts."""


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


def was_replaced(sent: str, stored: str) -> bool:
    """Whether `storable` replaced a character of `sent`."""
    return REPLACEMENT in stored and storable(sent) is not sent


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


def head_of(text: str, chars: int) -> str:
    """At most the first `chars` characters, without the word at the cut: half a key is not known as one any more."""
    if len(text) <= chars:
        return text
    since = max(chars - _MAX_CUT_WORD_CHARS, chars // 2)
    return text[: max(text.rfind(blank, since, chars) for blank in " \n") + 1 or since]


def tail_of(text: str, chars: int) -> str:
    """At most the last `chars` characters, without the word at the cut."""
    if len(text) <= chars:
        return text
    start = len(text) - chars
    until = min(start + _MAX_CUT_WORD_CHARS, len(text))
    blanks = [at for blank in " \n" if (at := text.find(blank, start, until)) >= 0]
    return text[min(blanks, default=until) :]


def cleaned(text: str, max_bytes: int, *, keep_contents: bool = True) -> str:
    """`text` storable, redacted and clipped; the same object when nothing changes."""
    readable = storable(head_of(text, max_bytes * _READ_FACTOR))
    return clip(redact(readable if keep_contents else without_contents(readable)), max_bytes)


def cleaned_middle(text: str, max_bytes: int, *, keep_contents: bool = True) -> str:
    """As `cleaned`, with head and tail kept."""
    window = max_bytes * _READ_FACTOR
    if len(text) > 2 * window:
        text = head_of(text, window) + tail_of(text, window)
    readable = storable(text)
    return clip_middle(redact(readable if keep_contents else without_contents(readable)), max_bytes)
