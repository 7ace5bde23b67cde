"""Machine codes in a text: where a known word is a code, and where it is only a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.catalog import Catalog
from failcat_catalog.matcher.codes import holds_code
from failcat_catalog.types import Observation


@pytest.mark.parametrize(
    "text",
    [
        "{'type': 'tokens', 'code': 'rate_limited'}",
        '{"error": {"code":"rate_limited"}}',
        "{ code: 'rate_limited', message: 'x' }",
        "error_code=rate_limited; try later",
        "status: rate_limited.",
        "an error occurred (rate_limited) when calling the x operation",
        "error: [rate_limited] that model is busy",
        "{'error': 'rate_limited'}",
        "rate_limited: top up",
        "  rate_limited",
        "rate_limited and then code: rate_limited",
    ],
)
def test_a_word_where_programs_write_codes_is_a_code(text: str) -> None:
    assert holds_code(text, "rate_limited")


@pytest.mark.parametrize(
    "text",
    [
        "the customer was rate_limited",
        "code: not_rate_limited",
        "code: rate_limited_today",
        "code: rate_limited.minute",
        "code: anti-rate_limited",
        "exit_code: rate_limited",
        "colour: rate_limited",
        "error: rate_limited",
        "an error occurred (rate_limited when",
        "",
    ],
)
def test_a_word_elsewhere_is_a_word(text: str) -> None:
    assert not holds_code(text, "rate_limited")


def test_a_word_that_starts_a_text_is_a_code_only_when_it_looks_like_one() -> None:
    assert holds_code("slow_down, please", "slow_down")
    assert not holds_code("throttling, please", "throttling")


@given(st.text("code:='\" x_1.", max_size=40), st.text("code:='\" x_1.", max_size=40))
def test_what_stands_around_a_code_in_a_body_does_not_matter(before: str, after: str) -> None:
    assert holds_code(f"{before} 'code': 'quota_gone', {after}", "quota_gone")


def test_a_code_of_which_another_is_a_part_is_not_that_other() -> None:
    known = Catalog.builtin().match(Observation(exception_type="openai.APIError", message="{'code': 'token_expired'}"))
    longer = Observation(exception_type="openai.APIError", message="{'code': 'my_token_expired'}")
    assert known.matched == "code in message=token_expired"
    assert Catalog.builtin().match(longer).matched != known.matched
