"""The context of a failure: its attributes, stack trace and resource, and marks of the parts that were changed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from failcat_catalog import attributes as own
from failcat_catalog.contents import is_content
from failcat_catalog.redaction import mark_of_number
from failcat_catalog.sanitize import MAX_ATTRIBUTES, Alteration, Sanitizer, sanitize_name, sanitize_text
from failcat_catalog.text import MAX_CONTEXT_BYTES, MAX_NAME_BYTES, MAX_STACKTRACE_BYTES, cleaned_middle, was_replaced
from failcat_catalog.types import Observation
from failcat_sidecar.extract.observed import add_all_names, add_names
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import Attributes, Item, SpanItem

_MAX_CACHED_CHARS = 64
_MAX_READ_CHARS = 2 * MAX_STACKTRACE_BYTES  # of a stack trace, at either end

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


_encode = msgspec.json.Encoder().encode


Cleaned = tuple[dict[str, Any], set[Alteration]]
"""Attributes as they are stored, and what was done to them."""


def clean_attributes(attributes: Attributes, *, keep_contents: bool) -> Cleaned:
    """The attributes as JSON values: redacted, storable, bounded; without contents of conversations unless wanted."""
    clean: dict[str, Any] = {}
    sanitizer = Sanitizer(keep_contents=keep_contents)
    for key, value in attributes.items():
        if key in _ELSEWHERE:
            continue
        if type(value) is str and len(value) <= _MAX_CACHED_CHARS and len(key) <= MAX_NAME_BYTES:  # most
            name, stored, changed = _short_attribute(key, value, keep_contents)
        elif type(value) is int and len(key) <= MAX_NAME_BYTES:
            name, changed = _stored_name(key, keep_contents=True)  # numbers are no contents
            stored = mark_of_number(key) or value
        else:
            if sanitizer.is_spent:
                break
            sanitizer.spend(key)
            named = _stored_name if len(key) <= MAX_NAME_BYTES else _stored_name.__wrapped__
            name, changed = named(key, keep_contents=keep_contents or isinstance(value, int | float))
            stored = value if name is None else sanitizer.value(value, key)
        if name is None:
            continue
        if len(clean) == MAX_ATTRIBUTES:
            sanitizer.changes.add(Alteration.TRUNCATED)
            break
        if changed:
            sanitizer.changes.add(Alteration.CHANGED)
        clean[name] = stored
    return clean, sanitizer.changes


def context_of(item: Item, attributes: Cleaned, stacktrace: str, *, keep_contents: bool) -> dict[str, Any]:
    """With the marks of its own parts; `fit` bounds it."""
    context: dict[str, Any] = {}
    values, marks = attributes
    if values:
        context["attributes"] = values
    for how in marks:
        mark(context, how, "attributes")
    if stacktrace:
        context["stacktrace"] = clean = _clean_stacktrace(stacktrace, keep_contents=keep_contents)
        if was_replaced(stacktrace, clean):
            mark(context, Alteration.CHANGED, "stacktrace")
    if item.scope:
        context["scope"], changed = sanitize_name(item.scope)
        if changed:
            mark(context, Alteration.CHANGED, "scope")
    if isinstance(item, SpanItem):
        context["span_name"], changed = sanitize_name(item.name)
        if changed:
            mark(context, Alteration.CHANGED, "span_name")
        context["span_kind"] = KINDS[item.kind] if 0 <= item.kind < len(KINDS) else str(item.kind)
    elif item.event_name:
        context["event_name"], changed = sanitize_name(item.event_name)
        if changed:
            mark(context, Alteration.CHANGED, "event_name")
    return context


def mark(context: dict[str, Any], how: Alteration, part: str) -> None:
    """Says of a part of the failure that it is not as it was sent."""
    if part not in context.setdefault(how, []):
        context[how].append(part)


def resource_context(found: Attributes) -> dict[str, Any]:
    """The few attributes of a resource that tell where a failure happened. They are names: anything else is none, and
    could make a context larger than `fit` can mend."""
    return {key: sanitize_name(name)[0] for key in _RESOURCE_KEYS if isinstance(name := found.get(key), str)}


def fit(context: dict[str, Any], observation: Observation) -> tuple[dict[str, Any], str]:
    """The context with the observation's names in at most 64 KiB of JSON, and that JSON. What is left out is named
    under `truncated`; the stack trace is kept longest, because it is bounded already."""
    stored = context.get("attributes", {})
    add_names(context, observation, stored)
    text = _encode(context)
    if len(text) <= MAX_CONTEXT_BYTES:
        return context, text.decode()
    attributes = dict(stored)
    context = {**context, "attributes": attributes, "truncated": list(context.get("truncated", ()))}
    add_all_names(context, observation)
    mark(context, Alteration.TRUNCATED, "attributes")
    for key in sorted(attributes, key=lambda key: _json_bytes(attributes[key]), reverse=True):
        del attributes[key]
        text = _encode(context)
        if len(text) <= MAX_CONTEXT_BYTES:
            return context, text.decode()
    if "stacktrace" in context:
        context["stacktrace"] = cleaned_middle(context["stacktrace"], MAX_CONTEXT_BYTES // 8)
    return context, _encode(context).decode()


def _json_bytes(value: Any) -> int:
    return len(_encode(value))


@lru_cache(maxsize=8_192)
def _short_attribute(key: str, value: str, keep_contents: bool) -> tuple[str | None, Any, bool]:
    """Name and value as they are stored, and whether either was changed: most are short and repeat."""
    name, name_changed = _stored_name(key, keep_contents=keep_contents)
    if name is None:
        return None, None, False
    text, changed = sanitize_text(value, key, keep_contents=keep_contents)
    return name, text, name_changed or changed


@lru_cache(maxsize=4_096)
def _stored_name(key: str, *, keep_contents: bool) -> tuple[str | None, bool]:
    """The name under which an attribute is stored, None if it is not; and whether it was changed."""
    if not keep_contents and is_content(key):
        return None, False
    return sanitize_name(key)


def _clean_stacktrace(stacktrace: str, *, keep_contents: bool) -> str:
    if len(stacktrace) > 2 * _MAX_READ_CHARS:  # bounds the work; both cuts are far inside what is cut away next
        stacktrace = stacktrace[:_MAX_READ_CHARS] + stacktrace[-_MAX_READ_CHARS:]
    return cleaned_middle(stacktrace, MAX_STACKTRACE_BYTES, keep_contents=keep_contents)
