"""The plain form of a text, which the matcher and the signature read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.catalog import Catalog
from failcat_catalog.plain import plain
from failcat_catalog.types import Observation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rate limit [exceeded]", "Rate limit [exceeded]"),
        ("\x1b[1;38;5;196mred\x1b[0m", "red"),
        ("\x1b[2K\x1b(Bline", "line"),
        ("\\033[31mred\\e[m", "red"),
        ("\u241b[31mred", "red"),
        ("[31mred[0m", "red"),
        ("rate(x[5m]) is [0m]", "rate(x[5m]) is [0m]"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b[", ""),
        ("ends in \x1b", "ends in "),
        ("\uff25\uff32\uff32\uff1a\uff15", "ERR:5"),
        ("a\u200bb\u202ec", "abc"),
        ("错误500：超时", "错误 500:超时"),
        ("表'users'不存在", "表 'users' 不存在"),
        ("don't 表", "don't 表"),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(st.sampled_from("a1 [0m;\x1b]\x07\\x错「」'")))
def test_it_grows_by_blanks_alone(text: str) -> None:
    assert len(plain(text).replace(" ", "")) <= len(text)


@pytest.mark.parametrize(
    "text", ["\x1b[31mRate limit\x1b[0m reached", "Rate\x1b[1m limit\x1b[22m reached", "Ｒａｔｅ ｌｉｍｉｔ reached"]
)
def test_escapes_do_not_hide_a_phrase_from_the_matcher(text: str) -> None:
    classify = Catalog.builtin().match
    assert classify(Observation(message=text)).code == classify(Observation(message="Rate limit reached")).code != ""
