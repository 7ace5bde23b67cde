"""The literals that a pattern requires."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.catalog import Catalog
from failcat_catalog.matcher.literals import required_literals
from failcat_catalog.matcher.patterns import MAX_TEXT_BYTES, Regex
from failcat_catalog.matcher.texts import TextScanner


@pytest.mark.parametrize(
    ("pattern", "groups", "literal"),
    [
        ("rate limit", [{"rate limit"}], True),
        ("Rate Limit", [{"rate limit"}], True),
        ("quota|credit", [{"quota", "credit"}], True),
        ("(?:quota|credit)s? gone", [{"quota gone", "quotas gone", "credit gone", "credits gone"}], True),
        (r"foo\.bar", [{"foo.bar"}], True),
        ("err[oO]r", [{"error"}], True),
        ("rate.?limit", [{"limit"}, {"rate"}], False),
        ("limit .{1,80} reached", [{" reached"}, {"limit "}], False),
        (r"^\s{0,4}start", [{"start"}], False),
        ("(?:abc){2}def", [{"abc"}, {"def"}], False),
        ("a{3,}bcd", [{"bcd"}], False),
        ("(?:abc|d.f)ghi", [{"ghi"}], False),
        (r"[45]\d\d", [], False),
        ("ab|cd", [], False),
        ("(?:optional)?", [], False),
        (r"\bword\b", [{"word"}], False),
        (r"\x{41}bcd", [{"bcd"}], False),
        ("[]x]yz1", [{"]yz1", "xyz1"}], True),
        ("a{b}cde", [{"b}cde"}], False),
    ],
)
def test_a_pattern_needs_its_literals(pattern: str, groups: list[set[str]], literal: bool) -> None:
    found = required_literals(pattern)
    assert sorted(map(sorted, found.groups)) == sorted(map(sorted, groups))
    assert found.sufficient is literal


PIECES = st.sampled_from(
    [
        "abc",
        "(?:abc|xyz)",
        "ab?c",
        "x{2}",
        ".{0,3}",
        "[xy]z",
        r"\d",
        "q+",
        "(?:ab|c)?",
        "[^a]",
        r"\.",
        "(?:x.|abc)",
        "Z",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=5).map("".join), st.text("abcxyzqZ.1 ", max_size=12))
def test_a_text_that_matches_holds_what_the_pattern_needs(pattern: str, text: str) -> None:
    matched = Regex(pattern).found_in(text.encode())
    need = required_literals(pattern)
    holds = all(any(word in text.lower() for word in group) for group in need.groups)
    if matched:
        assert holds
    if need.sufficient:
        assert matched == holds


def test_the_one_pass_scan_finds_what_each_pattern_finds_alone() -> None:
    catalog = Catalog.builtin()
    patterns = sorted({p for rule in catalog.rules.values() for c in rule.when for p in c.get("message", ())})
    scanner = TextScanner([], [f"text:{pattern}" for pattern in patterns], {})
    for pattern in patterns[::7]:
        message = pattern.replace(".{", " {")[:MAX_TEXT_BYTES]
        scanned = scanner.scan(message)
        fact = f"text:{pattern}"
        together = fact in scanned.implications.facts and (
            fact not in scanned.implications.possible or scanned.evaluate(fact) == (fact,)
        )
        assert together == Regex(pattern).found_in(message.encode()), pattern
