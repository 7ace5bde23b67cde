"""Attributes that were seen before are read as if they were new."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from tests.support.otlp import span

from failcat_sidecar.otlp import values

SCALARS = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary()


@given(attributes=st.dictionaries(st.text(), SCALARS | st.lists(SCALARS, max_size=3) | st.none(), max_size=5))
def test_pairs_that_are_bytes_are_read_like_pairs_that_are_parsed(attributes: dict[str, object]) -> None:
    pairs = span(attributes=attributes).attributes
    expected = [(key, type(value), value) for key, value in values.attributes_of(pairs).items()]
    for _ in range(2):
        read = values.raw_attributes_of([pair.SerializeToString() for pair in pairs])
        assert [(key, type(value), value) for key, value in read.items()] == expected


def test_only_so_many_short_pairs_are_remembered() -> None:
    pairs = [KeyValue(key=f"{number}").SerializeToString() for number in range(3 * values._MAX_KNOWN)]
    values.raw_attributes_of([*pairs, KeyValue(key="k" * 1_000).SerializeToString()])
    assert len(values._known) <= values._MAX_KNOWN
    assert max(map(len, values._known)) <= values._MAX_KNOWN_BYTES
