"""What is stored beside the columns: bounded, redacted, storable, and without conversations."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.otlp import CLIENT, exception, failures, span

from failcat_catalog import text
from failcat_catalog.contents import is_content
from failcat_catalog.redaction import redact
from failcat_catalog.sanitize import MAX_ATTRIBUTES, MAX_ELEMENTS
from failcat_catalog.text import MAX_CONTEXT_BYTES, MAX_MESSAGE_BYTES, MAX_NAME_BYTES, MAX_STACKTRACE_BYTES
from failcat_sidecar.extract import Failure

SECRET = "sk-proj-abcdefghijklmnop0123456789"


def one(message: str = "boom", stacktrace: str = "", keep_contents: bool = False, **attributes: Any) -> Failure:
    named = {key.replace("__", "."): value for key, value in attributes.items()}
    events = (exception("E", message, stacktrace=stacktrace),) if stacktrace else ()
    made = span(kind=CLIENT, name="chat", attributes=named, events=events, message=message)
    (failure,) = failures(made, keep_contents=keep_contents, resource={"service.version": "2", "process.pid": 5})
    return failure


def test_attributes_scope_span_resource_and_stack_trace_are_kept() -> None:
    context = one(stacktrace="Traceback\n  boom", http__route="/x", retries=3).context
    assert context["attributes"] == {"http.route": "/x", "retries": 3}
    assert (context["scope"], context["span_name"], context["span_kind"]) == ("test", "chat", "CLIENT")
    assert (context["stacktrace"], context["resource"]) == ("Traceback\n  boom", {"service.version": "2"})


CONTENTS = [
    *("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.prompt.0.content"),
    *("gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "pydantic_ai.all_messages", "all_messages_events"),
    *("llm.input_messages.0.message.content", "input.value", "output.value", "traceloop.entity.input", "my.prompt"),
    *("model_request_parameters", "logfire.json_schema", "gen_ai.tool.definitions", "tool_arguments"),
]


@pytest.mark.parametrize("key", CONTENTS)
def test_contents_of_conversations_are_stored_only_when_asked_for(key: str) -> None:
    made = span(attributes={key: "private", "kept": 1})
    assert failures(made)[0].context["attributes"] == {"kept": 1}
    assert failures(made, keep_contents=True)[0].context["attributes"] == {key: "private", "kept": 1}
    assert "private" not in repr(failures(made)[0])


def test_contents_are_left_out_whatever_the_length_of_their_name() -> None:
    made = span(attributes={"x" * 300 + ".content": "private", "y" * 300: 1})
    assert list(failures(made)[0].context["attributes"].values()) == [1]


def test_contents_are_left_out_of_maps_too() -> None:
    made = span(attributes={"app.call": {"messages": ["private"], "model": "m", "more": [{"prompt": "private"}]}})
    assert failures(made)[0].context["attributes"] == {"app.call": {"model": "m", "more": [{}]}}
    assert "private" in repr(failures(made, keep_contents=True)[0].context)


@pytest.mark.parametrize("key", ["gen_ai.request.model", "gen_ai.usage.input_tokens", "url.full", "db.query.summary"])
def test_what_is_no_content_is_kept(key: str) -> None:
    assert not is_content(key)


def test_secrets_are_redacted_everywhere() -> None:
    failure = one(f"bad key {SECRET}", f"File x\nE: {SECRET}", key=SECRET, nested=[{"a": SECRET}])
    assert "abcdefghijklmnop" not in repr(failure)


@pytest.mark.parametrize(
    "attributes",
    [
        {"db.password": "hunter2"},
        {"api_key": ["hunter2", b"hunter2"]},
        {"credentials": {"user": "hunter2", "more": {"list": ["hunter2"]}}},
        {"headers": [{"authorization": {"value": "hunter2"}}]},
    ],
)
def test_under_a_name_of_a_secret_every_text_goes(attributes: dict[str, Any]) -> None:
    told = repr(one(**attributes))
    assert "hunter2" not in told and b"hunter2".hex() not in told


def test_a_secret_at_the_place_of_the_cut_does_not_stay_in_half() -> None:
    for offset in range(30):
        failure = one("x" * (MAX_MESSAGE_BYTES - offset) + " " + SECRET)
        assert "sk-proj" not in failure.observation.message


def test_a_long_message_is_cut_with_a_mark() -> None:
    failure = one("x" * 5_000_000)
    assert len(failure.observation.message.encode()) <= MAX_MESSAGE_BYTES
    assert failure.context["truncated"] == ["message"]


def test_head_and_tail_of_a_long_stack_trace_stay() -> None:
    stacktrace = one(stacktrace="HEAD" + "é" * 3_000_000 + "TAIL").context["stacktrace"]
    assert len(stacktrace.encode()) <= MAX_STACKTRACE_BYTES
    assert stacktrace.startswith("HEAD") and stacktrace.endswith("TAIL")


@pytest.mark.parametrize("text", ["x", "\x1b", "é", '"', "\N{GRINNING FACE}"])
def test_a_context_fits_whatever_its_attributes_are(text: str) -> None:
    attributes = {f"k{number}": text * 5_000 for number in range(200)}
    events = (exception("E", "m", stacktrace=text * 100_000),)
    context = failures(span(attributes=attributes, events=events))[0].context
    assert len(msgspec.json.encode(context)) <= MAX_CONTEXT_BYTES
    assert "attributes" in context["truncated"] and context["stacktrace"]


@pytest.mark.parametrize(
    "value", [["x" * 4_000] * 100, "\x01" * 50_000, {"a": ["y" * 4_000] * 100}, "\N{GRINNING FACE}" * 9_000]
)
def test_a_context_fits_whatever_its_resource_says(value: object) -> None:
    resource = dict.fromkeys(("service.version", "service.namespace", "host.name", "k8s.pod.name"), value)
    context = failures(span(attributes={"kept": 1}), resource=resource)[0].context
    assert len(msgspec.json.encode(context)) <= MAX_CONTEXT_BYTES
    assert context["attributes"] == {"kept": 1}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=VALUES)
def test_any_attribute_becomes_json_that_postgresql_takes(value: object) -> None:
    (failure,) = failures(span(attributes={"k": value}))
    text = json.dumps(failure.context, allow_nan=False, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text.replace("\\\\", "")


def test_infinite_numbers_become_text() -> None:
    (failure,) = failures(span(attributes={"a": math.inf, "b": math.nan}))
    assert failure.context["attributes"] == {"a": "inf", "b": "nan"}


@pytest.mark.parametrize(
    ("attributes", "message", "seconds"),
    [
        ({"http.response.header.retry-after": ["20"]}, "", 20.0),
        ({"http.response.header.retry-after-ms": "1500"}, "try again in 9s", 1.5),
        ({"http.response.header.retry-after": ["Wed, 21 Oct 2026 07:28:00 GMT"]}, "", None),
        ({}, "Rate limit. Please try again in 502ms.", 0.502),
        ({}, "Please try again in 1.2s.", 1.2),
        ({}, "Please retry after 20 seconds.", 20.0),
        ({}, "Please try again in 5 minutes", 300.0),
        ({}, "try again in a while", None),
        ({}, "Try again in 1m13.5s.", 73.5),  # as the agent reads it
        ({}, "try again in 1 minute", 60.0),
        ({}, "try again in 5 parsecs", 5.0),
        ({}, "try again in 9999999999999999999999s", None),
        ({}, "try again in " + "9" * 20 + "s", 604_800.0),
        ({}, "retried 5 times", None),
    ],
)
def test_how_long_to_wait_is_kept_where_it_is_visible(attributes: dict[str, Any], message: str, seconds: float) -> None:
    (failure,) = failures(span(attributes=attributes, message=message))
    assert failure.context.get("retry_after_seconds") == seconds


def test_attributes_beyond_the_limit_are_dropped_with_a_mark() -> None:
    context = failures(span(attributes={f"k{number}": "x" for number in range(MAX_ATTRIBUTES + 1)}))[0].context
    assert (len(context["attributes"]), context["truncated"]) == (MAX_ATTRIBUTES, ["attributes"])


def test_as_many_attributes_as_are_allowed_bear_no_mark() -> None:
    named = {f"k{number}": "x" for number in range(MAX_ATTRIBUTES)} | {"failcat.run_id": "elsewhere"}
    context = failures(span(attributes=named))[0].context
    assert (len(context["attributes"]), "truncated" in context) == (MAX_ATTRIBUTES, False)


@pytest.mark.parametrize("value", [["x"] * (MAX_ELEMENTS + 1), {f"k{n}": 1 for n in range(MAX_ELEMENTS + 1)}])
def test_elements_beyond_the_limit_are_dropped_with_a_mark(value: object) -> None:
    assert failures(span(attributes={"k": value}))[0].context["truncated"] == ["attributes"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"k": "a\0b"},
        {"k": "a\0b" * 100},
        {"k": ["fine", "a\0"]},
        {"k": {"inner\0": 1}},
        {"key\0": 1},
        {"key\0" + "x" * 300: 1},
        {"k": math.nan},
        {"k": [1.5, -math.inf]},
    ],
)
def test_an_attribute_that_had_to_be_changed_is_marked(attributes: dict[str, Any]) -> None:
    for _ in range(2):  # the second time from a cache
        context = failures(span(attributes=attributes))[0].context
        assert context["changed"] == ["attributes"]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"message": "bo\0om"}, "message"),
        ({"name": "ch\0at"}, "span_name"),
        ({"scope": "te\0st"}, "scope"),
        ({"events": (exception("E", "m", stacktrace="Trace\0back"),)}, "stacktrace"),
    ],
)
def test_each_changed_part_is_named(changes: dict[str, Any], part: str) -> None:
    scope = {"scope": changes.pop("scope")} if "scope" in changes else {}
    (failure,) = failures(span(**changes), **scope)
    assert failure.context["changed"] == [part]


def test_what_is_only_redacted_or_holds_the_replacement_already_is_not_marked() -> None:
    (failure,) = failures(span(attributes={"k": SECRET, "\ufffd": "\ufffd", "x": 1.5}, message=f"\ufffd {SECRET}"))
    assert "changed" not in failure.context


GATES = "password=a secret=b api_key=c token=d cookie=g ?sig=h bearer abcdefgh1 ://a:b@c "
LONG = GATES * 800


@pytest.mark.parametrize(
    "attributes",
    [
        {f"a{number}": LONG for number in range(128)},
        {f"{number}{LONG[:4_000]}": "v" for number in range(128)},
        {f"m{number}": {f"{key}{GATES}": GATES for key in range(100)} for number in range(20)},
        {f"l{number}": [LONG] * 128 for number in range(16)},
        {f"b{number}": LONG.encode() for number in range(128)},
    ],
    ids=["texts", "keys", "maps", "lists", "bytes"],
)
def test_only_so_much_text_of_an_item_is_searched_for_secrets(
    attributes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []

    def spy(each: str) -> str:
        searched.append(len(each))
        return redact(each)

    monkeypatch.setattr(text, "redact", spy)
    (failure,) = failures(span(message=LONG, attributes={**attributes, "first": 1}))
    assert sum(searched) < 300_000
    assert "attributes" in failure.context["truncated"]


def test_of_many_long_attributes_the_short_ones_stay() -> None:
    long: dict[str, Any] = {f"long{number}": "x " * 10_000 for number in range(100)}
    context = one(**long, short="stays " * 30).context
    assert context["attributes"]["short"] == "stays " * 30


def test_the_run_of_a_span_with_an_endless_trace_id_is_cut() -> None:
    made = span()
    made.trace_id = b"x" * 100_000
    (failure,) = failures(made)
    assert len(failure.run.value) == MAX_NAME_BYTES
