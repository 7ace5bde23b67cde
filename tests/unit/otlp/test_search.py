"""Searching bytes natively and portably gives the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.otlp import search
from failcat_sidecar.otlp.marks import Mark

BYTES = st.binary(max_size=64) | st.text(alphabet="ab\0", max_size=64).map(str.encode)


@given(body=BYTES, needle=st.text(alphabet="ab\0", min_size=1, max_size=3).map(str.encode))
def test_the_c_function_finds_what_python_finds(body: bytes, needle: bytes) -> None:
    assert search.count(body, needle) == body.count(needle)
    assert search.is_in(needle, body) == (needle in body)


def test_without_the_c_function_the_portable_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_MEMMEM", None)
    assert search.count(b"xaxa", b"a") == 2
    assert search.is_in(b"a", b"xaxa")
    assert not search.is_in(b"b", b"xaxa")


@pytest.mark.parametrize(("data", "count"), [(b"", 0), (b"k", 1), (b"kOK kNO k", 2), (b"kOKkFINE", 0)])
def test_harmless_continuations_do_not_count(data: bytes, count: int) -> None:
    assert Mark(b"k", (b"OK", b"FINE")).count(data) == count
