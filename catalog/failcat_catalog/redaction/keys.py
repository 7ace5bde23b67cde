"""Private keys: PEM blocks (RFC 7468), whole, cut at either end or without line breaks, and PuTTY's key files."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters, digits

from failcat_catalog.redaction.marks import Span
from failcat_catalog.redaction.view import FILL

_BASE64 = frozenset(ascii_letters + digits + "+/=")
_BETWEEN = frozenset(" \t\r\n\"'+,|" + FILL)
_BEGIN, _END, _LABEL = "-----BEGIN", "-----END", "PRIVATE KEY"
_PUTTY = "Private-Lines:"
_MIN_LINE_CHARS = 24  # shorter than any line of a key but its last, longer than a word
_MAX_LABEL_CHARS = 64
_MAX_HEADER_CHARS = 256
_HEADERS = ("Proc-Type:", "DEK-Info:", "Comment:", "Version:", "Hash:")
_DER = "MII"  # how a key begins


def private_keys(view: str) -> Iterator[Span]:
    """In order. A block without its end extends over its lines, not over the text behind them."""
    marks = [mark for mark in (_BEGIN, _END, _PUTTY) if mark in view]
    nearest = {mark: view.find(mark) for mark in marks}
    done = 0
    while nearest:
        mark, at = min(nearest.items(), key=lambda item: item[1])
        span = _block(view, at) if mark == _BEGIN else _tail(view, at, done) if mark == _END else _putty(view, at)
        if span:
            yield (*span, "private-key")
        done = max(done, span[1] if span else at + len(mark))
        for mark, at in tuple(nearest.items()):
            if at < done and (following := view.find(mark, done)) >= 0:
                nearest[mark] = following
            elif at < done:
                del nearest[mark]


def _block(view: str, begin: int) -> tuple[int, int] | None:
    label_end = view.find("-----", begin + len(_BEGIN), begin + len(_BEGIN) + _MAX_LABEL_CHARS)
    if label_end < 0 or _LABEL not in view[begin:label_end]:
        return None
    body = _body_end(view, label_end + 5)
    if not body:
        return None
    footer_end = _footer_end(view, body)
    return begin, footer_end or body


def _tail(view: str, end: int, since: int) -> tuple[int, int] | None:
    """The last lines of a block whose beginning was cut off."""
    footer_end = _footer_end(view, end)
    if not footer_end or _LABEL not in view[end:footer_end]:
        return None
    start = end
    while start > since and (view[start - 1] in _BASE64 or view[start - 1] in _BETWEEN):
        start -= 1
    body = view[start:end]
    words = body.replace(FILL, " ").split()
    while words and len(words[0].strip("\"'+,|")) < _MIN_LINE_CHARS:  # prose before the key
        start = view.index(words[0], start) + len(words[0])
        words.pop(0)
    return (start, footer_end) if words else None


def _putty(view: str, putty: int) -> tuple[int, int] | None:
    start = putty + len(_PUTTY)
    while view[start : start + 1] in (" ", FILL) or view[start : start + 1].isdecimal():
        start += 1
    end = _body_end(view, start)
    return (start, end) if end else None


def _body_end(view: str, start: int) -> int:
    """The end of the lines of base64 after `start`; 0 if none follow."""
    at, end = _past_headers(view, start), 0
    while True:
        line = _past(view, at)
        at = line
        while at < len(view) and view[at] in _BASE64:
            at += 1
        is_line = at - line >= _MIN_LINE_CHARS or view.startswith(_DER, line)
        if not is_line and not (end and at > line and _is_last(view, at)):
            return end
        end = at


def _is_last(view: str, at: int) -> bool:
    return view[at - 1] == "=" or at == len(view) or view.startswith(_END, _past(view, at))


def _past_headers(view: str, at: int) -> int:
    while True:
        start = _past(view, at)
        if not view.startswith(_HEADERS, start):
            return at
        at = view.find("\n", start, start + _MAX_HEADER_CHARS) + 1 or start + 1


def _past(view: str, at: int) -> int:
    while at < len(view) and view[at] in _BETWEEN:
        at += 1
    return at


def _footer_end(view: str, at: int) -> int:
    """The end of the footer that follows `at`; 0 for none."""
    at = _past(view, at)
    if not view.startswith(_END, at):
        return 0
    end = view.find("-----", at + len(_END), at + len(_END) + _MAX_LABEL_CHARS)
    return end + 5 if end >= 0 else len(view) if len(view) - at < _MAX_LABEL_CHARS else 0
