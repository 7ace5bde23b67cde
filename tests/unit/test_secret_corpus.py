"""Redaction on both corpora: secrets of the published formats in many forms, and texts that must stay readable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.harmless_texts import HARMLESS
from tests.support.secret_corpus import secrets

from failcat_catalog.redaction import redact
from failcat_catalog.redaction.prefilter import MARKS
from failcat_catalog.redaction.view import bytes_of, viewed

LEAKED = Path(__file__).parents[3].parent / "shared" / "data" / "secrets_leaked.json"
MAX_MISSED = 0.03


@pytest.mark.parametrize("seed", [1, 2])
def test_of_the_published_formats_hardly_one_is_missed(seed: int) -> None:
    samples = list(secrets(seed))
    missed = [sample.format for sample in samples if sample.secret in redact(sample.text)]
    assert len(samples) > 900
    assert len(missed) <= MAX_MISSED * len(samples), missed


def test_formats_that_leaked_once_are_masked() -> None:
    if not LEAKED.exists():
        pytest.skip(f"{LEAKED} is not there")
    leaked = json.loads(LEAKED.read_text())
    assert [entry["format"] for entry in leaked if entry["secret"] in redact(entry["text"])] == []


@pytest.mark.parametrize("text", HARMLESS)
def test_a_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert redact(text) is text


def test_what_is_masked_once_is_masked_whole() -> None:
    for sample in secrets(3):
        once = redact(sample.text)
        assert redact(once) is once, sample.format


@given(st.sampled_from(list(secrets(4))), st.text(max_size=8), st.text(max_size=8))
def test_the_prefilter_finds_the_same_with_and_without_re2(sample: tuple[str, str, str], head: str, tail: str) -> None:
    raw = bytes_of(viewed(head + sample[1] + tail))
    assert sorted(MARKS.found_in(raw)) == sorted(MARKS.searched(raw))
