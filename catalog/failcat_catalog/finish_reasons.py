"""Why a model's response ended: which reasons are failures, and where instrumentations write them. A part of the
contract between agent and sidecar.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

FINISH_REASONS = "gen_ai.response.finish_reasons"


class FinishReasonWords(NamedTuple):
    """The words with which one provider or library says why a response ended, in snake case, separated by spaces."""

    source: str
    failing: str  # the response is incomplete or refused
    benign: str


FINISH_REASON_WORDS = (
    FinishReasonWords(
        "OpenTelemetry GenAI conventions 1.44 (FinishReason); OpenAI API, chat completions; Vercel AI SDK 7",
        failing="content_filter length error",
        benign="stop tool_calls tool_call function_call",
    ),
    FinishReasonWords(
        "Anthropic API, messages (stop_reason)",
        failing="max_tokens refusal model_context_window_exceeded",
        benign="end_turn tool_use stop_sequence pause_turn compaction",
    ),
    FinishReasonWords(
        "OpenAI API, responses (status, incomplete_details.reason)",
        failing="max_output_tokens incomplete failed",
        benign="completed",
    ),
    FinishReasonWords(
        "Google Gemini API and Vertex AI (FinishReason, BlockReason); finish reasons of google_genai 3.4",
        failing="safety recitation language blocklist prohibited_content spii malformed_function_call"
        " malformed_response unexpected_tool_call too_many_tool_calls missing_thought_signature image_safety"
        " image_prohibited_content image_recitation no_image jailbreak model_armor",
        benign="",
    ),
    FinishReasonWords(
        "Amazon Bedrock, Converse (stopReason), Titan (completionReason), Llama, AI21",
        failing="guardrail_intervened content_filtered malformed_model_output malformed_tool_use"
        " rag_query_when_rag_disabled",
        benign="finish finished stop_criteria_met endoftext",
    ),
    FinishReasonWords(
        "Cohere API v1 and v2 (finish_reason)",
        failing="error_toxic error_limit timeout",
        benign="complete user_cancel",
    ),
    FinishReasonWords("Mistral API, chat completions (finish_reason)", failing="model_length", benign=""),
    FinishReasonWords("DeepSeek API (finish_reason)", failing="insufficient_system_resource", benign=""),
    FinishReasonWords("Azure AI Inference and OpenAI for .NET", failing="token_limit_reached", benign="stopped"),
    FinishReasonWords(
        "IBM watsonx.ai (stop_reason)", failing="token_limit time_limit", benign="eos_token not_finished cancelled"
    ),
    FinishReasonWords("Zhipu GLM API (finish_reason)", failing="sensitive network_error", benign=""),
    FinishReasonWords("Firebase Genkit (finishReason)", failing="blocked", benign=""),
    FinishReasonWords(
        "Ollama (done_reason), Hugging Face TGI, Together, vLLM and SGLang", failing="", benign="load unload eos abort"
    ),
)
"""What finish reasons say. A reason in no row, such as `other`, is sent by agents and is no failure to the sidecar, so
that a newer sidecar can know more. Spellings do not matter: `content-filter`, `contentFilter`, `CONTENT_FILTER` and
`FinishReason.CONTENT_FILTER` are one word."""

FAILING_FINISH_REASONS = frozenset(word for row in FINISH_REASON_WORDS for word in row.failing.split())
BENIGN_FINISH_REASONS = frozenset(word for row in FINISH_REASON_WORDS for word in row.benign.split())

FINISH_REASON_NAMES = frozenset(
    f"{what}{reason}{plural}"
    for what in ("finish", "stop", "completion", "done")
    for reason in ("_reason", "Reason")
    for plural in ("", "s")
)
"""A finish reason is the value of an attribute whose name, or its part behind the last dot, is one of these: of a span,
an event or a log record. Examples: `gen_ai.response.finish_reasons` (OpenTelemetry), `llm.finish_reason`
(OpenInference), `gen_ai.completion.0.finish_reason` (OpenLLMetry), `ai.response.finishReason` (Vercel AI SDK),
`anthropic.message.stop_reason`."""

FINISH_REASON_MESSAGES = ("gen_ai.output.messages", "gen_ai.event.content")
"""Attributes that hold messages, or one, as JSON text or as maps; each may name its finish reason."""

MAX_REASONS = 64
"""Of one attribute, and messages of one text; requests ask for a few choices at most."""

_MAX_REASON_CHARS = 1_024
_MAX_MESSAGES_CHARS = 256 << 10
_BETWEEN_WORDS = re.compile(r"[^\w.\- ]+")  # of a list as text, in JSON or any other notation
_IN_WORDS = re.compile(r"[-_ ]")
_ENDS = ("reason", "reasons", "Reason", "Reasons")


def failing_finish_reason(attributes: Mapping[str, object]) -> str:
    """The first failing reason in the attributes of a span, an event or a log record, in the spelling of the table;
    empty without one."""
    if not may_tell_reason(attributes):
        return ""
    return next((_FAILING[key] for key in map(_key, _reasons(attributes)) if key in _FAILING), "")


def may_tell_reason(attributes: Mapping[str, object]) -> bool:
    """Whether a reason may be in the attributes. Few have one, and asking this takes a fifth of the time."""
    return "eason" in "\n".join(attributes) or any(map(attributes.__contains__, FINISH_REASON_MESSAGES))


def ended_well(attributes: Mapping[str, object]) -> bool:
    """Whether all finish reasons in the attributes are benign."""
    return not may_tell_reason(attributes) or _BENIGN.issuperset(map(_key, _reasons(attributes)))


def finish_reason_words(value: object) -> list[str]:
    """The reasons in the value of one attribute: a text, a list of texts, or either as text. Those of the table are in
    its spelling, others in lower case."""
    return [_KNOWN.get(_key(word), word.lower()) for word in _words(value)]


def _reasons(attributes: Mapping[str, object]) -> Iterator[str]:
    for name, value in attributes.items():
        if name.endswith(_ENDS) and name.rpartition(".")[2] in FINISH_REASON_NAMES:
            yield from _words(value)
    for name in FINISH_REASON_MESSAGES:
        if name in attributes:
            yield from _reasons_of_messages(attributes[name])


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from (word for word in _BETWEEN_WORDS.split(value[:_MAX_REASON_CHARS]) if word.strip())
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for inner in value[:MAX_REASONS]:
            if isinstance(inner, str):
                yield from _words(inner)


def _reasons_of_messages(value: object) -> Iterator[str]:
    if isinstance(value, str):
        value = _from_json(value) if _FAILING_IN_JSON.search(value) else None
    for message in [value] if isinstance(value, Mapping) else value[:MAX_REASONS] if isinstance(value, list) else ():
        if isinstance(message, Mapping):
            told = map(message.__getitem__, FINISH_REASON_NAMES.intersection(message))
            yield from (word for reason in told if isinstance(reason, str) for word in islice(_words(reason), 1))


def _from_json(text: str) -> object:
    try:
        return json.loads(text) if len(text) <= _MAX_MESSAGES_CHARS else None
    except (ValueError, RecursionError):
        return None


def _key(word: str) -> str:
    """`contentfilter` of `FinishReason.CONTENT_FILTER`, `content-filter` and all other spellings."""
    return _IN_WORDS.sub("", word.rpartition(".")[2]).lower().removeprefix("finishreason")


_FAILING = {_key(word): word for word in FAILING_FINISH_REASONS}
_BENIGN = frozenset(map(_key, BENIGN_FINISH_REASONS))
_SPELLED = "|".join(word.replace("_", "[-_ ]*") for word in sorted(FAILING_FINISH_REASONS))
_FAILING_IN_JSON = re.compile(rf'easons?"\s*:\s*"[^"]*?(?i:{_SPELLED})')
"""Healthy messages are not parsed: they are long."""
_KNOWN = _FAILING | {_key(word): word for word in BENIGN_FINISH_REASONS}
