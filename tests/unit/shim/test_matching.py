"""The functions that agents call: what they answer at once, and what the sidecar gets."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from tests.support.otlp_sink import OtlpSink, Received

import failcat
from failcat._reporting import matching, recent_failures
from failcat._reporting.matching import MatchResult
from failcat._reporting.recent_failures import ReportedFailures
from failcat_catalog.types import Entry, Recovery
from failcat_catalog.vocabulary import Category, RecoveryMode, Severity

pytestmark = pytest.mark.usefixtures("instrumented")

TEXT = "Rate limit reached for gpt-5. Please try again in 502ms."
MINE = Entry(
    "OUT_OF_STOCK",
    Category.DATA,
    Severity.LOW,
    retryable=True,
    recovery=Recovery(RecoveryMode.SKIP),
    message="",
    suggestions=("Order another.",),
)


def only_failure(sink: OtlpSink) -> Received:
    assert failcat.flush()
    (failure,) = sink.failures
    return failure


def test_the_signatures_are_the_blueprints() -> None:
    persist = ["run_id", "result", "error_code", "error_message", "tenant_id", "skill_id", "step_index", "context"]
    assert list(inspect.signature(failcat.persist_failure_match).parameters) == persist
    assert list(inspect.signature(failcat.persist_failure_match_async).parameters) == persist
    assert list(inspect.signature(failcat.update_recovery_status).parameters) == ["failure_match_id", "succeeded"]
    assert list(inspect.signature(failcat.match_and_persist).parameters) == [
        *("code_or_message", "run_id", "tenant_id", "skill_id", "step_index", "context", "error_message")
    ]


@pytest.mark.parametrize(
    ("failure", "message", "code"),
    [
        ("RATE_LIMITED", None, "RATE_LIMITED"),
        ("Rate limit exceeded", None, "RATE_LIMITED"),
        ("timeout", "Operation timed out", "TIMEOUT"),
        (TimeoutError("slow"), None, "TIMEOUT"),
        (ConnectionRefusedError(111, "Connection refused"), None, "CONNECTION_REFUSED"),
        ("order 4031 failed", None, None),
        ("", None, None),
    ],
)
def test_codes_messages_and_exceptions_are_matched(
    failure: Any, message: str | None, code: str | None, sink: OtlpSink
) -> None:
    result = failcat.match(failure, message)
    assert (result.matched, result.entry.code if result.entry else None) == (code is not None, code)
    assert result.failure_match_id is None
    assert failcat.flush()
    assert sink.spans == [], "matching reports nothing"


def test_a_match_says_what_to_do() -> None:
    result = failcat.match("RATE_LIMITED")
    assert (result.recovery_mode, result.is_retryable) == (RecoveryMode.RETRY_EXPONENTIAL, True)
    assert result.suggestions
    assert 0 < result.confidence <= 1


def test_an_explicit_report_carries_everything_it_was_told(sink: OtlpSink) -> None:
    context: dict[str, Any] = {
        "order": 4031,
        "api_key": "hunter2-hunter2",
        "failcat.recovery.mode": "SKIP",
        "nested": {"a": [1]},
    }
    result = failcat.match_and_persist("RATE_LIMITED", "r1", "acme", "search", 3, context, TEXT)
    failure = only_failure(sink)
    assert failure.is_error
    assert failure.message == TEXT
    assert failure.attributes == {
        "failcat.run_id": "r1",
        "failcat.tenant_id": "acme",
        "failcat.skill_id": "search",
        "failcat.step_index": 3,
        "failcat.failure_id": result.failure_match_id,
        "failure.code": "RATE_LIMITED",
        "order": 4031,
        "api_key": "[redacted:api-key]",
        "nested": "{'a': [1]}",
    }
    assert UUID(result.failure_match_id).version == 7
    assert failure.resource["service.name"]


def test_what_is_not_told_comes_from_the_current_run_and_step(sink: OtlpSink) -> None:
    with failcat.run("r1", tenant_id="acme"), failcat.step("search", index=3):
        failcat.match_and_persist("RATE_LIMITED", None)
    attributes = only_failure(sink).attributes
    assert (attributes["failcat.run_id"], attributes["failcat.skill_id"]) == ("r1", "search")


def test_a_run_can_be_passed_where_its_id_is_asked_for(sink: OtlpSink) -> None:
    with failcat.run() as mine:
        failcat.match_and_persist("RATE_LIMITED", mine)
    failcat.match_and_persist("RATE_LIMITED", mine)
    failcat.match_and_persist("RATE_LIMITED")
    assert failcat.flush()
    assert [failure.attributes.get("failcat.run_id") for failure in sink.failures] == [mine.run_id, mine.run_id, None]


def test_outside_a_step_the_reporting_function_is_the_skill(sink: OtlpSink) -> None:
    def find_order() -> None:
        failcat.match_and_persist("NO_ORDER", "r1")
        [failcat.match_and_persist("NO_ORDER", "r1") for _ in range(1)]
        failcat.persist_failure_match("r1", MatchResult(matched=False), "NO_ORDER")

    find_order()
    failcat.match_and_persist("NO_ORDER", "r1")
    assert failcat.flush()
    here = "test_outside_a_step_the_reporting_function_is_the_skill"
    assert [failure.name for failure in sink.failures] == ["find_order"] * 3 + [here]


def test_inside_except_the_exception_is_reported_and_only_once(sink: OtlpSink) -> None:
    with pytest.raises(TimeoutError), failcat.run("r1"):
        try:
            raise TimeoutError("the warehouse did not answer")
        except TimeoutError:
            result = failcat.match_and_persist("WAREHOUSE_DOWN", "r1")
            raise
    failure = only_failure(sink)
    assert failure.exceptions[0]["exception.type"] == "TimeoutError"
    assert failure.attributes["failure.code"] == "WAREHOUSE_DOWN"
    assert result.failure_match_id == failure.attributes["failcat.failure_id"]


def test_a_report_about_something_else_leaves_the_handled_exception_alone(sink: OtlpSink) -> None:
    try:
        raise KeyError("cache")
    except KeyError as error:
        failcat.match_and_persist("BUDGET_EXCEEDED", "r1", error_message="the run has spent its budget")
        assert only_failure(sink).exceptions == []
        assert failcat.match(error).failure_match_id is None


def test_a_result_of_ones_own_is_sent_as_the_verdict(sink: OtlpSink) -> None:
    result = MatchResult(matched=True, entry=MINE, match_type="code", confidence=0.9)
    failure_id = failcat.persist_failure_match("r1", result, "OUT_OF_STOCK", "no more chairs")
    failure = only_failure(sink)
    assert failure.attributes["failcat.failure_id"] == failure_id
    assert json.loads(failure.attributes["failcat.match"]) == {
        "matched": True,
        "code": "OUT_OF_STOCK",
        "match_type": "code",
        "confidence": 0.9,
        "category": "DATA",
        "severity": MINE.severity,
        "recovery_mode": "SKIP",
        "retryable": True,
        "suggestions": ["Order another."],
    }
    assert (result.recovery_mode, result.is_retryable, result.suggestions) == (
        RecoveryMode.SKIP,
        True,
        ("Order another.",),
    )


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (failcat.match("TIMEOUT"), None),
        (failcat.match("order 4031 failed"), None),
        (MatchResult(matched=False), {"matched": False, "code": ""}),
        (replace(failcat.match("order 4031 failed"), matched=True, entry=MINE), {"code": "OUT_OF_STOCK"}),
        (replace(failcat.match("TIMEOUT"), confidence=0.25), {"code": "TIMEOUT", "confidence": 0.25}),
        (replace(failcat.match("TIMEOUT"), recovery=Recovery(RecoveryMode.ABORT)), {"recovery_mode": "ABORT"}),
        (replace(failcat.match("TIMEOUT"), retryable=False), {"retryable": False}),
    ],
    ids=["catalog", "catalog-miss", "own-miss", "own-entry", "confidence", "recovery", "retryable"],
)
def test_only_a_result_that_the_application_made_or_altered_is_its_own(
    result: MatchResult, expected: dict[str, Any] | None, sink: OtlpSink
) -> None:
    failcat.persist_failure_match("r1", result, "X", "it failed")
    attributes = only_failure(sink).attributes
    sent = json.loads(attributes["failcat.match"]) if "failcat.match" in attributes else None
    assert sent == expected if sent is None or expected is None else sent | expected == sent


async def test_a_result_of_the_catalogs_lets_the_sidecar_judge(sink: OtlpSink) -> None:
    failure_id = await failcat.persist_failure_match_async("r1", failcat.match("TIMEOUT"), "TIMEOUT", "slow")
    failure = only_failure(sink)
    assert failure.attributes["failcat.failure_id"] == failure_id
    assert "failcat.match" not in failure.attributes


def test_the_outcome_of_a_recovery_is_labelled_and_counted_once(sink: OtlpSink) -> None:
    failure_id = failcat.match_and_persist("CHECKPOINT_STALE", "r1").failure_match_id
    assert failure_id
    for succeeded in (False, False, True, True):
        assert failcat.update_recovery_status(failure_id, succeeded)
    assert failcat.flush()
    told = {"failure_id": failure_id, "mode": "CHECKPOINT_RESTORE", "error_code": "CHECKPOINT_STALE"}
    assert sink.recoveries == [
        {"attempt": 1, "succeeded": False, **told},
        {"attempt": 2, "succeeded": True, **told},
    ]


def test_the_outcome_of_another_processs_failure_is_told_without_labels(sink: OtlpSink) -> None:
    assert failcat.update_recovery_status("01A202E4-a281-7e59-8140-7e0e0be8598d", True)
    assert failcat.flush()
    assert sink.recoveries == [
        {
            "failure_id": "01a202e4-a281-7e59-8140-7e0e0be8598d",
            "mode": "ESCALATE",
            "succeeded": True,
            "attempt": 1,
        }
    ]


@pytest.mark.parametrize("text", ["", "x", "01a202e4", None, 7, "a" * 1_000_000])
def test_what_is_no_id_is_refused(text: Any, sink: OtlpSink) -> None:
    assert failcat.update_recovery_status(text, True) is False
    assert failcat.flush()
    assert sink.spans == []


@pytest.mark.parametrize("argument", [None, 7, object(), b"\xff", "\udc80\0", "x" * 1_000_000, [], ValueError])
def test_no_argument_raises(argument: Any) -> None:
    assert isinstance(failcat.match(argument), MatchResult)
    assert isinstance(failcat.match_and_persist(argument, argument, argument, argument, argument, None), MatchResult)
    failcat.persist_failure_match(argument, failcat.match("x"), argument, argument, argument, argument, argument)
    failcat.persist_failure_match("r1", argument, "X", context=argument)
    assert failcat.flush()


def test_the_last_ten_thousand_ids_are_remembered() -> None:
    ids = ReportedFailures()
    for number in range(recent_failures.MAX_REPORTED_FAILURES + 5):
        ids.add(str(number), "X", RecoveryMode.SKIP)
    assert len(ids) == recent_failures.MAX_REPORTED_FAILURES == 10_000
    assert ids.find("4") is None
    assert ids.find("5") is not None


def test_code_words_are_codes_and_sentences_are_messages() -> None:
    assert matching._is_code("rate_limit_exceeded")
    assert not matching._is_code("rate limit exceeded")
    assert not matching._is_code("x" * 129)
    assert not matching._is_code("")
