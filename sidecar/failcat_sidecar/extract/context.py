"""What is stored beside a failure's columns: its attributes, stack trace, origin, and marks of what was changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from failcat_catalog import attributes as own
from failcat_catalog.redaction import redact_value
from failcat_catalog.text import MAX_CONTEXT_BYTES, MAX_STACKTRACE_BYTES, cleaned, cleaned_middle
from failcat_catalog.types import AttributeValue
from failcat_sidecar.extract.contents import is_content
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import Attributes, Item, Resource, SpanItem

MAX_VALUE_BYTES = 4_096  # of one attribute
MAX_ELEMENTS = 128  # of an array or map
MAX_DEPTH = 8
MAX_ATTRIBUTES = 128
MAX_KEY_BYTES = 256  # also of a span's or scope's name
_MAX_CACHED_CHARS = 64
_MAX_READ_CHARS = 8 * MAX_STACKTRACE_BYTES  # of a stack trace, at either end

KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")

_RESOURCE_KEYS = ("service.version", "service.namespace", "deployment.environment.name", "host.name", "k8s.pod.name")

_ELSEWHERE = frozenset(
    {
        *(names.EXCEPTION_TYPE, names.EXCEPTION_MESSAGE, names.EXCEPTION_STACKTRACE),
        *(own.RUN_ID, own.STEP_INDEX, own.SKILL_ID, own.TENANT_ID, own.AGENT_NAME),
        *(own.REPORTED_ID, own.MATCH_RESULT),
    }
)
"""Attributes that have a column of their own."""


def clean_attributes(attributes: Attributes, *, keep_contents: bool) -> dict[str, Any]:
    """The attributes as JSON values: redacted, storable, bounded; without contents of conversations unless wanted."""
    clean: dict[str, Any] = {}
    for key, value in attributes.items():
        name = _stored_name(key, keep_contents) if len(key) <= MAX_KEY_BYTES else cleaned(key, MAX_KEY_BYTES)
        if name is None:
            continue
        if len(clean) == MAX_ATTRIBUTES:
            break
        if type(value) is str and len(value) <= _MAX_CACHED_CHARS:  # most values: spares a call
            clean[name] = _short_text(value, key)
        elif type(value) is int:
            clean[name] = value
        else:
            clean[name] = clean_value(value, key)
    return clean


def clean_value(value: AttributeValue, key: str = "", depth: int = 0) -> Any:  # noqa: PLR0911  # one for each kind
    """One attribute's value as a JSON value."""
    if isinstance(value, str):
        return _text(value, key)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return _text(value[:MAX_VALUE_BYTES].hex(), key)
    if depth == MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        items = list(value.items())[:MAX_ELEMENTS]
        return {_clean_key(inner): clean_value(item, inner, depth + 1) for inner, item in items}
    return [clean_value(item, key, depth + 1) for item in value[:MAX_ELEMENTS]]


def context_of(item: Item, attributes: Mapping[str, Any], stacktrace: str) -> dict[str, Any]:
    """Without marks; `fit` bounds it."""
    context: dict[str, Any] = {}
    if attributes:
        context["attributes"] = attributes
    if stacktrace:
        context["stacktrace"] = _clean_stacktrace(stacktrace)
    if item.scope:
        context["scope"] = _clean_key(item.scope)
    if isinstance(item, SpanItem):
        context["span_name"] = _clean_key(item.name)
        context["span_kind"] = KINDS[item.kind] if 0 <= item.kind < len(KINDS) else str(item.kind)
    elif item.event_name:
        context["event_name"] = _clean_key(item.event_name)
    return context


def resource_context(resource: Resource) -> dict[str, Any]:
    """The few attributes of a resource that tell where a failure happened."""
    found = resource.attributes
    return {key: clean_value(found[key], key) for key in _RESOURCE_KEYS if key in found}


def fit(context: dict[str, Any]) -> dict[str, Any]:
    """The context in at most 64 KiB of JSON. What is left out is named under `truncated`; the stack trace is kept
    longest, because it is bounded already."""
    if _fits(context):
        return context
    attributes = dict(context.get("attributes", {}))
    context = {**context, "attributes": attributes, "truncated": [*context.get("truncated", ()), "attributes"]}
    for key in sorted(attributes, key=lambda key: _json_bytes(attributes[key]), reverse=True):
        del attributes[key]
        if _fits(context):
            return context
    return {**context, "stacktrace": cleaned_middle(context["stacktrace"], MAX_CONTEXT_BYTES // 8)}


def _fits(context: dict[str, Any]) -> bool:
    return _json_bytes(context) <= MAX_CONTEXT_BYTES


def _json_bytes(value: Any) -> int:
    return len(msgspec.json.encode(value))


@lru_cache(maxsize=8_192)
def _short_text(value: str, key: str) -> str:
    """Most values are short and repeat."""
    return _text(value, key)


def _text(value: str, key: str) -> str:
    text = cleaned(value, MAX_VALUE_BYTES)
    redacted = redact_value(text, key)
    return redacted if isinstance(redacted, str) else text


@lru_cache(maxsize=4_096)
def _stored_name(key: str, keep_contents: bool) -> str | None:
    """The name under which an attribute is stored; None if it is not."""
    if key in _ELSEWHERE or (not keep_contents and is_content(key)):
        return None
    return _short_name(key)


@lru_cache(maxsize=4_096)
def _short_name(name: str) -> str:
    return cleaned(name, MAX_KEY_BYTES)


def _clean_key(key: str) -> str:
    return _short_name(key) if len(key) <= MAX_KEY_BYTES else cleaned(key, MAX_KEY_BYTES)


def _clean_stacktrace(stacktrace: str) -> str:
    if len(stacktrace) > 2 * _MAX_READ_CHARS:  # bounds the work; both cuts are far inside what is cut away next
        stacktrace = stacktrace[:_MAX_READ_CHARS] + stacktrace[-_MAX_READ_CHARS:]
    return cleaned_middle(stacktrace, MAX_STACKTRACE_BYTES)
