"""Several needles are found in one pass, as Python finds each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.otlp.search import Patterns, literal

NEEDLES = (b"\0ab", b"ab\xff", b"(.*)", b"b", b"$")
NEEDLES_IN = Patterns(*map(literal, NEEDLES), each=(literal(b"\0ab"), literal(b"b")))

DATA = st.lists(st.sampled_from((b"\0", b"ab", b"\xff", b"b", b"(.*)", b"x", b"$", b"\n"))).map(b"".join)


@given(DATA)
def test_each_needle_is_found_where_python_finds_it(data: bytes) -> None:
    found = NEEDLES_IN.found_in(data)
    assert {needle: found.count(literal(needle)) for needle in NEEDLES} == {
        b"\0ab": data.count(b"\0ab"),
        b"ab\xff": int(b"ab\xff" in data),
        b"(.*)": int(b"(.*)" in data),
        b"b": data.count(b"b"),
        b"$": int(b"$" in data),
    }
