"""Text and values fit to store: what PostgreSQL and JSON refuse is gone, and sizes are bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.text import (
    CUT_MARK,
    cleaned,
    cleaned_middle,
    clip,
    clip_middle,
    storable,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
KEY = "sk-proj-aB3dE5gH7jK9mN1pQ3sT5vW7yZ9"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\0b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("é\udfff\0", "é\ufffd\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),  # two halves of one character, as broken JSON readers give them
    ],
)
def test_what_cannot_be_stored_is_replaced(text: str, expected: str) -> None:
    assert storable(text) == expected


@pytest.mark.parametrize("text", ["", "plain", "é", "\U0001f600", "line\nbreak\ttab\x1b[31m", "\ufffd"])
def test_storable_text_comes_back_as_the_same_object(text: str) -> None:
    assert storable(text) is text


@given(ANY_TEXT)
def test_every_text_becomes_storable(text: str) -> None:
    clean = storable(text)
    assert "\0" not in clean
    assert clean.encode().decode() == clean
    assert storable(clean) is clean


@given(st.text(), st.integers(16, 64))
def test_clipped_text_fits_and_says_so(text: str, max_bytes: int) -> None:
    clipped = clip(text, max_bytes)
    assert len(clipped.encode()) <= max_bytes
    assert clipped is text or (clipped.endswith(CUT_MARK) and text.startswith(clipped.removesuffix(CUT_MARK)))


@given(st.text(), st.integers(48, 96))
def test_a_middle_clip_fits_and_keeps_head_and_tail(text: str, max_bytes: int) -> None:
    clipped = clip_middle(text, max_bytes)
    assert len(clipped.encode()) <= max_bytes
    if clipped is not text:
        head, _, rest = clipped.partition("\n…[")
        assert text.startswith(head)
        assert text.endswith(rest.partition(" bytes cut]…\n")[2])


def test_the_mark_tells_how_much_is_gone() -> None:
    clipped = clip_middle("x" * 1000, 100)
    assert f"\n…[{1000 - clipped.count('x')} bytes cut]…\n" in clipped


@pytest.mark.parametrize("clean", [cleaned, cleaned_middle])
@pytest.mark.parametrize("position", range(0, 120, 7))
def test_no_cut_leaves_half_a_key(clean: object, position: int) -> None:
    assert callable(clean)
    text = "x" * position + " " + KEY + " " + "y" * (120 - position)
    assert "sk-" not in clean(text, 64)


def test_cleaning_a_clean_text_gives_the_same_object() -> None:
    text = "Connection refused"
    assert cleaned(text, 64) is text
    assert cleaned_middle(text, 64) is text


def test_a_huge_text_is_cleaned_by_its_window() -> None:
    assert len(cleaned("é" * 50_000_000, 8192).encode()) <= 8192
    assert cleaned_middle("a" * 50_000_000 + "end", 8192).endswith("end")
