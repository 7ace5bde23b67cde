"""The bytes of a segment: recognised exactly where they were written, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.spool.format import (
    BATCH_HEADER_BYTES,
    FORMAT_VERSION,
    HEADER_BYTES,
    BatchCodec,
    NewerFormat,
    SegmentHeader,
    decode_batch_header,
    with_crc,
)
from failcat_sidecar.spool.manifest import Manifest, ManifestFile

SPOOL_ID = bytes(range(16))
U64 = st.integers(0, 2**64 - 1)


@given(st.binary(min_size=16, max_size=16), U64, U64, U64)
def test_a_header_reads_back_as_it_was_written(spool_id: bytes, sequence: int, at: int, batches: int) -> None:
    header = SegmentHeader(spool_id, sequence, at, batches)
    assert len(header.encode()) == HEADER_BYTES
    assert SegmentHeader.decode(header.encode()) == header


def test_a_header_with_any_flipped_bit_is_damaged_and_not_newer() -> None:
    raw = SegmentHeader(SPOOL_ID, 7, 8, 9).encode()
    for bit in range(len(raw) * 8):
        assert SegmentHeader.decode(flip(raw, bit)) is None


def test_a_header_cut_anywhere_is_damaged() -> None:
    raw = SegmentHeader(SPOOL_ID, 7, 8, 9).encode()
    assert all(SegmentHeader.decode(raw[:length]) is None for length in range(HEADER_BYTES))


def test_a_header_of_a_newer_version_is_told_from_damage() -> None:
    raw = bytearray(SegmentHeader(SPOOL_ID, 7, 8, 9).encode()[:-4])
    raw[8] = FORMAT_VERSION + 1
    with pytest.raises(NewerFormat, match=str(FORMAT_VERSION + 1)):
        SegmentHeader.decode(with_crc(bytes(raw)))


@pytest.mark.parametrize(
    ("spool_id", "sequence", "offset"),
    [
        pytest.param(SPOOL_ID, 1, 64, id="its own place"),
        pytest.param(SPOOL_ID[:8] + bytes(8), 1, 64, id="another spool with the same marker"),
        pytest.param(SPOOL_ID, 2, 64, id="another segment"),
    ],
)
def test_a_batch_is_intact_only_in_its_own_segment(spool_id: bytes, sequence: int, offset: int) -> None:
    raw = BatchCodec(SPOOL_ID, 1).header(b"payload", 3, 0, 64, 5)
    assert len(raw) == BATCH_HEADER_BYTES
    own_place = (spool_id, sequence, offset) == (SPOOL_ID, 1, 64)
    assert BatchCodec(spool_id, sequence).intact(raw, decode_batch_header(raw), b"payload") is own_place


def test_a_manifest_is_overwritten_in_place_and_reads_back(tmp_path: Path) -> None:
    from failcat_sidecar.spool.disk import Disk

    file = ManifestFile(Disk(), tmp_path)
    for manifest in (Manifest(SPOOL_ID, 1, 2, 3), Manifest(SPOOL_ID, 4, 5, 6)):
        file.write(manifest)
        assert Manifest.read(tmp_path) == manifest
    assert (tmp_path / "manifest").stat().st_size == HEADER_BYTES


def test_a_manifest_with_any_flipped_bit_is_not_believed(tmp_path: Path) -> None:
    from failcat_sidecar.spool.disk import Disk

    ManifestFile(Disk(), tmp_path).write(Manifest(SPOOL_ID, 1, 2, 3))
    raw = (tmp_path / "manifest").read_bytes()
    for bit in range(len(raw) * 8):
        (tmp_path / "manifest").write_bytes(flip(raw, bit))
        assert Manifest.read(tmp_path) is None


def flip(raw: bytes, bit: int) -> bytes:
    flipped = bytearray(raw)
    flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)
