"""Bounded decompression of request bodies.

Our own, because HTTP libraries decompress first and look at the size later: half a megabyte of gzip can hold 512 MiB.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import zstandard

from failcat_sidecar.errors import InvalidPayload, UnsupportedContent
from failcat_sidecar.receive.limits import too_large

# A body may be several gzip members or zstd frames in a row; without a bound, empty ones cost time and yield nothing.
MAX_MEMBERS = 1_000

# The largest window that a zstd decoder must support (RFC 8878 §3.1.1.1.2); a frame that asks for more is refused.
ZSTD_WINDOW_BYTES = 8 << 20

_FAULTS: Final = (zlib.error, zstandard.ZstdError)


class _Decoder(Protocol):
    """One member: what zlib's decompression objects offer."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _ZstdDecoder:
    """A zstd frame. It cannot stop at a length, so its input must come in small slices."""

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).decompressobj()

    @property
    def eof(self) -> bool:
        return bool(self._frame.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._frame.unused_data)

    def decompress(self, data: bytes, _max_length: int, /) -> bytes:
        return bytes(self._frame.decompress(data))


@dataclass(frozen=True, slots=True)
class _Coding:
    """How one content coding is decoded."""

    decoder: Callable[[], _Decoder]
    slice_bytes: int  # input of one step


_CODINGS = {
    "gzip": _Coding(lambda: zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), slice_bytes=8_192),
    "deflate": _Coding(lambda: zlib.decompressobj(wbits=zlib.MAX_WBITS), slice_bytes=8_192),
    # Four bytes of zstd can stand for a block of 128 KiB, so this step yields at most 16 MiB.
    "zstd": _Coding(_ZstdDecoder, slice_bytes=512),
}


def content_coding(header: str) -> str:
    """The coding that a Content-Encoding header names, empty for none. Raises UnsupportedContent."""
    coding = header.strip().lower()
    if coding in ("", "identity"):
        return ""
    if coding not in _CODINGS:
        raise UnsupportedContent("Content-Encoding must be gzip, deflate, zstd or identity")
    return coding


def decompress(body: bytes, coding: str, max_bytes: int, grow: Callable[[int], None]) -> bytes:
    """The plain body. `grow` is told of every piece of output before it is kept and may raise to stop.

    Raises PayloadTooLarge as soon as the output passes `max_bytes`, InvalidPayload if the body is damaged or cut.
    """
    try:
        return _decompress(body, _CODINGS[coding], max_bytes, grow)
    except _FAULTS as error:
        raise InvalidPayload(f"The body is not valid {coding}") from error
    except EOFError as error:
        raise InvalidPayload(f"The {coding} body is incomplete") from error


def _decompress(body: bytes, coding: _Coding, max_bytes: int, grow: Callable[[int], None]) -> bytes:
    decoder = coding.decoder()
    members, left = 1, max_bytes
    pieces: list[bytes] = []
    for start in range(0, len(body), coding.slice_bytes):
        data = body[start : start + coding.slice_bytes]
        while data:
            if decoder.eof:
                decoder, members = coding.decoder(), members + 1
                if members > MAX_MEMBERS:
                    raise InvalidPayload(f"The body has more than {MAX_MEMBERS} compressed members")
            piece = decoder.decompress(data, left + 1)
            left -= len(piece)
            if left < 0:
                raise too_large(max_bytes)
            grow(len(piece))
            pieces.append(piece)
            data = decoder.unused_data
    if not decoder.eof:
        raise EOFError
    return b"".join(pieces)
