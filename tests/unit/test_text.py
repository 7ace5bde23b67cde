"""Text and values fit to store: what PostgreSQL and JSON refuse is gone, and sizes are bounded."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.text import (
    CUT_MARK,
    MAX_DEPTH,
    MAX_ITEMS,
    cleaned,
    cleaned_middle,
    clip,
    clip_middle,
    storable,
    storable_value,
)
from failcat_catalog.types import AttributeValue

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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\0", "a\ufffd"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (2**53, "9007199254740992"),
        (-(2**70), "-1180591620717411303424"),
        (b"\x00\xff", "00ff"),
        ({"a\0": [1.5, {"b": b""}]}, {"a\ufffd": [1.5, {"b": ""}]}),
        ((1, float("inf")), [1, "inf"]),
    ],
)
def test_values_that_json_cannot_hold_become_text(value: AttributeValue, expected: object) -> None:
    assert storable_value(value) == (expected, True)


@pytest.mark.parametrize("value", [None, True, 0, -1, 2**53 - 1, 1.5, "x", ["a", {"b": None}], {}, []])
def test_values_that_json_holds_stay(value: AttributeValue) -> None:
    assert storable_value(value) == (value, False)


def test_an_integer_of_a_million_digits_is_bounded() -> None:
    text, changed = storable_value(1 << 3_000_000)
    assert changed
    assert isinstance(text, str)
    assert len(text) <= 4_000


def test_depth_is_bounded() -> None:
    value: AttributeValue = 1
    for _ in range(10_000):
        value = [value]
    assert storable_value(value) == (json.loads("[" * MAX_DEPTH + f'"{CUT_MARK}"' + "]" * MAX_DEPTH), True)


def test_counts_are_bounded() -> None:
    assert storable_value(list(range(MAX_ITEMS + 5))) == ([*range(MAX_ITEMS), CUT_MARK], True)
    mapping, changed = storable_value({str(number): number for number in range(MAX_ITEMS + 5)})
    assert changed
    assert isinstance(mapping, dict)
    assert len(mapping) == MAX_ITEMS + 1
    assert mapping[CUT_MARK] == 5


ATOMS: st.SearchStrategy[AttributeValue] = (
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.binary()
)
VALUES: st.SearchStrategy[AttributeValue] = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4), max_leaves=12
)


@given(VALUES)
def test_every_value_becomes_strict_json(value: AttributeValue) -> None:
    clean, changed = storable_value(value)
    assert "\\u0000" not in json.dumps(clean, allow_nan=False).replace("\\\\", "")
    json.dumps(clean, ensure_ascii=False).encode()
    assert changed or clean == value
