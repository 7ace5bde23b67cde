"""The current run and step: the attributes of every span and report made inside them."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from os import urandom

from failcat_catalog import attributes as own

Attributes = Mapping[str, str | int]

MAX_NAME_CHARS = 256


@dataclass(frozen=True, slots=True)
class RunScope:
    """One run, or one step of it."""

    attributes: Attributes
    trace_id: int = field(default_factory=lambda: random_id(16))  # of reports made outside every span


def nested_scope(attributes: Attributes) -> RunScope:
    """A scope inside the current one, which shares its trace."""
    outer = current.get()
    return RunScope(attributes, outer.trace_id) if outer else RunScope(attributes)


current: ContextVar[RunScope | None] = ContextVar("failcat_scope", default=None)


def run_attributes(run_id: str, tenant_id: str | None, agent: str | None) -> Attributes:
    """A nested run inherits the tenant and the agent unless it names its own."""
    outer = current.get()
    inherited = outer.attributes if outer else {}
    attributes: dict[str, str | int] = {own.RUN_ID: bounded_name(run_id)}
    _put(attributes, own.TENANT_ID, tenant_id or inherited.get(own.TENANT_ID))
    _put(attributes, own.AGENT_NAME, agent or inherited.get(own.AGENT_NAME))
    return attributes


def step_attributes(skill_id: str | None, index: int | None) -> Attributes:
    """A nested step inherits every attribute that it does not set."""
    outer = current.get()
    attributes = dict(outer.attributes) if outer else {}
    _put(attributes, own.SKILL_ID, skill_id)
    if isinstance(index, int):
        attributes[own.STEP_INDEX] = int(index)
    return attributes


def random_id(size_bytes: int) -> int:
    """A random integer above zero. Not from `random`: programs seed it, and forked children would repeat ids."""
    return int.from_bytes(urandom(size_bytes), "big") or 1


def bounded_name(value: object) -> str:
    """`value` as text of at most MAX_NAME_CHARS characters: run ids are often UUIDs or integers."""
    return str(value)[:MAX_NAME_CHARS]


def _put(attributes: dict[str, str | int], key: str, value: object) -> None:
    if value is not None and value != "":
        attributes[key] = bounded_name(value)
