"""Reading a segment: every cut and every flipped bit costs the batch it hits, and none ever yields wrong data."""

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import BATCH_HEADER_BYTES, HEADER_BYTES, BatchCodec, SegmentHeader
from failcat_sidecar.spool.reader import SegmentReader
from failcat_sidecar.spool.types import Damage, StoredBatch

SPOOL_ID = bytes(range(100, 116))
SEQUENCE = 3
PAYLOADS = [b"first", b"", b"x" * 20, SPOOL_ID, b"last one"]


def frame(payloads: list[bytes]) -> tuple[bytes, list[range]]:
    """A segment's bytes, and where in it each batch lies."""
    raw = SegmentHeader(SPOOL_ID, SEQUENCE, 0, 0).encode()
    codec, places = BatchCodec(SPOOL_ID, SEQUENCE), []
    for ordinal, payload in enumerate(payloads):
        start = len(raw)
        raw += codec.header(payload, ordinal, ordinal, start, 1_000_000) + payload
        places.append(range(start, len(raw)))
    return raw, places


def read_all(path: Path, disk: Disk | None = None, end: int | None = None) -> list[StoredBatch | Damage]:
    with SegmentReader(path, SPOOL_ID, SEQUENCE, disk or Disk()) as reader:
        size = path.stat().st_size if end is None else end
        return list(iter(lambda: reader.next(size), None))


def payloads(found: list[StoredBatch | Damage]) -> list[bytes]:
    return [item.payload for item in found if isinstance(item, StoredBatch)]


def damages(found: list[StoredBatch | Damage]) -> list[range]:
    return [range(item.start, item.end) for item in found if isinstance(item, Damage)]


def test_batches_read_back_in_order_with_records_time_and_position(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    raw, places = frame(PAYLOADS)
    path.write_bytes(raw)
    found = read_all(path)
    assert payloads(found) == PAYLOADS
    assert [(item.records, item.appended_at, item.position) for item in found if isinstance(item, StoredBatch)] == [
        (records, 1.0, (SEQUENCE, place.stop)) for records, place in enumerate(places)
    ]


def test_a_segment_cut_anywhere_keeps_what_is_whole_and_reports_nothing(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    raw, places = frame(PAYLOADS)
    for length in range(len(raw)):
        path.write_bytes(raw[:length])
        whole = [payload for payload, place in zip(PAYLOADS, places, strict=True) if place.stop <= length]
        found = read_all(path)
        assert payloads(found) == whole
        assert not damages(found)


def test_any_flipped_bit_costs_one_batch_and_is_found_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    raw, places = frame(PAYLOADS)
    for bit in range(HEADER_BYTES * 8, len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        hit = next(index for index, place in enumerate(places) if bit // 8 in place)
        found = read_all(path)
        assert payloads(found) == PAYLOADS[:hit] + PAYLOADS[hit + 1 :]
        assert damages(found) == ([] if hit == len(places) - 1 else [places[hit]])


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=8), st.data())
def test_overwritten_bytes_never_yield_a_batch_that_was_not_written(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "overwritten"
    raw, places = frame(contents)
    start = data.draw(st.integers(HEADER_BYTES, len(raw)))
    junk = data.draw(st.binary(max_size=100))
    path.write_bytes((raw[:start] + junk + raw[start + len(junk) :])[: len(raw)])
    touched = range(start, start + len(junk))
    untouched = [
        content
        for content, place in zip(contents, places, strict=True)
        if place.stop <= touched.start or place.start >= touched.stop
    ]
    found = payloads(read_all(path))
    if raw == path.read_bytes():
        assert found == contents
    else:
        assert [content for content in found if content in untouched] == untouched
        assert all(content in contents for content in found)


def test_bytes_of_this_very_spool_inside_a_damaged_payload_are_not_taken_for_batches(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    inner, _ = frame([b"a batch that somebody sent us back", b"and another"])
    raw, places = frame([b"before", inner, b"after"])
    damaged = bytearray(raw)
    damaged[places[1].start + 12] ^= 1  # the length of the batch that holds them
    path.write_bytes(damaged)
    assert payloads(read_all(path)) == [b"before", b"after"]


def test_stale_batches_of_another_segment_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    raw, _ = frame([b"one"])
    stale = BatchCodec(SPOOL_ID, SEQUENCE - 1).header(b"old", 1, 1, len(raw), 0) + b"old"
    path.write_bytes(raw + stale)
    assert payloads(read_all(path)) == [b"one"]


def test_preallocated_space_behind_the_batches_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    path.write_bytes(frame(PAYLOADS)[0] + bytes(600_000))
    found = read_all(path)
    assert payloads(found) == PAYLOADS
    assert not damages(found)


def test_a_batch_behind_much_damage_and_larger_than_a_chunk_is_found(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    contents = [b"a" * 700_000, b"b" * 900_000, b"c"]
    raw, places = frame(contents)
    damaged = bytearray(raw)
    damaged[places[0].start + BATCH_HEADER_BYTES] ^= 1
    path.write_bytes(damaged)
    assert payloads(read_all(path)) == contents[1:]


def test_a_batch_that_is_not_yet_synced_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    raw, places = frame(PAYLOADS)
    path.write_bytes(raw)
    assert payloads(read_all(path, end=places[2].stop)) == PAYLOADS[:3]


class BadSector(Disk):
    """One page of the file cannot be read."""

    def read(self, descriptor: int, size_bytes: int, offset: int) -> bytes:
        if offset < 12_288 and offset + size_bytes > 8192:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(descriptor, size_bytes, offset)


def test_an_unreadable_sector_costs_the_batches_on_it(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    contents = [bytes([65 + n]) * 1500 for n in range(12)]
    raw, places = frame(contents)
    path.write_bytes(raw)
    found = read_all(path, BadSector())
    on_it = [place.stop > 8192 and place.start < 12_288 for place in places]
    assert payloads(found) == [content for content, hit in zip(contents, on_it, strict=True) if not hit]
    assert len(damages(found)) == 1


class LateDisk(Disk):
    """The first look at the file misses what a sidecar is writing to it."""

    def __init__(self, early: bytes) -> None:
        self._early: bytes | None = early

    def read(self, descriptor: int, size_bytes: int, offset: int) -> bytes:
        early, self._early = self._early, None
        return super().read(descriptor, size_bytes, offset) if early is None else early[offset:][:size_bytes]


def test_a_batch_that_was_being_written_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    raw, places = frame([b"one", b"two"])
    path.write_bytes(raw)
    early = raw[: places[0].start] + bytes(len(places[0])) + raw[places[0].stop :]
    assert payloads(read_all(path, LateDisk(early))) == [b"one", b"two"]
