"""Lone surrogates in JSON: JavaScript writes half an emoji as \\ud83d when it cuts a text; UTF-8 cannot hold it."""

from __future__ import annotations

import re2

from failcat_sidecar.otlp.search import Needles

_ESCAPE = re2.compile(
    rb"\\(?:[uU][dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)"
)
_HALVES = Needles(rb"\ud", rb"\uD")
_SIX_BYTES = 6
_REPLACEMENT = b"\\ufffd"


def mend_surrogates(body: bytes) -> bytes:
    """The JSON body with U+FFFD for each surrogate without its other half; the same body if there is none."""
    if not _HALVES.found_in(body):
        return body
    mended: bytes = _ESCAPE.sub(_mend, body)
    return mended


def _mend(match: re2._Match[bytes]) -> bytes:
    escape = match.group(0)
    return _REPLACEMENT if len(escape) == _SIX_BYTES else escape
