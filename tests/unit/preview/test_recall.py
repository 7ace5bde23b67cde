"""What is recalled of a stored row gets the verdict that the failure itself got."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from tests.support.otlp import decoded, exception, extracted, span, traces

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import ExampleDocument
from failcat_catalog.types import Observation
from failcat_core.records import FailureRecord
from failcat_sidecar.collapse import Collapser, RecentFailures
from failcat_sidecar.preview.recall import recalled
from failcat_storage.stored import StoredFailure

NOBODY = UUID(int=0)


def row(error_code: str, error_type: str = "", message: str = "", **attributes: Any) -> StoredFailure:
    return StoredFailure(NOBODY, error_code, error_type, message, attributes, "", "unknown", "", 0.0, False, "", "c-1")


def stored_rows(example: ExampleDocument, catalog: Catalog) -> Iterator[FailureRecord]:
    """The example as a failing span, through extraction and the collapser."""
    attributes = dict(example.get("attributes") or {})
    if "error_type" in example:
        attributes["error.type"] = example["error_type"]
    if "error_code" in example:
        attributes["failure.code"] = example["error_code"]
    message, exception_type = example.get("message", ""), example.get("exception_type")
    events = [exception(exception_type, message)] if exception_type else []
    body = traces(span(attributes=attributes, message=message, events=events))
    candidates = extracted(decoded(body).suspects)
    for record in Collapser(catalog.match, catalog.version, RecentFailures()).collapse(candidates).records:
        if isinstance(record, FailureRecord):
            yield record


def as_read(record: FailureRecord) -> StoredFailure:
    return row(
        record.error_code,
        record.error_type or "",
        record.error_message or "",
        **record.context_values().get("attributes", {}),
    )


def test_every_example_of_the_catalog_keeps_its_verdict() -> None:
    catalog, checked = Catalog.builtin(), 0
    for rule in builtin_document()["rules"]:
        for example in (*(rule.get("examples") or ()), *(rule.get("counter_examples") or ())):
            for record in stored_rows(example, catalog):
                match = catalog.match(recalled(as_read(record)))
                assert (match.code, match.rule) == (record.catalog_entry_id or "", record.match_rule or ""), example
                checked += 1
    assert checked > 500


SDK, MACHINE = "anthropic.RateLimitError", "rate_limit_error"


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (row("boom.Error", "boom.Error", "x"), ("", "", "boom.Error")),
        (row(MACHINE, MACHINE, "x", **{"error.type": MACHINE}), ("", MACHINE, "")),
        (row(SDK, SDK, "x", **{"error.type": SDK}), ("", SDK, SDK)),
        # One span of the chain said the machine code, the deepest one the class: the row has both.
        (row(MACHINE, SDK, "x", **{"error.type": SDK}), ("", MACHINE, SDK)),
        (row("MINE", SDK, "x", **{"failure.code": "MINE", "error.type": SDK}), ("MINE", SDK, SDK)),
        (row("length", "length", **{"gen_ai.response.finish_reasons": ["length"]}), ("", "length", "")),
        (row("HTTP_503", "", "", **{"http.response.status_code": 503}), ("", "", "")),
        (row("HTTP_429", "429", "", **{"error.type": "429"}), ("", "429", "")),
        (row("UNKNOWN_ERROR", "", "order 5 failed"), ("", "", "")),
        # The message was filled in later: what the row calls itself cannot be recalled, nor is it made up.
        (row("UNKNOWN_ERROR", "", "[Errno 111] Connection refused"), ("", "", "")),
        (row("HTTP_500", "", "[Errno 111] Connection refused"), ("", "", "")),
        (row("_OTHER", "boom.Error", "x", **{"error.type": "_OTHER", "failure.code": 7}), ("", "_OTHER", "boom.Error")),
    ],
)
def test_names_are_put_back_where_they_came_from(stored: StoredFailure, expected: tuple[str, str, str]) -> None:
    observation = recalled(stored)
    assert (observation.error_code, observation.error_type, observation.exception_type) == expected


def test_message_and_attributes_are_the_rows() -> None:
    stored = row("A", "", "the message", host="b")
    assert recalled(stored) == Observation(error_type="A", message="the message", attributes={"host": "b"})
