"""Hostile text on a terminal."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.text import printable
from failcat_sidecar.cli.log_lines import log_to_stderr


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


def test_a_log_line_is_one_line_whatever_it_quotes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.RootLogger(logging.WARNING)
    monkeypatch.setattr(logging, "root", root)
    log_to_stderr(logging.INFO)
    try:
        raise ValueError("\x1b]0;title\x07 \u202egnp.exe")
    except ValueError as error:
        record = logging.LogRecord("failcat", logging.ERROR, __file__, 1, "refused: %s", ("\x1b[2J\r\nfake",), None)
        record.exc_info = (type(error), error, error.__traceback__)
        root.handle(record)
    first, *lines = capsys.readouterr().err.rstrip("\n").split("\n")
    assert first.endswith("ERROR failcat: refused: \\x1b[2J\\r\\nfake")
    assert (lines[0], lines[-1]) == (
        "Traceback (most recent call last):",
        "ValueError: \\x1b]0;title\\x07 \\u202egnp.exe",
    )
