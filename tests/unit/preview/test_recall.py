"""What is recalled of a stored row gets the verdict that the failure itself got."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from tests.support.otlp import decoded, exception, extracted, span, traces

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import ExampleDocument
from failcat_catalog.types import Observation
from failcat_core.records import FailureRecord
from failcat_sidecar.dedup import Deduplicator, Joiner, RecentFailures
from failcat_sidecar.extract import Candidate, Failure
from failcat_sidecar.preview.recall import recalled
from failcat_storage.stored import StoredFailure

NOBODY = UUID(int=0)
SDK, MACHINE = "anthropic.RateLimitError", "rate_limit_error"


def row(
    error_code: Any,
    error_type: Any = "",
    message: Any = "",
    observed: Any = MappingProxyType({}),
    **attributes: Any,
) -> StoredFailure:
    return StoredFailure(
        NOBODY, error_code, error_type, message, attributes, observed, "", "unknown", "", 0.0, False, "", "c-1"
    )


def sent(example: ExampleDocument) -> list[Candidate]:
    """The example as a failing span, extracted."""
    attributes = dict(example.get("attributes") or {})
    if "error_type" in example:
        attributes["error.type"] = example["error_type"]
    if "error_code" in example:
        attributes["failure.code"] = example["error_code"]
    message, exception_type = example.get("message", ""), example.get("exception_type")
    events = [exception(exception_type, message)] if exception_type else []
    return extracted(decoded(traces(span(attributes=attributes, message=message, events=events))).suspects)


def deduplicated(candidates: list[Candidate], catalog: Catalog) -> list[FailureRecord]:
    deduplicator = Deduplicator(catalog.match, catalog.version, RecentFailures())
    records = deduplicator.deduplicate(candidates).records
    reports = [record for record in records if isinstance(record, FailureRecord)]
    return [each.row for each in Joiner(deduplicator.catalog)(reports)]


def as_read(record: FailureRecord) -> StoredFailure:
    context = record.context_values()
    return row(
        record.error_code,
        record.error_type or "",
        record.error_message or "",
        context.get("observed", {}),
        **context.get("attributes", {}),
    )


def test_every_example_of_the_catalog_keeps_its_names_and_its_verdict() -> None:
    catalog, checked = Catalog.builtin(), 0
    for rule in builtin_document()["rules"]:
        for example in (*(rule.get("examples") or ()), *(rule.get("counter_examples") or ())):
            candidates = sent(example)
            for record in deduplicated(candidates, catalog):
                (failure,) = (each for each in candidates if isinstance(each, Failure) and each.id == record.id)
                observation = recalled(as_read(record))
                assert observation[:3] == failure.observation[:3], example
                match = catalog.match(observation)
                assert (match.code, match.rule) == (record.catalog_entry_id or "", record.match_rule or ""), example
                checked += 1
    assert checked > 500


ODD: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "code as a number": ({"failure.code": 7}, []),
    "class as error.type, no exception": ({"error.type": SDK}, []),
    "class as error.type, and an exception": ({"error.type": SDK}, [exception(SDK, "m")]),
    "machine code as class": ({"error.type": MACHINE}, [exception(MACHINE, "m")]),
    "an earlier exception": ({"error.type": SDK}, [exception("a.First", "m"), exception(SDK, "n")]),
    "no information": ({"error.type": "error"}, [exception("a.E", "m")]),
    "no information alone": ({"error.type": "None"}, []),
    "finish reason and class": ({"gen_ai.response.finish_reasons": ["length"]}, [exception("length", "m")]),
    "failure.code is cut away": (
        {"failure.code": "x" * 250, **{f"{n:0250}": "y" * 100 for n in range(120)}},
        [exception("E", "m", stacktrace="z" * 40_000)],
    ),
    "a long name": ({"error.type": "x" * 1_000}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_names_of_any_shape_are_read_back_exactly(name: str) -> None:
    attributes, events = ODD[name]
    candidates = extracted(decoded(traces(span(attributes=attributes, message="", events=events))).suspects)
    failures = {each.id: each for each in candidates if isinstance(each, Failure)}
    records = deduplicated(candidates, Catalog.builtin())
    assert len(records) == len(failures) > 0
    for record in records:
        assert recalled(as_read(record))[:3] == failures[record.id].observation[:3]


def test_the_names_of_a_chain_are_read_back_exactly() -> None:
    """The machine code is the parent's, the class the child's: the row keeps both."""
    child = span(2, parent=1, end_ms=1, attributes={"error.type": SDK}, events=[exception(SDK, "too many tokens sent")])
    parent = span(1, end_ms=2, attributes={"error.type": MACHINE}, message="too many tokens sent")
    (record,) = deduplicated(extracted(decoded(traces(child, parent)).suspects), Catalog.builtin())
    assert recalled(as_read(record))[:3] == ("", MACHINE, SDK)


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
