"""Who and where of a failing span, from the healthy spans around it: the span of a tool often knows no agent, but the
span of the agent that called it is in the same request."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from failcat_catalog.types import AttributeValue
from failcat_sidecar.otlp.marks import Mark, key_mark
from failcat_sidecar.otlp.model import SpanItem
from failcat_sidecar.otlp.names import AGENT_KEYS, IDENTITY_KEYS, RUN_KEYS

MAX_DEPTH = 16
"""Ancestors that are looked at; agents nest less than ten deep."""

IDENTITY_MARKS: tuple[Mark, ...] = tuple(map(key_mark, (*RUN_KEYS[:2], AGENT_KEYS[1])))
"""A protobuf body without any of these has no ancestor worth looking for."""


def lacks_identity(span: SpanItem) -> bool:
    """Whether ancestors could say more about the span's run or agent than it does itself."""
    attributes = span.attributes
    return bool(span.parent_span_id) and not (
        any(key in attributes for key in AGENT_KEYS) and any(key in attributes for key in RUN_KEYS)
    )


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
