"""A failing finish reason is a failure wherever and however it is written, and a benign one is none: to the agent, to
decoding in both encodings, and to extraction."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags
from tests.support.otlp import any_value, as_json, decoded, extracted, log, log_failures

from failcat._reporting.span_failures import is_suspect, span_failure
from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.finish_reasons import (
    BENIGN_FINISH_REASONS,
    FAILING_FINISH_REASONS,
    FINISH_REASON_NAMES,
    FINISH_REASON_WORDS,
    failing_finish_reason,
)
from failcat_catalog.identity import uuid_text
from failcat_sidecar.export import Encoding
from failcat_sidecar.extract import Failure

END_NS = 1_700_000_000_000_000_000
REASONS = "gen_ai.response.finish_reasons"
MESSAGES = "gen_ai.output.messages"


def ended(status: StatusCode, attributes: dict[str, Any], *events: Event) -> ReadableSpan:
    return ReadableSpan(
        name="chat",
        context=SpanContext(1, 1, False, TraceFlags(1)),
        attributes={"gen_ai.operation.name": "chat", **attributes, "gen_ai.response.model": "gpt-5"},
        events=events,
        status=Status(status),
        start_time=END_NS - 1,
        end_time=END_NS,
    )


def seen(span: ReadableSpan, encoding: Encoding) -> tuple[int, list[Failure]]:
    """How many spans the sidecar parses in full, and the failures in them."""
    body = encode_spans([span]).SerializeToString()
    suspects = decoded(as_json(body) if encoding is Encoding.JSON else body, encoding=encoding).suspects
    return len(suspects), [failure for failure in extracted(suspects) if isinstance(failure, Failure)]


def camel(word: str) -> str:
    first, *rest = word.split("_")
    return first + "".join(map(str.capitalize, rest))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "snake": str,
    "upper": str.upper,
    "hyphen": lambda word: word.replace("_", "-"),
    "spaces": lambda word: word.replace("_", " ").capitalize(),
    "camel": camel,
    "pascal": lambda word: camel(word)[0].upper() + camel(word)[1:],
    "python enum": lambda word: f"FinishReason.{word.upper()}",
    "python enum's repr": lambda word: f"<FinishReason.{word.upper()}: 3>",
    "proto enum": lambda word: f"FINISH_REASON_{word.upper()}",
}
VALUES: dict[str, Callable[[list[str]], Any]] = {
    "array": lambda reasons: reasons,
    "the last alone": lambda reasons: reasons[-1],
    "JSON": json.dumps,
    "indented JSON": lambda reasons: json.dumps(reasons, indent=2),
    "Python": str,
    "Java": lambda reasons: f"[{', '.join(reasons)}]",
    "comma": ",".join,
}
KEYS = (
    *(REASONS, "gen_ai.response.finish_reason", "llm.finish_reason", "gen_ai.completion.0.finish_reason"),
    *("ai.response.finishReason", "anthropic.message.stop_reason", "llm.response.stop_reason", "stopReason"),
    *("gen_ai.bedrock.completionReason", "done_reason", "completionReasons"),
)


def messages(reasons: list[str], **more: Any) -> list[dict[str, Any]]:
    return [{"role": "assistant", "parts": [], "finish_reason": reason, **more} for reason in reasons]


PLACES: dict[str, Callable[[list[str]], tuple[dict[str, Any], list[Event]]]] = {
    **{
        f"{key}, {how}": lambda reasons, key=key, written=written: ({key: written(reasons)}, [])  # type: ignore[misc]
        for key in KEYS
        for how, written in VALUES.items()
    },
    "messages as JSON": lambda reasons: ({MESSAGES: json.dumps(messages(reasons))}, []),
    "compact messages": lambda reasons: ({MESSAGES: json.dumps(messages(reasons), separators=(",", ":"))}, []),
    "indented messages": lambda reasons: ({MESSAGES: json.dumps(messages(reasons), indent=4)}, []),
    "messages with a reason of Anthropic": lambda reasons: (
        {MESSAGES: json.dumps([{"stop_reason": reason} for reason in reasons])},
        [],
    ),
    "events": lambda reasons: ({}, [Event("gen_ai.choice", {"finish_reason": each}, END_NS) for each in reasons]),
    "event contents": lambda reasons: (
        {},
        [Event("gen_ai.choice", {"gen_ai.event.content": json.dumps(each)}, END_NS) for each in messages(reasons)],
    ),
    "details": lambda reasons: (
        {},
        [Event("gen_ai.client.inference.operation.details", {REASONS: reasons}, END_NS)],
    ),
}

a_place = st.sampled_from(sorted(PLACES))
a_spelling = st.sampled_from(sorted(SPELLINGS))
some_benign = st.lists(st.sampled_from(sorted(BENIGN_FINISH_REASONS)), max_size=12)
a_status = st.sampled_from((StatusCode.OK, StatusCode.UNSET))
an_encoding = st.sampled_from(Encoding)


@settings(max_examples=600, deadline=None)
@given(
    word=st.sampled_from(sorted(FAILING_FINISH_REASONS)),
    before=some_benign,
    spelled=a_spelling,
    placed=a_place,
    status=a_status,
    encoding=an_encoding,
)
def test_every_failing_reason_is_a_failure_to_agent_and_sidecar(
    word: str,
    before: list[str],
    spelled: str,
    placed: str,
    status: StatusCode,
    encoding: Encoding,
) -> None:
    attributes, events = PLACES[placed]([*map(SPELLINGS[spelled], (*before, word))])
    span = ended(status, attributes, *events)
    assert is_suspect(span)
    _, (failure,) = seen(span, encoding)
    assert (failure.observation.error_type, failure.observation.message) == (word, f"finish reason: {word}")
    assert Catalog.builtin().match(failure.observation).code
    failing = span_failure(span)
    assert failing is not None
    assert failing.failure_id == uuid_text(failure.own_id)


@settings(max_examples=300, deadline=None)
@given(reasons=some_benign.filter(bool), spelled=a_spelling, placed=a_place, status=a_status)
def test_no_benign_reason_makes_any_side_look_closer(
    reasons: list[str], spelled: str, placed: str, status: StatusCode
) -> None:
    attributes, events = PLACES[placed]([*map(SPELLINGS[spelled], reasons)])
    span = ended(status, attributes, *events)
    suspects, found = seen(span, Encoding.PROTOBUF)
    assert found == []
    assert len(reasons) > 1 or suspects == 0  # several reasons are looked at
    assert failing_finish_reason(attributes) == ""


@pytest.mark.parametrize("reasons", [["stop"], ["TOOL_CALLS"], "end-turn", '["stop", "tool_calls"]'])
def test_the_usual_reasons_are_not_sent(reasons: object) -> None:
    assert not is_suspect(ended(StatusCode.OK, {REASONS: reasons}))


@pytest.mark.parametrize("reason", ["other", "unknown", "out_of_ideas", "no error", "user cancelled", "interrupted"])
def test_an_unknown_reason_is_sent_and_is_no_failure(reason: str) -> None:
    span = ended(StatusCode.UNSET, {REASONS: [reason]})
    assert (is_suspect(span), seen(span, Encoding.JSON)[1]) == (True, [])


@pytest.mark.parametrize(
    "attributes",
    [
        {REASONS: 5},
        {REASONS: ""},
        {REASONS: "[]"},
        {MESSAGES: "not JSON with finish_reason"},
        {MESSAGES: "[" * 100_000 + '"finish_reason": "length"'},
        {
            MESSAGES: json.dumps(
                messages(["stop"], parts=[{"type": "tool_call", "arguments": {"finish_reason": "length"}}])
            )
        },
        {MESSAGES: json.dumps(messages(["stop"], parts=[{"content": '"finish_reason": "length"'}]))},
        {"output.value": json.dumps({"finish_reason": "length"})},  # a chain's state may hold older answers
        {"the_reason_why": "length"},
        {"retry.reason": "timeout"},
    ],
    ids=str,
)
def test_what_only_looks_like_a_finish_reason_is_none(attributes: dict[str, Any]) -> None:
    assert seen(ended(StatusCode.OK, attributes), Encoding.PROTOBUF)[1] == []
    assert seen(ended(StatusCode.OK, attributes), Encoding.JSON)[1] == []


def test_an_exception_says_more_than_the_reason() -> None:
    told = {"exception.type": "openai.APIError", "exception.message": "the stream broke"}
    span = ended(StatusCode.ERROR, {REASONS: ["error"]}, Event("exception", told, END_NS))
    _, (failure,) = seen(span, Encoding.PROTOBUF)
    assert (failure.observation.exception_type, failure.observation.message) == ("openai.APIError", "the stream broke")


def test_a_reason_told_elsewhere_is_stored_where_the_catalog_reads_it() -> None:
    span = ended(StatusCode.OK, {"llm.finish_reason": "SAFETY"})
    _, (failure,) = seen(span, Encoding.PROTOBUF)
    assert failure.observation.attributes[REASONS] == ["safety"] == failure.context["attributes"][REASONS]


@pytest.mark.parametrize(
    ("event_name", "body", "attributes", "word"),
    [
        ("gen_ai.choice", {"index": 0, "finish_reason": "content-filter"}, {}, "content_filter"),
        ("gen_ai.choice", {"index": 0, "finish_reason": "stop"}, {}, ""),
        ("gen_ai.client.inference.operation.details", None, {REASONS: '["length"]'}, "length"),
        ("gen_ai.client.inference.operation.details", None, {MESSAGES: messages(["SAFETY"])}, "safety"),
        ("gen_ai.client.inference.operation.details", None, {MESSAGES: json.dumps(messages(["error"]))}, "error"),
        ("gen_ai.client.inference.operation.details", None, {MESSAGES: json.dumps(messages(["stop"]))}, ""),
    ],
)
def test_log_events_tell_finish_reasons_alike(
    event_name: str, body: Any, attributes: dict[str, Any], word: str
) -> None:
    record = log(event_name=event_name, severity=9, attributes=attributes)
    record.body.CopyFrom(any_value(body))
    found = [(failure.observation.error_type, failure.observation.message) for failure in log_failures(record)]
    assert found == ([(word, f"finish reason: {word}")] if word else [])


def test_no_word_is_both_failing_and_benign_and_each_row_names_its_source() -> None:
    assert set() == FAILING_FINISH_REASONS & BENIGN_FINISH_REASONS
    assert all(row.source for row in FINISH_REASON_WORDS)
    assert {key.rpartition(".")[2] for key in KEYS} <= FINISH_REASON_NAMES


def test_every_finish_reason_that_rules_know_is_a_failing_one() -> None:
    known = {
        reason.lower()
        for rule in builtin_document()["rules"]
        for condition in rule["when"]
        for reason in condition.get("finish_reasons", ())
    }
    assert known - FAILING_FINISH_REASONS == set()
