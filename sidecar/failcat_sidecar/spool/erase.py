"""Erases records from the files of a spool, in place: each batch keeps its length, its position and its place in the
queue. Only for batches that no sidecar is about to read."""

from __future__ import annotations

import os
from collections.abc import Callable

from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import BATCH_HEADER_BYTES, BatchCodec, decode_batch_header
from failcat_sidecar.spool.recovery import Inventory, open_segment
from failcat_sidecar.spool.segment import SegmentFile
from failcat_sidecar.spool.types import StoredBatch

Replace = Callable[[StoredBatch], bytes | None]
"""Answers another payload of the same length; None when the batch stays as it is."""


def erase(inventory: Inventory, file: SegmentFile, replace: Replace) -> None:
    """Replaces payloads of the segment's intact batches. Returns when the old bytes are overwritten on the disk. Raises
    OSError."""
    disk = Disk()
    with open_segment(inventory, file, disk) as reader:
        codec = reader.codec
        descriptor = os.open(file.path, os.O_RDWR | os.O_CLOEXEC)
        try:
            for batch in reader.batches(file.path.stat().st_size):
                payload = replace(batch)
                if payload is not None:
                    _overwrite(disk, descriptor, codec, batch, payload)
            disk.sync(descriptor)
        finally:
            os.close(descriptor)


def _overwrite(disk: Disk, descriptor: int, codec: BatchCodec, batch: StoredBatch, payload: bytes) -> None:
    """In one write. Raises ValueError for a payload of another length."""
    if len(payload) != len(batch.payload):
        raise ValueError("a payload of another length")
    start = batch.position.offset - BATCH_HEADER_BYTES - len(payload)
    header = decode_batch_header(disk.read(descriptor, BATCH_HEADER_BYTES, start))
    framed = codec.header(payload, header.records, header.ordinal, start, header.appended_at_us) + payload
    disk.write(descriptor, [framed], start)
