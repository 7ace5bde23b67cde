"""Without jsonschema, catalog files are accepted and refused as with it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from failcat_catalog.documents import SCHEMA_FILE
from failcat_catalog.schema_check import first_violation

SCHEMA = json.loads(SCHEMA_FILE.read_text())
ENTRY: dict[str, Any] = {
    "code": "OUT_OF_STOCK",
    "category": "DATA",
    "severity": "LOW",
    "retryable": False,
    "http_status": None,
    "message": "There are no chairs.",
    "recovery": {"mode": "SKIP", "max_attempts": 1, "jitter": 0.5},
    "suggestions": ["Order another chair."],
}
RULE: dict[str, Any] = {
    "id": "mine.chairs",
    "code": "OUT_OF_STOCK",
    "when": [{"message": ["out of chairs"], "statuses": [404, "5xx"], "attributes": {"a": [1, "x", True]}}],
    "source": "our own runbook",
    "examples": [{"message": "we are out of chairs"}],
}
DOCUMENT = {"entries": [ENTRY], "rules": [RULE], "ignore": [{k: v for k, v in RULE.items() if k != "code"}]}
JUNK = st.sampled_from([None, True, 0, -1, 1.0, 1.5, 10**9, "", "x", "X" * 600, [], {}, [1], ["x"], {"a": 1}])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def altered(place: tuple[Any, ...], how: str, junk: Any) -> Any:
    if not place:
        return junk
    document = copy.deepcopy(DOCUMENT)
    holder: Any = document
    for key in place[:-1]:
        holder = holder[key]
    if how == "remove":
        del holder[place[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder["unknown"] = junk
    else:
        holder[place[-1]] = junk
    return document


@given(st.sampled_from(places(DOCUMENT)), st.sampled_from(["replace", "remove", "add"]), JUNK)
def test_it_accepts_and_refuses_what_jsonschema_does(place: tuple[Any, ...], how: str, junk: Any) -> None:
    document = altered(place, how, junk)
    assert (first_violation(document, SCHEMA) is None) is Draft202012Validator(SCHEMA).is_valid(document)


def test_it_knows_every_keyword_of_the_schema() -> None:
    known = {"$ref", "type", "enum", "anyOf", "required", "properties", "additionalProperties", "items", "pattern"}
    known |= {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "minimum", "maximum"}
    known |= {"$schema", "$id", "$defs", "title", "description"}

    def keywords(schema: Any) -> set[str]:
        if not isinstance(schema, dict):
            return set()
        named = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", ())]
        return set(schema).union(*map(keywords, [*named, schema.get("items"), schema.get("additionalProperties")]))

    assert keywords(SCHEMA) <= known


@pytest.mark.parametrize("document", [DOCUMENT, {}, {"$schema": "x"}])
def test_valid_files_pass(document: Any) -> None:
    assert first_violation(document, SCHEMA) is None
