"""Decoding loses no log record that the catalog's predicate recognises, wherever its name and fields are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.otlp import as_json, decoded, log, log_failures, logs

from failcat_catalog.log_events import (
    CONVENTIONS,
    FAILING_VALUES,
    KNOWN,
    MESSAGE_KEYS,
    SHARED,
    STACKTRACE_KEYS,
    TYPE_KEYS,
)
from failcat_catalog.log_failures import log_failure, severity_of
from failcat_sidecar.export import Encoding, Signal
from failcat_sidecar.otlp import LogItem

NAMES = [*KNOWN, *SHARED, "my.tool_result", "exception", "app.exception", "refused", "a line of text", ""]
KEYS = sorted(
    {
        *TYPE_KEYS,
        *MESSAGE_KEYS,
        *STACKTRACE_KEYS,
        *FAILING_VALUES,
        "exception.type",
        "failure.code",
        "decision",
        "output",
    }
    | {name for key, others in CONVENTIONS.items() for name in (key, *others)}
)
SCALARS = st.sampled_from(
    ["", "none", "error", "false", "true", "stop", "length", "E: m", "404", 200, 500, True, False, None]
)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["type", "message"]), SCALARS)
FIELDS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)


def named(name: str, place: str, attributes: dict[str, Any], in_body: dict[str, Any]) -> dict[str, Any]:
    """How a record has its name, as arguments of `log`."""
    if place == "attribute":
        return {"attributes": {"event.name": name, **attributes}, "body": in_body}
    if place == "body":
        return {"attributes": {**in_body, **attributes}, "body": name}
    if place == "map":
        return {"attributes": attributes, "body": {"event.name": name, **in_body}}
    return {"attributes": attributes, "body": in_body, "event_name": name}


RECORDS = st.builds(
    named, st.sampled_from(NAMES), st.sampled_from(["name", "attribute", "body", "map"]), FIELDS, FIELDS
)
SEVERITIES = st.sampled_from([(0, ""), (0, "INFO"), (0, "ERROR"), (9, ""), (13, ""), (17, ""), (21, "")])


@given(record=RECORDS, severity=SEVERITIES)
@example(record={"attributes": {}, "body": {"error": {"type": "E"}}, "event_name": "x"}, severity=(17, ""))
def test_what_the_predicate_recognises_is_decoded_and_nothing_else(
    record: dict[str, Any], severity: tuple[int, str]
) -> None:
    number, text = severity
    expected = log_failure(
        record.get("event_name", ""), record["body"], severity_of(number, text), record["attributes"]
    )
    body = logs(log(severity=number, severity_text=text, **record), log(2, body="all is well"))
    for encoding, sent in ((Encoding.PROTOBUF, body), (Encoding.JSON, as_json(body, Signal.LOGS))):
        found = [item.failure for item in decoded(sent, Signal.LOGS, encoding).suspects if isinstance(item, LogItem)]
        assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    "key", [*STACKTRACE_KEYS, "exception.type", "exception.message", "error.type", "error.message"]
)
def test_one_field_is_enough_to_be_looked_at(key: str) -> None:
    body = logs(log(event_name="refused", attributes={key: "E: m"}))
    for encoding, sent in ((Encoding.PROTOBUF, body), (Encoding.JSON, as_json(body, Signal.LOGS))):
        assert len(decoded(sent, Signal.LOGS, encoding).suspects) == 1


@pytest.mark.parametrize(("severity", "text", "is_failure"), [(9, "", 0), (0, "INFO", 0), (17, "", 1)])
def test_the_severity_of_a_record_that_is_reduced_is_read(severity: int, text: str, is_failure: int) -> None:
    record = log(severity=severity, severity_text=text, attributes={"exception.type": "E", "big": "x" * 300_000})
    assert len(decoded(logs(*[record] * 8), Signal.LOGS).suspects) == 8 * is_failure


@pytest.mark.parametrize(
    ("severity", "is_failure"),
    [("SEVERITY_NUMBER_INFO", 0), ("SEVERITY_NUMBER_ERROR2", 1), ("17", 1), (9, 0), (None, 1)],
)
def test_json_names_a_severity_in_several_ways(severity: Any, is_failure: int) -> None:
    document = json.loads(as_json(logs(log(attributes={"exception.type": "E"})), Signal.LOGS))
    document["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["severityNumber"] = severity
    found = decoded(json.dumps(document).encode(), Signal.LOGS, Encoding.JSON)
    assert (len(found.suspects), found.rejected) == (is_failure, 0)


def test_the_row_of_a_known_event_says_who_and_where() -> None:
    told = {"tool_name": "Edit", "success": "false", "error_type": "TimeoutError", "session.id": "s", "agent.name": "a"}
    (failure,) = log_failures(log(body="claude_code.tool_result", severity=9, attributes={**told, "model": "m"}))
    assert failure.skill and failure.agent and failure.model
    assert (failure.skill.value, failure.agent.value, failure.run.value) == ("Edit", "a", "s")
    assert failure.model.value == "m"
    assert failure.observation.error_type == "TimeoutError"


@pytest.mark.parametrize(
    ("stacktrace", "exception_type", "message"),
    [
        ("java.net.TimeoutException: Timed out\n\tat a.B.c(B.java:1)", "java.net.TimeoutException", "Timed out"),
        ('Exception in thread "main" a.BadError: x\n\tat a.B.c(B.java:1)', "a.BadError", "x"),
        ('Traceback (most recent call last):\n  File "x.py", line 1, in f\nKeyError: \'plan\'\n', "KeyError", "'plan'"),
        ("at least something", "", ""),
    ],
)  # fmt: skip
def test_a_stack_trace_alone_tells_the_exception(stacktrace: str, exception_type: str, message: str) -> None:
    (failure,) = log_failures(log(attributes={"exception.stacktrace": stacktrace}))
    assert (failure.observation.exception_type, failure.observation.message) == (exception_type, message)
