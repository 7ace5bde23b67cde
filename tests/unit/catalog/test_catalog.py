"""The built-in catalog, and layers over it."""

from __future__ import annotations

import json
import logging
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import (
    CatalogDocument,
    CatalogError,
    EntryDocument,
    ExampleDocument,
    RuleDocument,
    catalog_files,
    check_document,
)
from failcat_catalog.examples import count, failed_examples, observation_of
from failcat_catalog.matcher import patterns
from failcat_catalog.reference import reference_text
from failcat_catalog.types import Observation
from failcat_catalog.vocabulary import MatchType

REFERENCE = Path(__file__).parents[3] / "docs" / "codes.md"
OWN_RULE: RuleDocument = {"id": "mine.own", "code": "TIMEOUT", "when": [{"message": ["frobnicator stalled"]}]}


@pytest.fixture(scope="module")
def document() -> CatalogDocument:
    return builtin_document()


def test_the_reference_page_is_fresh() -> None:
    page = reference_text(Catalog.builtin())
    assert REFERENCE.read_text(encoding="utf-8") == page, "run python -m failcat_catalog.reference > docs/codes.md"


def test_every_example_is_answered(document: CatalogDocument) -> None:
    assert count(document) > 400
    assert [str(wrong) for wrong in failed_examples(document, Catalog.builtin())] == []


def test_a_code_of_the_first_54_is_reached_by_its_own_plain_message(document: CatalogDocument) -> None:
    codes = [rule["code"] for rule in document["rules"] if rule["id"].startswith("blueprint.")]
    assert len(codes) == 54
    for code in codes:
        message = Catalog.builtin().entries[code].message
        assert Catalog.builtin().match(Observation(message=message)).code == code


def test_every_code_is_reached_by_itself() -> None:
    for code in Catalog.builtin().entries:
        match = Catalog.builtin().match(Observation(error_code=code, message="order 4031 failed"))
        assert (match.code, match.match_type, match.confidence) == (code, MatchType.CODE, 1.0)


def test_an_unknown_error_that_says_what_it_is_is_known() -> None:
    quota = Observation(error_code="UNKNOWN_ERROR", message="You exceeded your current quota")
    assert Catalog.builtin().match(quota).code == "QUOTA_EXHAUSTED"


@pytest.mark.parametrize(
    "message",
    [
        "order 4031 failed",
        "dependency injection failed",
        "unresolved merge conflict",
        "Cannot delete order with payments attached to it.",
        "Error: flight HAT030 not available on date 2024-05-13",
        "gift card balance is not enough",
        "the quota of tickets per customer is two",
        "the model of the car is wrong",
        "invoice 429 was rejected",
        "",
    ],
)
def test_an_applications_own_error_stays_unknown(message: str) -> None:
    match = Catalog.builtin().match(Observation(message=message))
    assert (match.code, match.match_type, match.confidence) == ("", MatchType.UNKNOWN, 0.0)


def test_codes_decide_alike_with_and_without_a_look_at_the_text(document: CatalogDocument) -> None:
    """The short cut for codes gives what the whole ranking gives."""
    catalog = Catalog.builtin()
    codes = [code for rule in document["rules"] for condition in rule["when"] for code in condition.get("codes", ())]
    texts = ("Rate limit reached for it", "Too many tokens per day: insufficient_quota, check your plan", "")
    for code, text in product(codes, texts):
        for attributes in ({}, {"gen_ai.provider.name": "openai"}, {"gen_ai.provider.name": "aws.bedrock"}):
            seen = Observation(error_type=code, message=text, attributes=attributes)
            assert catalog.match(seen) == catalog.explain(seen).match


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=40))
def test_any_text_gets_a_verdict_and_the_same_one_again(message: str, code: str, name: str) -> None:
    seen = Observation(error_code=code, error_type=name, exception_type=name, message=message)
    match = Catalog.builtin().match(seen)
    assert match == Catalog.builtin().match(seen) == Catalog.builtin().explain(seen).match
    assert match.known == (match.match_type is not MatchType.UNKNOWN)


@pytest.mark.parametrize("text", ["\ud800" * 5000, "\0" * 5000, "{'code': '" * 3000, "(Caused by " * 3000, "é" * 9000])
def test_hostile_texts_get_a_verdict(text: str) -> None:
    assert Catalog.builtin().match(Observation(error_type=text, exception_type=text, message=text)) is not None


def test_only_the_first_4_kib_are_read() -> None:
    plain = "You exceeded your current quota"
    assert Catalog.builtin().match(Observation(message="- " * 2030 + plain)).known
    assert not Catalog.builtin().match(Observation(message="- " * 2048 + plain)).known


def test_a_layer_adds_rules_and_replaces_what_has_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    replaced: EntryDocument = {**Catalog.builtin().document["entries"][0], "severity": "LOW"}
    file.write_text(json.dumps({"entries": [replaced], "rules": [OWN_RULE]}))
    layered = Catalog.load([tmp_path])
    seen = Observation(message="the frobnicator stalled")
    assert (Catalog.builtin().match(seen).code, layered.match(seen).rule) == ("", "mine.own")
    assert layered.entries[replaced["code"]].severity == "LOW"
    later = layered.with_layer({"rules": [{**OWN_RULE, "code": "CANCELLED"}]}, "promoted")
    assert later.match(seen).code == "CANCELLED"
    assert layered.match(seen).code == "TIMEOUT"


def test_the_version_follows_from_entries_and_rules_and_not_from_examples() -> None:
    builtin = Catalog.builtin()
    layered = builtin.with_layer({"rules": [OWN_RULE]}, "a")
    assert builtin.version.startswith("c-") and len(builtin.version) == 10
    assert layered.version != builtin.version
    with_example = {**OWN_RULE, "examples": [{"message": "the frobnicator stalled"}]}
    assert builtin.with_layer({"rules": [with_example]}, "b").version == layered.version


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("rules: [", "not YAML"),
        ("- a", "is not of type 'object'"),
        ("rules:\n- {id: a.b, code: TIMEOUT, when: [{mesage: [abc]}]}", "a.b: when.0"),
        ("rules:\n- {id: a.b, code: NO_SUCH, when: [{message: [abc]}]}", "a.b: code: no entry has the code NO_SUCH"),
        ("rules:\n- {id: a.b, code: TIMEOUT, when: [{message: ['(abc']}]}", "a.b: when.0.message: '(abc'"),
        ("rules:\n- {id: a.b, code: TIMEOUT, when: [{sqlstate: [40001]}]}", "a.b: when.0.sqlstate"),
        ("entries:\n- {code: MINE}", "MINE"),
        ("\0", "not YAML"),
        ("rules: 2026-13-45", "not YAML"),
        ("[" * 5_000, "not YAML"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(content)
    with pytest.raises(CatalogError) as caught:
        Catalog.load([file])
    assert str(caught.value).startswith(str(file))
    assert says in str(caught.value)


@pytest.mark.parametrize(("name", "says"), [("nowhere.yaml", "no such file"), ("x" * 5_000, "File name too long")])
def test_a_file_that_cannot_be_looked_at_is_refused_with_its_place(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(CatalogError, match=f"{name}: {says}"):
        Catalog.load([tmp_path / name])


def test_json_nested_without_end_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text("[" * 100_000)
    with pytest.raises(CatalogError, match=r"mine\.json: not JSON"):
        Catalog.load([file])


def test_files_are_found_in_order_and_missing_ones_are_named(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.json", "note.txt"):
        (tmp_path / name).write_text("{}")
    assert [path.name for path in catalog_files([tmp_path])] == ["a.json", "b.yaml"]
    with pytest.raises(CatalogError, match="no such file"):
        catalog_files([tmp_path / "missing"])


def test_the_schema_takes_every_example_field() -> None:
    example: ExampleDocument = {
        "error_code": "A",
        "error_type": "a",
        "exception_type": "a.B",
        "message": "m",
        "attributes": {"k": 1},
    }
    check_document({"rules": [{**OWN_RULE, "examples": [example]}]}, "test")
    assert observation_of(example).attributes == {"k": 1}


def test_without_re2_codes_and_types_match_and_it_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = Catalog.builtin().with_layer({"rules": [OWN_RULE]}, "fresh")
    monkeypatch.setattr(patterns, "_re2", None)
    monkeypatch.setattr(patterns, "_logged", [])
    with caplog.at_level(logging.WARNING):
        assert not catalog.match(Observation(message="the frobnicator stalled")).known
        assert not catalog.match(Observation(message="the frobnicator stalled")).known
    assert catalog.match(Observation(error_code="TIMEOUT")).code == "TIMEOUT"
    assert catalog.match(Observation(exception_type="openai.RateLimitError", message="x")).code == "RATE_LIMITED"
    assert len(caplog.records) == 1


@pytest.mark.parametrize("status", ["--5", "-", "٤٢٩", "²", "9" * 400, "", " 429 ", "4\x0029"])
def test_a_status_that_is_no_number_is_no_status(status: str) -> None:
    for key in ("http.response.status_code", "rpc.grpc.status_code", "rpc.jsonrpc.error_code"):
        Catalog.builtin().match(Observation(message="no", attributes={key: status}))


def test_a_tilde_in_a_path_is_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.yaml").write_text("rules: []")
    assert catalog_files([Path("~/mine.yaml")]) == [tmp_path / "mine.yaml"]
    with pytest.raises(CatalogError, match="~nobody-here"):
        catalog_files([Path("~nobody-here/mine.yaml")])
