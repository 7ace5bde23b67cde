"""How values are read, and how many of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from tests.support.otlp import pairs, span

from failcat_catalog.text import CUT_MARK
from failcat_sidecar.otlp import values

SCALARS = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary()


@given(attributes=st.dictionaries(st.text(), SCALARS | st.lists(SCALARS, max_size=3) | st.none(), max_size=5))
def test_pairs_that_were_read_before_are_read_as_if_they_were_new(attributes: dict[str, object]) -> None:
    data = [pair.SerializeToString() for pair in span(attributes=attributes).attributes]
    expected = [(key, type(value), value) for key, value in attributes.items()]
    for _ in range(2):
        read = values.attributes_of(data)
        assert [(key, type(value), value) for key, value in read.items()] == expected


def test_only_so_many_short_pairs_are_remembered() -> None:
    for number in range(3 * values._MAX_KNOWN):
        values.attributes_of([KeyValue(key=f"{number}").SerializeToString()])
    values.attributes_of([KeyValue(key="k" * 1_000).SerializeToString()])
    assert len(values._known) <= values._MAX_KNOWN
    assert max(map(len, values._known)) <= values._MAX_KNOWN_BYTES


def test_of_countless_elements_as_many_are_read_as_tell_that_there_were_more() -> None:
    read = values.attributes_of(pair.SerializeToString() for pair in pairs({"array": list(range(10_000))}))
    assert read == {"array": list(range(values.MAX_ELEMENTS))}


def test_nested_values_are_counted_and_cut_with_a_mark() -> None:
    nested = {str(number): {"list": ["x"] * 100} for number in range(100)}
    data = [pair.SerializeToString() for pair in pairs(nested)]
    read = values.attributes_of(data)
    texts = str(read).count("'x'")
    assert texts + read_maps(read) <= values.MAX_VALUES
    assert CUT_MARK in str(read)
    assert values.attributes_of(data) == read  # the next item may have as many


def read_maps(read: object) -> int:
    return str(read).count("'list'")
