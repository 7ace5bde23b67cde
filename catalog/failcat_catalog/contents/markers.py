"""Contents in messages: what frameworks quote of a conversation behind known words is cut to a mark."""

from __future__ import annotations

from collections.abc import Iterator

from failcat_catalog.needles import Needles
from failcat_catalog.redaction.marks import START, Span, replace
from failcat_catalog.redaction.view import bytes_of

_LINE = ("\n",)
_TROUBLESHOOTING = ("\nfor troubleshooting",)
_TO_END: tuple[str, ...] = ()

_MARKERS: dict[str, tuple[str, ...]] = {
    # words in lower case before a content: what ends it; without one the line of a frame or the text
    "input_value=": (", input_type=", "\n"),  # pydantic
    "could not parse llm output: ": _TROUBLESHOOTING,  # LangChain
    "could not parse output: ": _TROUBLESHOOTING,
    "invalid json output: ": _TROUBLESHOOTING,
    " from completion ": (". got: ", ". got "),
    " arguments:\n\n": ("\n\nare not valid json",),
    " with kwargs ": (" with error:",),  # LangGraph
    "action input: ": ("\nobservation", "\nthought"),
    "could not extract json string from output: ": _TO_END,  # LlamaIndex
    "could not extract final answer from input text: ": _TO_END,
    "got json string: ": _TO_END,
    "\nlm response: ": ("\n\nexpected to find", "\n\nactual output fields"),  # DSPy
    "invalid json when parsing ": (" for typeadapter", " for "),  # OpenAI Agents
    "invalid json input for tool ": _LINE,
    "here is your code snippet:": ("\nmake sure",),  # smolagents
    "the model output was:": _TO_END,
    "json blob was: ": _TO_END,
    " with arguments ": ("}: ", "\n"),
    "openai tool calls=": (" to gemini",),  # LiteLLM
    "invalid user message=": (" at index",),
    "received chunk: ": _TO_END,
    "json parsing failed: text: ": ("\nerror message:", ". error message:"),  # Vercel AI SDK
    "type validation failed: value: ": ("\nerror message:", ". error message:"),
    "to the desired target type: ": (" into ",),  # Spring AI
    'failed to parse "': ('" into ',),  # LangChain4j
    "error parsing tool call: raw='": ("', err=",),  # Ollama
    ", arguments: ": _LINE,  # Haystack
    "<completion>": ("</completion>",),  # Instructor
    "on instance:\n": ("\n\n",),  # jsonschema
    "tool input: ": _LINE,  # CrewAI
    "llm output: ": _TO_END,
    "llm response: ": _TO_END,
    "model output: ": _TO_END,
    "model response: ": _TO_END,
    "raw output: ": _TO_END,
    "raw response: ": _TO_END,
}
_OBJECTS = (" from completion ", " with kwargs ", " with arguments ", ", arguments: ")
"""Common words: only an object or a text in quotes behind them is a content."""
_NAMES_FIRST = ("invalid json input for tool ",)
"""A tool's name and a colon stand between these and the content."""
_OF_PARSERS = ("llm output: ", "llm response: ", "model output: ", "model response: ", "raw output: ", "raw response: ")
"""So are these, unless the line tells of a parser."""
_PARSER = ("pars", "valid", "unexpected", "decod")
_MAX_LINE_CHARS = 160
_NEEDLES = Needles(tuple(_MARKERS))
_BEFORE = " \n`"
_QUOTES = "{[('\"`"
_FRAMES = (
    "\n\nduring handling of",
    "\n\nthe above exception was",
    "\ntraceback (most recent",
    '\n  file "',
    "\n    at ",
)


def without_contents(text: str) -> str:
    """`text` with `[redacted:content]` for each content; the same object when there is none. Idempotent, linear."""
    raw = bytes_of(text)
    found = _NEEDLES.found_in(raw)
    if not found:
        return text
    lower = raw.lower().decode("ascii")
    spans = sorted(span for marker in found for span in _spans(text, lower, marker))
    return replace(text, _merged(spans))


def _spans(text: str, lower: str, marker: str) -> Iterator[Span]:
    stops = dict.fromkeys((*_MARKERS[marker], *_FRAMES), 0)  # where each comes next: one search for each of them
    at = lower.find(marker)
    while at >= 0:
        start = at + len(marker)
        if marker in _NAMES_FIRST:
            start = max(start, lower.find(": ", start) + 2)
        for stop, place in stops.items():
            if place < start:
                found = lower.find(stop, start)
                stops[stop] = found if found >= 0 else len(text)
        end = min(stops.values())
        while start < end and text[start] in _BEFORE:
            start += 1
        if end > start and not text.startswith(START, start) and _is_content(text, lower, marker, at, start):
            yield start, end, "content"
        at = lower.find(marker, max(end, start))


def _is_content(text: str, lower: str, marker: str, at: int, start: int) -> bool:
    if marker in _OBJECTS:
        return text[start] in _QUOTES
    line = lower[max(at - _MAX_LINE_CHARS, 0) : at].rpartition("\n")[2]
    return marker not in _OF_PARSERS or any(map(line.__contains__, _PARSER))


def _merged(spans: list[Span]) -> list[Span]:
    """Overlapping spans as one: a content may quote the words of another marker."""
    merged: list[Span] = []
    for start, end, kind in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), kind)
        else:
            merged.append((start, end, kind))
    return merged
