"""The text of a failure where instrumentations write it instead of in the status or in an exception event.

Places, the best first: exception attributes on the span itself, its error attributes, the last event that tells of an
error (Rust's tracing makes an event of each log line; OpenTracing logged errors as events), the finish reason, the
message of Logfire.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from failcat_catalog.contract import NO_ERROR_TYPES, SpanSigns
from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import STATUS_ERROR, Attributes, Event, SpanItem

_ERROR_KEYS = (
    *(names.EXCEPTION_MESSAGE, "error.message", "error_message", "error.msg", "error", "err", "error.object"),
    "otel.status_description",  # of Zipkin and Jaeger
)
_MESSAGE_KEYS = ("message", "msg", "log.message")
_LEVEL_KEYS = ("level", "severity", "log.severity", "log.level", "severity_text")
_ERROR_LEVELS = frozenset({"error", "err", "fatal", "critical", "severe", "panic", "alert", "emergency", "emerg"})
_ERROR_WORDS = ("error", "exception", "fail", "panic")
_CONVERSATION = "gen_ai."  # events that hold messages of a conversation
_FALLBACK_KEYS = ("logfire.msg",)


def message_elsewhere(span: SpanItem, signs: SpanSigns) -> str:
    """The text of a failure without one in the span's status and its exception events; empty if nothing tells it."""
    is_only_reason = span.status_code != STATUS_ERROR and not (signs.code or signs.error_type)
    texts = () if is_only_reason else _error_texts(span)
    reason = (f"finish reason: {signs.finish_reason}",) if signs.finish_reason else ()
    return next(chain(texts, reason, _texts(span.attributes, _FALLBACK_KEYS)), "")


def _error_texts(span: SpanItem) -> Iterator[str]:
    yield from _texts(span.attributes, _ERROR_KEYS)
    for event in reversed(span.events):
        if not event.name.startswith(_CONVERSATION):
            yield from _of_event(event)


def _of_event(event: Event) -> Iterator[str]:
    attributes = event.attributes
    level = next((str(attributes[key]).lower() for key in _LEVEL_KEYS if key in attributes), "")
    if level and level not in _ERROR_LEVELS:
        return
    yield from _texts(attributes, _ERROR_KEYS)
    name = event.name.lower()
    if level or attributes.get("event") == "error" or any(word in name for word in _ERROR_WORDS):
        yield from _texts(attributes, _MESSAGE_KEYS)
    if level or " " in name.strip():  # a sentence, no name
        yield event.name


def _texts(attributes: Attributes, keys: tuple[str, ...]) -> Iterator[str]:
    return filter(None, (_text(attributes[key]) for key in keys if key in attributes))


def _text(value: AttributeValue) -> str:
    """Empty for a flag: `error` is one to some."""
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.lower() in NO_ERROR_TYPES or text.lower() == "true" else text
