"""What a report says beside the columns and the context of its row, and what does not follow from them: stored under a
key of the context. Joining reads reports back from stored rows, so that a lone failure is stored once. Most rows of
plain OpenTelemetry need no such key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from failcat_catalog.types import AttributeValue
from failcat_core.records import FailureRecord
from failcat_sidecar.extract.attribution import (
    FALLBACK,
    PER_LAYER,
    Attribution,
    model_name,
    name_of,
    rank_of_operation,
)
from failcat_sidecar.extract.span_names import operation_of
from failcat_sidecar.otlp import names

KEY = "report"
"""Of the context: a map with the fields of Origin and Ranks that differ from what is inferred."""

UNMARKED_LAG_MS = range(-1, 50)
"""A span that ends so soon after its exception has the time of the exception."""


class Origin(NamedTuple):
    """Of one report."""

    reported: bool = False  # the agent gave it an id
    final: bool = True  # the span's status is about it
    lag_ms: int = 0  # from its time to the end of its span, 0 when in UNMARKED_LAG_MS


class Ranks(NamedTuple):
    """Of the names of one report, see attribution."""

    run: int
    skill: int
    agent: int
    model: int


Fields = TypeVar("Fields", Origin, Ranks)


def add_marks(context: dict[str, Any], attribution: Attribution, *, reported: bool, final: bool, lag_ns: int) -> None:
    """Adds those of a report to its context. Looks only at what is nearly always so: a rank that is inferred otherwise
    than it was is the same wherever the row is read."""
    marks: dict[str, Any] = {}
    if reported:
        marks["reported"] = True
    if not final:
        marks["final"] = False
    if (lag_ms := lag_ns // 1_000_000) not in UNMARKED_LAG_MS:
        marks["lag_ms"] = lag_ms
    attributes = context.get("attributes", ())
    for field, keys, name in (
        ("run", names.RUN_KEYS, attribution.run),
        ("skill", names.SKILL_KEYS, attribution.skill),
        ("agent", names.AGENT_KEYS, attribution.agent),
        ("model", names.MODEL_KEYS, attribution.model),
    ):
        if name and 0 < name.rank < FALLBACK and (name.rank >= PER_LAYER or keys[name.rank] not in attributes):
            marks[field] = name.rank
    if marks:
        context[KEY] = marks


def origin_of(context: Mapping[str, Any]) -> Origin:
    """Of a stored row."""
    return _with_stored(Origin(), context) if KEY in context else Origin()


def ranks_of(record: FailureRecord, context: Mapping[str, Any]) -> Ranks:
    """Of a stored row."""
    attributes = context.get("attributes", {})
    trace = record.trace_id.hex() if record.trace_id else ""
    inferred = Ranks(
        run=FALLBACK if record.run_id == trace else _rank(record.run_id, names.RUN_KEYS, attributes),
        skill=_skill_rank(record.skill_id, context, attributes) if record.skill_id else 0,
        agent=_agent_rank(record.agent_name, record.service_name, attributes) if record.agent_name else 0,
        model=_rank(record.model, names.MODEL_KEYS, attributes, model_name) if record.model else 0,
    )
    return _with_stored(inferred, context)


def _with_stored(inferred: Fields, context: Mapping[str, Any]) -> Fields:
    stored = context.get(KEY)
    if not isinstance(stored, Mapping):
        return inferred
    told = {field: stored[field] for field in inferred._fields if isinstance(stored.get(field), int)}
    return inferred._replace(**told)


def _agent_rank(agent: str, service: str | None, attributes: Mapping[str, Any]) -> int:
    return FALLBACK if agent == service else _rank(agent, names.AGENT_KEYS, attributes)


def _skill_rank(skill: str, context: Mapping[str, Any], attributes: Mapping[str, Any]) -> int:
    span_name = context.get("span_name")
    if isinstance(span_name, str) and name_of(operation_of(span_name, attributes)) == skill:
        return rank_of_operation(skill)
    return _rank(skill, names.SKILL_KEYS, attributes)


def _rank(
    name: str,
    keys: tuple[str, ...],
    attributes: Mapping[str, Any],
    read: Callable[[AttributeValue], AttributeValue] | None = None,
) -> int:
    """Our own keys are not among stored attributes, so that a name from nowhere else is the item's own."""
    for place, key in enumerate(keys):
        if key in attributes and name_of(read(attributes[key]) if read else attributes[key]) == name:
            return min(place, PER_LAYER - 1)
    return 0
