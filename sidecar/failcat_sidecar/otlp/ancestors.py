"""Who and where of a failing span, from the healthy spans around it: the span of a tool often knows no agent, but the
span of the agent that called it is in the same request."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.marks import Marks, key_mark
from failcat_sidecar.otlp.model import SpanItem
from failcat_sidecar.otlp.names import AGENT_KEYS, IDENTITY_KEYS, RUN_KEYS

MAX_DEPTH = 16
"""Ancestors that are looked at; agents nest less than ten deep."""

_WANTED: tuple[tuple[tuple[str, ...], Marks], ...] = (
    (RUN_KEYS, Marks(*map(key_mark, RUN_KEYS))),
    (AGENT_KEYS, Marks(*map(key_mark, AGENT_KEYS))),
)
"""What is worth looking for, and the marks without which a protobuf body has nothing of it."""


def lacks_identity(span: SpanItem) -> bool:
    """Whether ancestors could say more about the span's run or agent than it does itself."""
    return bool(span.parent_span_id) and any(span.attributes.keys().isdisjoint(keys) for keys, _ in _WANTED)


def may_inherit(spans: list[SpanItem], body: bytes) -> bool:
    """Whether a protobuf body has anything that one of the spans lacks."""
    children = [span.attributes.keys() for span in spans if span.parent_span_id]
    return any(any(known.isdisjoint(keys) for known in children) and marks.are_in(body) for keys, marks in _WANTED)


def inherit(span: SpanItem, find: Callable[[bytes], SpanItem | None]) -> SpanItem:
    """The span with what its ancestors know; `find` gives the span of a span id, if the request has it."""
    inherited: dict[str, AttributeValue] = {}
    parent = find(span.parent_span_id)
    for _ in range(MAX_DEPTH):
        if parent is None or parent.trace_id != span.trace_id:
            break
        for key in IDENTITY_KEYS:
            if key in parent.attributes:
                inherited.setdefault(key, parent.attributes[key])
        parent = find(parent.parent_span_id) if parent.parent_span_id else None
    return msgspec.structs.replace(span, inherited=inherited) if inherited else span
