"""Attribution: run, skill, agent, model, step and tenant of a span or log record.

Precedence: the item's own attributes, then an ancestor's, then the resource's, then a fallback such as the span's name;
within each, the order of the keys. The rank of a name is its place in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from failcat_catalog.contract import class_name, code_text
from failcat_catalog.text import MAX_NAME_BYTES, cleaned
from failcat_catalog.types import AttributeValue
from failcat_core.records import UNDECODABLE
from failcat_core.report import RankedName
from failcat_sidecar.extract.context import resource_context
from failcat_sidecar.extract.span_names import operation_of, says_little
from failcat_sidecar.otlp import names
from failcat_sidecar.otlp.kinds import KINDS, with_kind_names
from failcat_sidecar.otlp.model import Attributes, LogItem, Resource, SpanItem

PER_LAYER = 10  # ranks: a layer's, and the position in a list of keys added to it; the last keys share one
FALLBACK = 30
_LAST = 31  # names that say less than any other
_Layer = tuple[int, Attributes]
"""The rank of the first key, and the attributes."""

MAX_STEP_INDEX = (1 << 31) - 1  # the column is an integer
_MAX_CACHED_CHARS = 128
MAX_PARAMETERS_CHARS = 4_096
"""Read of a call's parameters in JSON."""


class ResourceAttribution(NamedTuple):
    """The part that all items of a resource share."""

    attributes: Attributes  # those that attribute; most resources have none
    service_name: str | None
    service_version: str | None
    agent: RankedName | None  # the fallback for items that name none
    context: Mapping[str, Any]  # the context's `resource`


class Attribution(msgspec.Struct, gc=False):
    """Of one item."""

    run: RankedName  # empty without a run and a trace
    skill: RankedName | None
    agent: RankedName | None
    model: RankedName | None
    step_index: int | None
    tenant_id: str | None
    service_name: str | None
    service_version: str | None


def name_of(value: AttributeValue) -> str:
    """A name fit to store, at most 256 bytes."""
    text = value if type(value) is str else code_text(value)
    if not text:
        return ""
    return _short_name(text) if len(text) <= _MAX_CACHED_CHARS else cleaned(text, MAX_NAME_BYTES)


@lru_cache(maxsize=8_192)
def _short_name(text: str) -> str:
    """Names repeat: agents, tools, codes, all failures of a run."""
    return cleaned(text, MAX_NAME_BYTES)


def class_of(text: str) -> str:
    """The same of an exception's class or an `error.type`."""
    return _short_class(text) if len(text) <= _MAX_CACHED_CHARS else cleaned(class_name(text), MAX_NAME_BYTES)


@lru_cache(maxsize=8_192)
def _short_class(text: str) -> str:
    return cleaned(class_name(text), MAX_NAME_BYTES)


def resource_attribution_of(resource: Resource) -> ResourceAttribution:
    found = resource.attributes
    service = _ranked(FALLBACK, found.get(names.SERVICE_NAME))
    return ResourceAttribution(
        attributes={key: found[key] for key in names.IDENTITY_KEYS if key in found},
        service_name=service.value if service else None,
        service_version=name_of(found.get(names.SERVICE_VERSION)) or None,
        agent=service,
        context=resource_context(found),
    )


def attribution_of(item: SpanItem | LogItem, origin: ResourceAttribution, connection_tenant: str | None) -> Attribution:
    layers = _layers(item, origin)
    return Attribution(
        run=_first(layers, names.RUN_KEYS) or RankedName(FALLBACK, _trace(item)),
        skill=_first(layers, names.SKILL_KEYS) or _named_by_span(item),
        agent=_first(layers, names.AGENT_KEYS) or origin.agent,
        model=_first(layers, names.MODEL_KEYS, model_name),
        step_index=_step(layers),
        tenant_id=connection_tenant or _tenant(layers),
        service_name=origin.service_name,
        service_version=origin.service_version,
    )


def _layers(item: SpanItem | LogItem, origin: ResourceAttribution) -> list[_Layer]:
    """The attributes to search, the best first."""
    attributes = item.attributes
    layers: list[_Layer] = [(0, attributes if attributes.keys().isdisjoint(KINDS) else with_kind_names(attributes))]
    if isinstance(item, SpanItem) and item.inherited:
        layers.append((PER_LAYER, item.inherited))
    if origin.attributes:
        layers.append((2 * PER_LAYER, origin.attributes))
    return layers


def _trace(item: SpanItem | LogItem) -> str:
    """Empty without a trace."""
    return item.trace_id[: MAX_NAME_BYTES // 2].hex() if any(item.trace_id) else ""


def _named_by_span(item: SpanItem | LogItem) -> RankedName | None:
    if not isinstance(item, SpanItem):
        return None
    name = operation_of(item.name, item.attributes)
    return _ranked(rank_of_operation(name), name)


def rank_of_operation(name: str) -> int:
    """Of a skill that is only known by its span's name."""
    return _LAST if says_little(name) else FALLBACK


def _first(
    layers: list[_Layer], keys: tuple[str, ...], read: Callable[[AttributeValue], AttributeValue] | None = None
) -> RankedName | None:
    """`read` finds the name in a value."""
    for layer_rank, attributes in layers:
        for rank, key in enumerate(keys, layer_rank):
            if key in attributes:
                value = read(attributes[key]) if read else attributes[key]
                if found := _ranked(rank if rank < layer_rank + PER_LAYER else layer_rank + PER_LAYER - 1, value):
                    return found
    return None


def _ranked(rank: int, value: AttributeValue) -> RankedName | None:
    """None if the value is no name."""
    if type(value) is str and len(value) <= _MAX_CACHED_CHARS:
        return _short_ranked(rank, value)
    name = name_of(value)
    return RankedName(rank, name) if name else None


@lru_cache(maxsize=8_192)
def _short_ranked(rank: int, text: str) -> RankedName | None:
    name = cleaned(text, MAX_NAME_BYTES)
    return RankedName(rank, name) if name else None


class _Parameters(msgspec.Struct, gc=False):
    """Of a call, as JSON text."""

    model: str = ""


_parameters: Callable[[str], _Parameters] = msgspec.json.Decoder(_Parameters).decode


def model_name(value: AttributeValue) -> AttributeValue:
    """From a name, a name as JSON text (MLflow), or JSON text of a call's parameters (OpenInference)."""
    if not isinstance(value, str) or not value.startswith(('"', "{")):
        return value
    if value.startswith('"'):
        return value[:MAX_NAME_BYTES].strip('"')
    try:
        return _parameters(value).model if len(value) <= MAX_PARAMETERS_CHARS else ""
    except UNDECODABLE:
        return ""


def _step(layers: list[_Layer]) -> int | None:
    for _, attributes in layers:
        for key in names.STEP_KEYS:
            step = attributes.get(key)
            if isinstance(step, int) and not isinstance(step, bool) and 0 <= step <= MAX_STEP_INDEX:
                return step
    return None


def _tenant(layers: list[_Layer]) -> str | None:
    found = _first(layers, names.TENANT_KEYS)
    return found.value if found else None
