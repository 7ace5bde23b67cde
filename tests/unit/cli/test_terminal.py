"""Hostile text on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, é ☃ 表", "plain text, é ☃ 表"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("one\ntwo\r\tthree", "one\\ntwo\\r\\tthree"),
        ("\u202egnp.exe", "\\u202egnp.exe"),  # writes from right to left
        ("\x9b31m", "\\x9b31m"),  # an escape sequence of one byte
        ("\u2028\x00\x7f", "\\u2028\\x00\\x7f"),
        ("half \ud83d", "half \\ud83d"),
    ],
)
def test_what_a_terminal_would_act_on_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_becomes_one_line_that_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    shown.encode()
