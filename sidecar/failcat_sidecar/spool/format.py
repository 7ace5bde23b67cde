"""The bytes of a segment. All integers are little-endian and unsigned.

A segment is a 64-byte header, then batches without gaps, then preallocated space:

    header   magic 8 · version 2 · zero 6 · spool id 16 · sequence 8 · created at 8 (µs) · previous batches 8 ·
             zero 4 · crc 4
    batch    marker 8 · crc 4 · length 4 · records 4 · ordinal 4 · offset 8 · appended at 8 (µs) · payload

The header's CRC-32 covers its first 60 bytes; magic, version and CRC keep their places in every later version.
`previous batches` is how many batches of the segment before were durable, so that a segment cut short is noticed.

A batch's marker is the first half of the spool id, which is random, so that text from a failure cannot look like a
batch. Its CRC-32 covers the spool id, the segment's sequence, everything behind the CRC and the payload: bytes of
another spool, segment or place are never taken for data.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple
from zlib import crc32

FORMAT_VERSION = 1
HEADER_BYTES = 64
BATCH_HEADER_BYTES = 40

_SEGMENT_MAGIC = b"FAILSEGM"
_HEADER = Struct("<8sH6x16sQQQ4x")
_CRC = Struct("<I")
_BATCH = Struct("<8sIIIIQQ")
_BATCH_FIELDS = Struct("<IIIQQ")  # what follows the CRC
_COVERED = 12  # bytes of marker and CRC


class NewerFormat(Exception):
    """The file was written by a newer Failcat."""


class SegmentHeader(NamedTuple):
    """The start of a segment."""

    spool_id: bytes  # 16 random bytes
    sequence: int
    created_at_us: int
    previous_batches: int

    def encode(self) -> bytes:
        return with_crc(_HEADER.pack(_SEGMENT_MAGIC, FORMAT_VERSION, *self))

    @classmethod
    def decode(cls, raw: bytes) -> SegmentHeader | None:
        """None for anything but an intact header. Raises NewerFormat."""
        fields = checked_fields(_HEADER, _SEGMENT_MAGIC, raw)
        return None if fields is None else cls(*fields)


class BatchHeader(NamedTuple):
    """The start of a batch; only to be believed when its CRC is right."""

    marker: bytes
    crc: int
    length: int  # bytes of payload
    records: int
    ordinal: int  # 0 for the segment's first batch
    offset: int  # of the batch in its segment
    appended_at_us: int


class BatchCodec:
    """Frames and recognises the batches of one segment."""

    def __init__(self, spool_id: bytes, sequence: int) -> None:
        self.marker = spool_id[:8]
        self._seed = crc32(spool_id + sequence.to_bytes(8, "little"))

    def header(self, payload: bytes, records: int, ordinal: int, offset: int, appended_at_us: int) -> bytes:
        fields = _BATCH_FIELDS.pack(len(payload), records, ordinal, offset, appended_at_us)
        return self.marker + _CRC.pack(self._crc(fields, payload)) + fields

    def intact(self, raw: bytes, header: BatchHeader, payload: bytes) -> bool:
        """`raw` is the header's own bytes."""
        return header.length == len(payload) and header.crc == self._crc(raw[_COVERED:], payload)

    def _crc(self, fields: bytes, payload: bytes) -> int:
        return crc32(payload, crc32(fields, self._seed))


def decode_batch_header(raw: bytes) -> BatchHeader:
    return BatchHeader(*_BATCH.unpack(raw))


def with_crc(raw: bytes) -> bytes:
    return raw + _CRC.pack(crc32(raw))


def checked_fields(layout: Struct, magic: bytes, raw: bytes) -> tuple[bytes, int, int, int] | None:
    """The fields behind magic and version, if the CRC that ends `raw` is right. Raises NewerFormat."""
    if len(raw) != layout.size + _CRC.size or with_crc(raw[: layout.size]) != raw or not raw.startswith(magic):
        return None
    _, version, *fields = layout.unpack(raw[: layout.size])
    if version > FORMAT_VERSION:
        raise NewerFormat(version)
    return fields[0], fields[1], fields[2], fields[3]
