"""Bounded decompression: nothing is lost, nothing is made beyond the limit, and damage is seen."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.errors import InvalidPayload, PayloadTooLarge
from failcat_sidecar.receive.compression import MAX_MEMBERS, decompress

LIMIT_BYTES = 100_000


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(body)


COMPRESS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd}
codings = st.sampled_from(sorted(COMPRESS))
bodies = st.binary(max_size=500) | st.builds(
    lambda unit, count: unit * count, st.binary(max_size=9), st.integers(0, 9000)
)


@given(coding=codings, parts=st.lists(bodies, min_size=1, max_size=5))
def test_plain_body_comes_back_whole(coding: str, parts: list[bytes]) -> None:
    made_bytes: list[int] = []
    packed = b"".join(COMPRESS[coding](part) for part in parts)
    assert decompress(packed, coding, 500_000, made_bytes.append) == b"".join(parts)
    assert sum(made_bytes) == sum(map(len, parts))


@given(coding=codings, body=st.binary(min_size=1, max_size=2_000), data=st.data())
def test_body_cut_anywhere_is_refused(coding: str, body: bytes, data: st.DataObject) -> None:
    packed = COMPRESS[coding](body)
    end = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(InvalidPayload):
        decompress(packed[:end], coding, LIMIT_BYTES, lambda _: None)


@given(coding=codings, garbage=st.binary(max_size=300))
def test_garbage_is_refused_and_never_crashes(coding: str, garbage: bytes) -> None:
    try:
        decompress(garbage, coding, LIMIT_BYTES, lambda _: None)
    except (InvalidPayload, PayloadTooLarge):
        return
    assert garbage  # what was taken really was compressed


@pytest.mark.parametrize("coding", COMPRESS)
@pytest.mark.parametrize("over_bytes", [0, 1])
def test_limit_is_exact(coding: str, over_bytes: int) -> None:
    packed = COMPRESS[coding](bytes(LIMIT_BYTES + over_bytes))
    if over_bytes:
        with pytest.raises(PayloadTooLarge):
            decompress(packed, coding, LIMIT_BYTES, lambda _: None)
    else:
        assert decompress(packed, coding, LIMIT_BYTES, lambda _: None) == bytes(LIMIT_BYTES)


@pytest.mark.parametrize("coding", COMPRESS)
def test_number_of_members_is_bounded(coding: str) -> None:
    member = COMPRESS[coding](b"")
    assert decompress(member * MAX_MEMBERS, coding, LIMIT_BYTES, lambda _: None) == b""
    with pytest.raises(InvalidPayload, match="members"):
        decompress(member * (MAX_MEMBERS + 1), coding, LIMIT_BYTES, lambda _: None)


def test_zstd_frame_that_wants_a_huge_window_is_refused() -> None:
    packed = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=25)
    ).compressobj()
    body = packed.compress(bytes(1_000)) + packed.flush()
    with pytest.raises(InvalidPayload):
        decompress(body, "zstd", LIMIT_BYTES, lambda _: None)


@pytest.mark.parametrize("coding", COMPRESS)
def test_refusal_to_grow_stops_the_work(coding: str) -> None:
    def refuse(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        decompress(COMPRESS[coding](b"abc"), coding, LIMIT_BYTES, refuse)
