"""Promoted entries as a layer, and their copy on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_catalog.types import Observation
from failcat_sidecar.catalog_layers import with_promoted
from failcat_sidecar.catalog_layers.promoted import read_cache, write_cache
from failcat_storage.promoted import PromotedEntry

BUILTIN = Catalog.builtin()


def rule(pattern: str, **fields: Any) -> dict[str, Any]:
    return {"id": "promoted.own", "code": "TIMEOUT", "when": [{"message": [pattern]}], **fields}


def entry(code: str, *rules: dict[str, Any], **document: Any) -> PromotedEntry:
    return PromotedEntry(code, json.dumps({"rules": list(rules), **document}))


OWN_KIND = {
    "code": "FROBNICATOR_STALLED",
    "category": "SKILL",
    "severity": "HIGH",
    "retryable": True,
    "message": "The frobnicator stalled",
    "recovery": {"mode": "RETRY_IMMEDIATE"},
    "suggestions": ["Turn the frobnicator off and on."],
}


def code_of(catalog: Catalog, message: str) -> str:
    return catalog.match(Observation(message=message)).code


def test_an_entry_brings_its_own_code_and_rules() -> None:
    promoted = entry("FROBNICATOR_STALLED", rule("frobnicator stalled", code="FROBNICATOR_STALLED"), entries=[OWN_KIND])
    layered = with_promoted(BUILTIN, [promoted])
    match = layered.catalog.match(Observation(message="the frobnicator stalled"))
    assert (match.code, match.rule, match.severity) == ("FROBNICATOR_STALLED", "promoted.own", "HIGH")
    assert (layered.used, layered.problems) == ((promoted,), ())


def test_without_entries_it_is_the_base_itself() -> None:
    assert with_promoted(BUILTIN, []).catalog is BUILTIN


def test_the_later_entry_wins() -> None:
    first, second = entry("A", rule("frobnicator stalled")), entry("B", rule("frobnicator stalled", code="CANCELLED"))
    assert code_of(with_promoted(BUILTIN, [first, second]).catalog, "frobnicator stalled") == "CANCELLED"
    assert code_of(with_promoted(BUILTIN, [second, first]).catalog, "frobnicator stalled") == "TIMEOUT"


BROKEN = {
    "not a catalog document": "[]",
    "deeply nested": "[" * 100_000 + "]" * 100_000,
    "an unknown field": '{"rulez": []}',
    "a broken pattern": json.dumps({"rules": [rule("(stalled")]}),
    "an unknown code": json.dumps({"rules": [rule("stalled", code="NO_SUCH")]}),
    "not JSON": "{",
    "half a surrogate pair in a pattern": json.dumps({"rules": [rule("stalled \ud800")]}),
    "half a surrogate pair in a message": json.dumps({"entries": [{**OWN_KIND, "message": "\ud800"}]}),
    "half a surrogate pair as it is": '{"rules": [], "\ud800": 1}',
}


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN)
def test_a_broken_entry_is_left_out_by_name_and_the_others_count(document: str) -> None:
    good = entry("GOOD", rule("frobnicator stalled"))
    layered = with_promoted(BUILTIN, [PromotedEntry("BAD", document), good])
    assert code_of(layered.catalog, "frobnicator stalled") == "TIMEOUT"
    assert layered.used == (good,)
    (problem,) = layered.problems
    assert problem.startswith("promoted entry BAD: ")


def test_the_last_good_version_of_a_broken_entry_stays() -> None:
    good, broken = entry("A", rule("frobnicator stalled")), PromotedEntry("A", "[]")
    layered = with_promoted(BUILTIN, [broken], before=[good])
    assert code_of(layered.catalog, "frobnicator stalled") == "TIMEOUT"
    assert (layered.used, len(layered.problems)) == ((good,), 1)


def test_an_entry_that_is_gone_is_gone() -> None:
    assert with_promoted(BUILTIN, [], before=[entry("A", rule("frobnicator stalled"))]).catalog is BUILTIN


def test_the_copy_on_disk_gives_back_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "catalog-cache.json"
    assert read_cache(file) == ()
    for entries in ((entry("A", rule("é\n☃")), PromotedEntry("B", "{}")), ()):
        write_cache(file, entries)
        assert read_cache(file) == entries
    assert list(tmp_path.iterdir()) == [file]


BROKEN_COPIES = {
    "nothing": b"",
    "half of it": b"[",
    "another form": b"{}",
    "another type": b'[{"code": 1}]',
    "not text": b"\xff",
    "a document that is not UTF-8": b'[{"code": "A", "document": "\xff"}]',
    "nested without end": b'[{"code": "A", "document": "{}", "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
}


@pytest.mark.parametrize("content", BROKEN_COPIES.values(), ids=BROKEN_COPIES)
def test_a_broken_copy_says_which_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "catalog-cache.json"
    file.write_bytes(content)
    with pytest.raises(CatalogError, match="catalog-cache"):
        read_cache(file)
