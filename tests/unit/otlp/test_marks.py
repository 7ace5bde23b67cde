"""Marks are found all at once, and as often as Python finds each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.otlp.marks import Mark, Marks
from failcat_sidecar.otlp.search import literal

PLAIN = (b"\0ab", b"ab\xff", b"(.*)", b"b")
EXCUSED = Mark(literal(b"key"), b"=(?:ok|fine)")
MARKS = Marks(*(Mark(literal(needle)) for needle in PLAIN), EXCUSED)

DATA = st.lists(st.sampled_from((b"\0", b"ab", b"\xff", b"b", b"(.*)", b"x", b"key", b"=ok", b"=fine"))).map(b"".join)


@given(DATA)
def test_a_mark_is_in_what_has_its_needle(data: bytes) -> None:
    excused = data.count(b"key") == data.count(b"key=ok") + data.count(b"key=fine")
    assert MARKS.are_in(data) == (not excused or any(needle in data for needle in PLAIN))


@given(st.lists(st.tuples(DATA, st.booleans())))
def test_marks_outside_are_those_that_the_parts_do_not_have(pieces: list[tuple[bytes, bool]]) -> None:
    separated = [(b"|" + data, is_part) for data, is_part in pieces]
    expected = any(MARKS.are_in(data) for data, is_part in separated if not is_part)
    body = b"".join(data for data, _ in separated)
    assert MARKS.are_outside(body, (data for data, is_part in separated if is_part)) == expected


@pytest.mark.parametrize(
    ("data", "is_in"), [(b"", False), (b"key", True), (b"key=ok key=no", True), (b"key=okkey=fine", False)]
)
def test_a_harmless_continuation_excuses_one_occurrence(data: bytes, is_in: bool) -> None:
    assert Marks(EXCUSED).are_in(data) == is_in
