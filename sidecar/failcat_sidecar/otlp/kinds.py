"""Names whose attribute tells what they name only together with the span's kind: OpenInference's and Traceloop's."""

from __future__ import annotations

from typing import NamedTuple

from failcat_sidecar.otlp.model import Attributes


class _Named(NamedTuple):
    """What a span of one kind is the name of."""

    kind: str  # the kind's attribute
    value: str
    names: tuple[str, ...]  # the first that is present
    target: str  # the attribute that names it on every span


_NAMED = (
    _Named("openinference.span.kind", "AGENT", ("graph.node.name", "graph.node.id"), "agent.name"),
    _Named("traceloop.span.kind", "agent", ("traceloop.entity.name",), "agent.name"),
    _Named("traceloop.span.kind", "tool", ("traceloop.entity.name",), "tool.name"),
)
KINDS = frozenset(named.kind for named in _NAMED)
"""The attributes that tell a span's kind."""

KIND_NAMES = {
    target: tuple(dict.fromkeys(name for named in _NAMED if named.target == target for name in named.names))
    for target in ("agent.name", "tool.name")
}
"""The attributes that may stand for another."""


def with_kind_names(attributes: Attributes) -> Attributes:
    """The attributes, and the names that follow from the span's kind."""
    for kind, value, names, target in _NAMED:
        if attributes.get(kind) == value and target not in attributes:
            found = [name for name in names if name in attributes]
            return {**attributes, target: attributes[found[0]]} if found else attributes
    return attributes
