"""Contents of conversations: known by names of attributes, by fields of JSON, and behind known words in messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.otlp import decoded, exception, failures, span

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.contents import (
    is_content,
    without_contents,
    without_contents_in_json,
    without_contents_in_query,
)
from failcat_catalog.contents.names import INSTRUMENTATIONS
from failcat_catalog.contract import MODEL_KEYS
from failcat_catalog.documents import all_rules
from failcat_catalog.examples import observation_of
from failcat_catalog.redaction import redact
from failcat_catalog.signature import signature
from failcat_sidecar.extract import Extractor
from failcat_sidecar.extract.invalid import InvalidRecoveries

RECORDED = Path(__file__).parents[3].parent / "shared" / "data"
SAID = "please summarise the letter"

NAMES = """
gen_ai.input.messages gen_ai.output.messages gen_ai.system_instructions gen_ai.tool.call.arguments
gen_ai.tool.call.result gen_ai.prompt.0.content gen_ai.choice gen_ai.user.message gen_ai.response.text
gen_ai.evaluation.explanation input.value output.value llm.input_messages.0.message.contents.0.message_content.text
llm.prompts.0.prompt.text llm.prompt_template.variables
retrieval.documents.0.document.content reranker.query embedding.text tool.parameters tool.json_schema metadata
traceloop.entity.input traceloop.prompt.template_variables llm.request.functions.0.description ai.prompt
ai.prompt.messages ai.prompt.toolChoice ai.response.text ai.response.toolCalls ai.toolCall.args ai.toolCall.result
ai.schema ai.values prompt all_messages_events pydantic_ai.all_messages final_result tool_arguments tool_response
model_request_parameters logfire.msg request_data mlflow.spanInputs mlflow.spanOutputs mlflow.chat.tools
langfuse.observation.input langsmith.metadata.question inputs outputs haystack.pipeline.input_data
haystack.component.output crew_inputs crew_agents task_description formatted_description task_output
crewai.crew.inputs crewai.agent.goal autogen.message message chat_history query_str input_str thought observation
action_input langgraph.state sk.function.arguments spring.ai.chat.client.user.text spring.ai.tool.call.arguments
content text strands.prompt tool.result agno.run.input smolagents.task dspy.inputs mcp.request.argument.q
mcp.tool.arguments a2a.message url.query db.query.parameter.email graphql.document messaging.message.body
weave.inputs.question openai.response my.chat_history app.userInput app.toolCalls some-answer question
function.args code.function.args exception.args retriever.query
""".split()  # noqa: SIM905 - a table

KEPT = """
gen_ai.request.model gen_ai.usage.input_tokens gen_ai.output.type gen_ai.response.finish_reasons gen_ai.tool.name
gen_ai.agent.name gen_ai.conversation.id gen_ai.provider.name gen_ai.operation.name gen_ai.tool.call.id
llm.model_name llm.provider llm.finish_reason openinference.span.kind input.mime_type traceloop.span.kind
traceloop.workflow.name logfire.msg_template logfire.span_type mlflow.spanType haystack.component.name
haystack.component.type url.full url.path http.request.method http.response.status_code http.response.body.size
server.address db.system db.query.text db.query.summary db.operation.name messaging.destination.name rpc.method
session.id user.id error.type error.message exception.type failure.code tool.name service.name
sk.available_functions agent_name model_name smolagents.max_steps graph.node.id process.command_args
code.function.name ai.model.id ai.operationId ai.telemetry.functionId gcp.vertex.agent.invocation_id
""".split()  # noqa: SIM905 - a table


@pytest.mark.parametrize("name", NAMES)
def test_contents_are_known_by_their_name(name: str) -> None:
    assert is_content(name)
    assert "attributes" not in failures(span(attributes={name: SAID}))[0].context
    assert failures(span(attributes={name: SAID}), keep_contents=True)[0].context["attributes"] == {name: SAID}


@pytest.mark.parametrize("name", KEPT)
def test_what_tells_of_a_call_but_not_of_what_was_said_stays(name: str) -> None:
    assert not is_content(name)


def test_what_tells_the_model_is_never_left_out() -> None:
    assert [name for name in MODEL_KEYS if is_content(name)] == []
    parameters = f'{{"model": "gpt-4o", "messages": ["{SAID}"], "tools": ["{SAID}"], "temperature": 0}}'
    (failure,) = failures(span(attributes={"llm.invocation_parameters": parameters}))
    assert failure.model and failure.model.value == "gpt-4o"
    assert SAID not in repr(failure)


def test_the_table_names_each_instrumentation_and_repeats_no_name() -> None:
    names = [name for names in INSTRUMENTATIONS.values() for name in names.split()]
    assert len(names) == len(set(names)) > 180
    assert all(is_content(name.rstrip("*.")) or is_content(name.replace("*", "0")) for name in names)


def test_numbers_under_a_contents_name_are_counts() -> None:
    (failure,) = failures(span(attributes={"llm.token_count.prompt": 9, "llm.token_count.completion": 3.5}))
    assert failure.context["attributes"] == {"llm.token_count.prompt": 9, "llm.token_count.completion": 3.5}


MARK = "[redacted:content]"
MESSAGES = [
    (
        f"age\n  Input should be a valid integer [type=int_type, input_value='{SAID}', input_type=str]\n  see https://x",
        f"age\n  Input should be a valid integer [type=int_type, input_value={MARK}, input_type=str]\n  see https://x",
    ),
    (f"Could not parse LLM output: `{SAID}`\nFor troubleshooting, visit: x", f"Could not parse LLM output: `{MARK}"),
    (f"Invalid json output: {SAID}", f"Invalid json output: {MARK}"),
    (
        f'Failed to parse Joke from completion {{"a": "{SAID}"}}. Got: 1',
        f"Failed to parse Joke from completion {MARK}. Got: 1",
    ),
    (
        f"Function f arguments:\n\n{SAID}\n\nare not valid JSON. Received JSONDecodeError",
        f"Function f arguments:\n\n{MARK}\n\nare not valid JSON. Received JSONDecodeError",
    ),
    (
        f"Error invoking tool 'x' with kwargs {{'q': '{SAID}'}} with error:\n boom",
        f"Error invoking tool 'x' with kwargs {MARK} with error:\n boom",
    ),
    (
        f"JSONAdapter failed to parse the LM response.\n\nLM Response: {SAID}\n\nExpected to find output fields",
        f"JSONAdapter failed to parse the LM response.\n\nLM Response: {MARK}\n\nExpected to find output fields",
    ),
    (f"Could not extract json string from output: {SAID}", f"Could not extract json string from output: {MARK}"),
    (f"Invalid JSON input for tool f: {SAID}", f"Invalid JSON input for tool f: {MARK}"),
    (
        f"Type validation failed: Value: {SAID}\nError message: no",
        f"Type validation failed: Value: {MARK}\nError message: no",
    ),
    (f"error parsing tool call: raw='{SAID}', err=x", f"error parsing tool call: raw='{MARK}', err=x"),
    (f"tool 'f' with arguments {{'o': '{SAID}'}}: LookupError", f"tool 'f' with arguments {MARK}}}: LookupError"),
    (f"'x' is too short\n\nOn instance:\n    {SAID}", f"'x' is too short\n\nOn instance:\n    {MARK}"),
    (f"failed to parse: raw output: {SAID}", f"failed to parse: raw output: {MARK}"),
    (
        f'E: Invalid json output: {SAID}\n  File "a.py", line 3',
        f'E: Invalid json output: {MARK}\n  File "a.py", line 3',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "cut"), MESSAGES, ids=range(len(MESSAGES)))
def test_contents_behind_known_words_are_cut(message: str, cut: str) -> None:
    assert without_contents(message) == cut or without_contents(message).startswith(cut + "\nFor troubleshooting")
    assert without_contents(cut) is cut
    made = span(message=message, events=(exception("E", message, stacktrace=message),), attributes={"detail": message})
    assert SAID not in repr(failures(made))
    assert SAID in repr(failures(made, keep_contents=True))


@pytest.mark.parametrize(
    "message",
    [
        "error reading streaming LLM response: doRequest: dial tcp 10.0.0.1:443: i/o timeout",
        "the tool was called with arguments that do not match its schema",
        "missing 2 required positional arguments: 'a' and 'b'",
        "Invalid user input: must not be empty",
        "Error code: 400 - {'error': {'message': 'maximum context length is 8192 tokens'}}",
    ],
)
def test_a_message_that_quotes_nobody_stays(message: str) -> None:
    assert without_contents(message) is message


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (
            f'{{"messages": [{{"role": "user", "content": "{SAID}"}}], "model": "m"}}',
            f'{{"messages": "{MARK}", "model": "m"}}',
        ),
        (f'[{{"a": {{"prompt": "{SAID}"}}}}]', f'[{{"a": {{"prompt": "{MARK}"}}}}]'),
        ('{"model": "gpt-4o", "input": 3}', '{"model": "gpt-4o", "input": 3}'),
        (f'{{"model": "m", "content": "{SAID} …[cut]', f'{{"model": "m", "content": {MARK}'),
        (f"{{'content': '{SAID}'}}", f"{{'content': {MARK}"),
        ("{not json", "{not json"),
        ("[" * 100_000, "[" * 100_000),
    ],
)  # fmt: skip
def test_contents_in_json_are_left_out_by_the_names_of_their_fields(text: str, clean: str) -> None:
    assert without_contents_in_json(text) == clean == without_contents_in_json(clean)
    if len(text) < 1_000:
        assert SAID not in repr(failures(span(attributes={"request": text})))


def test_prose_in_the_query_of_a_url_is_a_content() -> None:
    url = "https://x/search?q=please+summarise+this&api-version=2024-02-01&k=3"
    clean = f"https://x/search?q={MARK}&api-version=2024-02-01&k=3"
    assert without_contents_in_query(url) == clean == without_contents_in_query(clean)
    assert failures(span(attributes={"url.full": url}))[0].context["attributes"] == {"url.full": clean}


def test_the_catalog_knows_a_failure_without_its_contents() -> None:
    catalog = Catalog.builtin()
    for rule in all_rules(builtin_document()):
        for example in (*(rule.get("examples") or ()), *(rule.get("counter_examples") or ())):
            told = observation_of(example)
            cut = told._replace(message=without_contents(told.message))
            assert catalog.match(cut).code == catalog.match(told).code, told


FRAGMENTS = st.sampled_from(
    [message[:n] for message, _ in MESSAGES for n in (20, 60, None)] + [MARK, "\n", " ", "x", "`", "é"]
)


@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_cutting_and_masking_twice_changes_nothing(text: str) -> None:
    cut = without_contents(text)
    assert without_contents(cut) is cut
    stored = redact(cut)
    assert signature("E", redact(stored)) == signature("E", stored) == signature("E", cut)


RECORDINGS = sorted(RECORDED.glob("frameworks/*[!s].pb")) + sorted(RECORDED.glob("otlp/*.pb"))
SPOKEN = (
    "Where is order",
    "You are an expert assistant",
    "Finds an order",
    "Hello, I was",
    "Hello, all done",
)


@pytest.mark.skipif(not RECORDINGS, reason=f"{RECORDED} is not there")
@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_recorded_spans_leave_nothing_that_was_said(file: Path) -> None:
    if file.name.endswith(".logs.pb"):
        pytest.skip("spans only")
    suspects = list(decoded(file.read_bytes()).suspects)
    for keep in (False, True):
        told = repr(Extractor(keep_contents=keep).extract(suspects, None, InvalidRecoveries()))
        heard = [words for words in SPOKEN if words in told]
        assert not heard or keep, heard


@pytest.mark.parametrize(
    "part", ["input_value=x\n", " with arguments {x\n    at ", "<completion>{", '{"content": ', "raw output: "]
)
def test_hostile_repetition_costs_no_more_than_its_length(part: str) -> None:
    """Would not end in the life of a test run if any step were quadratic."""
    text = part * (1_000_000 // len(part))
    without_contents(text)
    without_contents_in_json(text)
