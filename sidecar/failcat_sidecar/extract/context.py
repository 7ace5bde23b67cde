"""What is stored beside a failure's columns: its attributes, stack trace, origin, and marks of what was changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from failcat_catalog import attributes as own
from failcat_catalog.redaction import kind_of_key, redact_value
from failcat_catalog.text import (
    CUT_MARK,
    MAX_CONTEXT_BYTES,
    MAX_STACKTRACE_BYTES,
    REPLACEMENT,
    cleaned,
    cleaned_middle,
    storable,
)
from failcat_catalog.types import AttributeValue
from failcat_sidecar.extract.contents import is_content
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.model import Attributes, Item, SpanItem

MAX_VALUE_BYTES = 4_096  # of one attribute
_MAX_VALUE_CHARS = 4 * MAX_VALUE_BYTES  # what `cleaned` reads of one
MAX_ELEMENTS = 128  # of an array or map
MAX_DEPTH = 8
MAX_ATTRIBUTES = 128
MAX_KEY_BYTES = 256  # also of a span's or scope's name
_MAX_NAME_CHARS = 4 * MAX_KEY_BYTES  # what `cleaned` reads of one
_MAX_CACHED_CHARS = 64
_MAX_TEXT_CHARS = 64 << 10  # read in full of all attributes of an item: as many as its context may hold
_SHORT_TEXT_CHARS = 256  # read of each further one, until as many are read again
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


class Mark(StrEnum):
    """What was done to a part of a failure that is not stored as it was sent; the context's key of such parts."""

    TRUNCATED = "truncated"
    CHANGED = "changed"  # NUL, lone surrogates, NaN and infinities: neither JSON nor PostgreSQL holds them


class _Cleaning:
    """Of the attributes of one item: what was done to them, and how much more of them may be read. Looking for secrets
    costs up to 0.5 us a character of a hostile text, and an item may hold megabytes."""

    def __init__(self, *, keep_contents: bool) -> None:
        self.keep_contents = keep_contents
        self.marks: set[Mark] = set()
        self._chars_left = _MAX_TEXT_CHARS

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is read; says that something is left out if so."""
        if self._chars_left > -_MAX_TEXT_CHARS:
            return False
        self.marks.add(Mark.TRUNCATED)
        return True

    def spend(self, name: str) -> None:
        """For a name that is read."""
        self._chars_left -= min(len(name), _MAX_NAME_CHARS)

    def value(self, value: str, key: str) -> str:
        """As stored."""
        if self.is_spent:
            return CUT_MARK
        limit = max(self._chars_left, _SHORT_TEXT_CHARS)
        if len(value) > limit:
            self.marks.add(Mark.TRUNCATED)
            value = value[:limit]
        self._chars_left -= min(len(value), _MAX_VALUE_CHARS)
        text, changed = _value(value, key)
        if changed:
            self.marks.add(Mark.CHANGED)
        return text

    def name(self, name: str) -> str:
        """As stored."""
        self.spend(name)
        clean, changed = _clean_name(name)
        if changed:
            self.marks.add(Mark.CHANGED)
        return clean

    def number(self, value: float) -> float | str:
        """JSON has no NaN and no infinity."""
        if math.isfinite(value):
            return value
        self.marks.add(Mark.CHANGED)
        return str(value)


Cleaned = tuple[dict[str, Any], set[Mark]]
"""Attributes as they are stored, and what was done to them."""


def clean_attributes(attributes: Attributes, *, keep_contents: bool) -> Cleaned:
    """The attributes as JSON values: redacted, storable, bounded; without contents of conversations unless wanted."""
    clean: dict[str, Any] = {}
    cleaning = _Cleaning(keep_contents=keep_contents)
    for key, value in attributes.items():
        if key in _ELSEWHERE:
            continue
        if type(value) is str and len(value) <= _MAX_CACHED_CHARS and len(key) <= MAX_KEY_BYTES:  # most
            name, stored, changed = _short_attribute(key, value, keep_contents)
        elif type(value) is int and len(key) <= MAX_KEY_BYTES:
            name, changed = _stored_name(key, keep_contents)
            stored = value
        else:
            if cleaning.is_spent:
                break
            cleaning.spend(key)
            named = _stored_name if len(key) <= MAX_KEY_BYTES else _stored_name.__wrapped__
            name, changed = named(key, keep_contents)
            stored = value if name is None else _clean_value(value, cleaning, key)
        if name is None:
            continue
        if len(clean) == MAX_ATTRIBUTES:
            cleaning.marks.add(Mark.TRUNCATED)
            break
        if changed:
            cleaning.marks.add(Mark.CHANGED)
        clean[name] = stored
    return clean, cleaning.marks


def _clean_value(  # noqa: PLR0911  # one return for each kind
    value: AttributeValue, cleaning: _Cleaning, key: str, depth: int = 0
) -> Any:
    """One attribute's value as a JSON value. What is left out by its name as an attribute is left out of a map too."""
    if isinstance(value, str):
        return cleaning.value(value, key)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return cleaning.number(value)
    if isinstance(value, bytes):
        return cleaning.value(value[:MAX_VALUE_BYTES].hex(), key)
    if depth == MAX_DEPTH:
        cleaning.marks.add(Mark.TRUNCATED)
        return None
    if len(value) > MAX_ELEMENTS:
        cleaning.marks.add(Mark.TRUNCATED)
    if isinstance(value, Mapping):
        items = islice(value.items(), MAX_ELEMENTS)
        announced = key if kind_of_key(key) else ""  # under a name of a secret every text goes
        return {
            cleaning.name(name): _clean_value(item, cleaning, announced or name, depth + 1)
            for name, item in items
            if not cleaning.is_spent and (cleaning.keep_contents or not is_content(name))
        }
    return [_clean_value(item, cleaning, key, depth + 1) for item in value[:MAX_ELEMENTS] if not cleaning.is_spent]


def context_of(item: Item, attributes: Cleaned, stacktrace: str) -> dict[str, Any]:
    """With the marks of its own parts; `fit` bounds it."""
    context: dict[str, Any] = {}
    values, marks = attributes
    if values:
        context["attributes"] = values
    for how in marks:
        mark(context, how, "attributes")
    if stacktrace:
        context["stacktrace"] = clean = _clean_stacktrace(stacktrace)
        if was_changed(stacktrace, clean):
            mark(context, Mark.CHANGED, "stacktrace")
    if item.scope:
        context["scope"], changed = _clean_name(item.scope)
        if changed:
            mark(context, Mark.CHANGED, "scope")
    if isinstance(item, SpanItem):
        context["span_name"], changed = _clean_name(item.name)
        if changed:
            mark(context, Mark.CHANGED, "span_name")
        context["span_kind"] = KINDS[item.kind] if 0 <= item.kind < len(KINDS) else str(item.kind)
    elif item.event_name:
        context["event_name"], changed = _clean_name(item.event_name)
        if changed:
            mark(context, Mark.CHANGED, "event_name")
    return context


def mark(context: dict[str, Any], how: Mark, part: str) -> None:
    """Says of a part of the failure that it is not as it was sent."""
    if part not in context.setdefault(how, []):
        context[how].append(part)


def was_changed(sent: str, stored: str) -> bool:
    """Whether U+FFFD stands in a text for what PostgreSQL refuses; redaction is visible as it is."""
    return REPLACEMENT in stored and storable(sent) is not sent


def resource_context(found: Attributes) -> dict[str, Any]:
    """The few attributes of a resource that tell where a failure happened. They are names: anything else is none, and
    could make a context larger than `fit` can mend."""
    return {key: _clean_name(name)[0] for key in _RESOURCE_KEYS if isinstance(name := found.get(key), str)}


def fit(context: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The context in at most 64 KiB of JSON, and that JSON. What is left out is named under `truncated`; the stack
    trace is kept longest, because it is bounded already."""
    text = _encode(context)
    if len(text) <= MAX_CONTEXT_BYTES:
        return context, text.decode()
    attributes = dict(context.get("attributes", {}))
    context = {**context, "attributes": attributes, "truncated": list(context.get("truncated", ()))}
    mark(context, Mark.TRUNCATED, "attributes")
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
    name, name_changed = _stored_name(key, keep_contents)
    if name is None:
        return None, None, False
    text, changed = _value(value, key)
    return name, text, name_changed or changed


def _value(value: str, key: str) -> tuple[str, bool]:
    """As stored, and whether it was changed."""
    text, changed = _text(value, MAX_VALUE_BYTES)
    redacted = redact_value(text, key)
    return (redacted if isinstance(redacted, str) else text), changed


@lru_cache(maxsize=4_096)
def _stored_name(key: str, keep_contents: bool) -> tuple[str | None, bool]:
    """The name under which an attribute is stored, None if it is not; and whether it was changed."""
    if not keep_contents and is_content(key):
        return None, False
    return _clean_name(key)


@lru_cache(maxsize=4_096)
def _short_name(name: str) -> tuple[str, bool]:
    return _text(name, MAX_KEY_BYTES)


def _text(text: str, max_bytes: int) -> tuple[str, bool]:
    """As stored, and whether it was changed."""
    clean = cleaned(text, max_bytes)
    return clean, was_changed(text, clean)


def _clean_name(name: str) -> tuple[str, bool]:
    """As stored, and whether it was changed."""
    return _short_name(name) if len(name) <= MAX_KEY_BYTES else _text(name, MAX_KEY_BYTES)


def _clean_stacktrace(stacktrace: str) -> str:
    if len(stacktrace) > 2 * _MAX_READ_CHARS:  # bounds the work; both cuts are far inside what is cut away next
        stacktrace = stacktrace[:_MAX_READ_CHARS] + stacktrace[-_MAX_READ_CHARS:]
    return cleaned_middle(stacktrace, MAX_STACKTRACE_BYTES)
