"""The one sanitiser of attribute values: redacted, storable, bounded, and strict JSON."""

from __future__ import annotations

import json
from random import Random
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.sanitize import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_INTEGER,
    MAX_VALUE_BYTES,
    Alteration,
    JsonValue,
    Sanitizer,
    sanitize_name,
)
from failcat_catalog.text import CUT_MARK
from failcat_catalog.types import AttributeValue

KEY = "sk-" + "".join(Random(1).choices(ascii_letters, k=40))
ANY_TEXT = st.text(st.characters() | st.sampled_from("\0\ud800"), max_size=20)


def sanitized(value: AttributeValue, key: str = "k") -> tuple[JsonValue, set[Alteration]]:
    sanitizer = Sanitizer()
    return sanitizer.value(value, key), sanitizer.changes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\0", "a\ufffd"),
        ("a\ud800", "a\ufffd"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (MAX_INTEGER + 1, "9223372036854775808"),
        (-(2**70), "-1180591620717411303424"),
        (1 << 3_000_000, "about 2**3000000"),
        ({"a\0": [1.5, {"b": b""}]}, {"a\ufffd": [1.5, {"b": ""}]}),
        ((1, float("inf")), [1, "inf"]),
    ],
    ids=lambda value: repr(value)[:30] if not isinstance(value, int) else "int",
)
def test_a_value_that_json_cannot_hold_becomes_text(value: AttributeValue, expected: object) -> None:
    assert sanitized(value) == (expected, {Alteration.CHANGED})


@pytest.mark.parametrize("value", [None, True, 0, -1, MAX_INTEGER, 1.5, "x", ["a", {"b": None}], {}, []])
def test_a_value_that_json_holds_stays(value: AttributeValue) -> None:
    assert sanitized(value) == (value, set())


def test_bytes_become_hexadecimal_text() -> None:
    assert sanitized(b"\x00\xff") == ("00ff", set())


def test_nested_values_lose_their_secrets_and_keep_everything_else() -> None:
    value: AttributeValue = {
        "http.request.header.authorization": ["opaque"],
        "password": "x",
        "body": [{"note": f"use {KEY}"}, 3, None, True],
        "gen_ai.usage.input_tokens": 12,
        "api_key": b"opaque",
        "credentials": {"user": "me", "more": ["x"]},
        KEY: 1,
    }
    assert sanitized(value)[0] == {
        "http.request.header.authorization": ["[redacted:token]"],
        "password": "[redacted:password]",
        "body": [{"note": "use [redacted:api-key]"}, 3, None, True],
        "gen_ai.usage.input_tokens": 12,
        "api_key": "[redacted:api-key]",
        "credentials": {"user": "[redacted:secret]", "more": ["[redacted:secret]"]},
        "[redacted:api-key]": 1,
    }


def test_depth_is_bounded() -> None:
    value: AttributeValue = KEY
    for _ in range(10_000):
        value = [value]
    assert sanitized(value) == (json.loads("[" * MAX_DEPTH + "null" + "]" * MAX_DEPTH), {Alteration.TRUNCATED})


def test_counts_and_lengths_are_bounded() -> None:
    assert sanitized(list(range(MAX_ELEMENTS + 5))) == (list(range(MAX_ELEMENTS)), {Alteration.TRUNCATED})
    mapping, changes = sanitized({str(number): number for number in range(MAX_ELEMENTS + 5)})
    assert (isinstance(mapping, dict) and len(mapping), changes) == (MAX_ELEMENTS, {Alteration.TRUNCATED})
    text, changes = sanitized("é" * 1_000_000)
    assert (len(str(text).encode()) <= MAX_VALUE_BYTES, changes) == (True, {Alteration.TRUNCATED})
    assert len(sanitize_name("é" * 1_000)[0].encode()) <= 256


def test_contents_are_omitted_by_their_key() -> None:
    value: AttributeValue = {"prompt": "private", "more": [{"prompt": "private", "model": "m"}], "output": 3}
    assert Sanitizer(keep_contents=False).value(value, "k") == {"more": [{"model": "m"}], "output": 3}


ATOMS: st.SearchStrategy[AttributeValue] = (
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.binary()
)
VALUES: st.SearchStrategy[AttributeValue] = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4), max_leaves=12
)


@given(VALUES)
def test_every_value_becomes_strict_json_and_stays_as_it_is_then(value: AttributeValue) -> None:
    clean, _ = sanitized(value)
    assert "\\u0000" not in json.dumps(clean, allow_nan=False).replace("\\\\", "")
    json.dumps(clean, ensure_ascii=False).encode()
    assert sanitized(clean) == (clean, set()) or "\ufffd" in str(clean)


def test_the_characters_that_are_read_of_one_item_are_bounded() -> None:
    sanitizer = Sanitizer()
    first = [sanitizer.value("x" * 16_384, "k") for _ in range(4)]
    short = sanitizer.value("y" * 16_384, "k")
    assert (len({len(str(text)) for text in first}), len(str(short)), sanitizer.is_spent) == (1, 128, False)
    while not sanitizer.is_spent:
        sanitizer.value("y" * 16_384, "k")
    assert (sanitizer.value("z", "k"), sanitizer.value(["z"], "k")) == (CUT_MARK, [])
