"""Bounded decompression of request bodies.

The libraries of HTTP and gRPC decompress before they check the size, and half a megabyte of gzip can contain 512 MiB.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol

import zstandard

from failcat_sidecar.errors import InvalidPayload, PayloadTooLarge, UnsupportedContent
from failcat_sidecar.receive.budget import Lease
from failcat_sidecar.receive.limits import too_large

# A body may be several gzip members or zstd frames in a row; without a bound, empty ones cost time and yield nothing.
MAX_MEMBERS = 1_000

# The largest window that a zstd decoder must support (RFC 8878 §3.1.1.1.2); a frame that asks for more is refused.
ZSTD_WINDOW_BYTES = 8 << 20

# Bodies of usual size are decompressed on the loop: by a thread, 85 KB of gzip took a tenth to a third longer.
# Larger bodies are decompressed by the thread, so that they do not block the loop.
MAX_INLINE_BYTES = 131_072
MAX_INLINE_PLAIN_BYTES = 2 << 20  # about 5 ms

_FAULTS: Final = (zlib.error, zstandard.ZstdError)


class _Decoder(Protocol):
    """Decodes one member; the interface of zlib's decompression objects."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _ZstdDecoder:
    """Decodes a zstd frame. It cannot stop at a length, so its input must come in small slices."""

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
    """The decoder of one content coding."""

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


def coding_of_message(message: bytes) -> str:
    """The coding of a gRPC message, which the library does not disclose. No OTLP message starts with these bytes: they
    would be a tag of a wire type that does not exist, and field 15."""
    if message.startswith(b"\x1f\x8b"):
        return "gzip"
    if message.startswith(b"x") and int.from_bytes(message[:2]) % 31 == 0:  # RFC 1950 §2.2
        return "deflate"
    return ""


class Inflater:
    """Decompresses bodies, on the event loop or in its own thread."""

    def __init__(self) -> None:
        # One thread: a second one would take the other core from the pipeline. It starts now, while threads are
        # available.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="failcat-inflate")
        self._thread.submit(int)

    async def plain(self, body: bytes, coding: str, max_bytes: int, lease: Lease) -> bytes:
        """The plain body; the lease is resized to it. Raises PayloadTooLarge, InvalidPayload or Busy."""
        plain = _decompress_inline(body, coding, max_bytes, lease)
        if plain is None:
            plain = await asyncio.get_running_loop().run_in_executor(
                self._thread, decompress, body, coding, max_bytes, lease.grow
            )
        lease.resize(len(plain))
        return plain

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def _decompress_inline(body: bytes, coding: str, max_bytes: int, lease: Lease) -> bytes | None:
    """The plain body, or None if it is too large for the event loop. Raises InvalidPayload or Busy."""
    if len(body) > MAX_INLINE_BYTES:
        return None
    try:
        return decompress(body, coding, min(MAX_INLINE_PLAIN_BYTES, max_bytes), lease.grow)
    except PayloadTooLarge:
        lease.resize(len(body))
        return None


def decompress(body: bytes, coding: str, max_bytes: int, grow: Callable[[int], None]) -> bytes:
    """The plain body. `grow` is called with the size of every piece of output before it is stored, and may raise.

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
