"""Where in which run the current code is: what every span and report made there carries."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from os import urandom

from failcat_catalog import attributes as own

Attributes = Mapping[str, str | int]

MAX_NAME_CHARS = 256


@dataclass(frozen=True, slots=True)
class Scope:
    """One run, or one step of it."""

    attributes: Attributes
    trace_id: int = field(default_factory=lambda: random_id(16))  # of reports made outside any span


def inside(attributes: Attributes) -> Scope:
    """A scope within the current one: both report into one trace."""
    outer = current.get()
    return Scope(attributes, outer.trace_id) if outer else Scope(attributes)


current: ContextVar[Scope | None] = ContextVar("failcat_scope", default=None)


def run_attributes(run_id: str, tenant_id: str | None, agent: str | None) -> Attributes:
    """A run inside a run keeps the tenant, and the agent unless it names its own."""
    outer = current.get()
    inherited = outer.attributes if outer else {}
    attributes: dict[str, str | int] = {own.RUN_ID: name_of(run_id)}
    _put(attributes, own.TENANT_ID, tenant_id or inherited.get(own.TENANT_ID))
    _put(attributes, own.AGENT_NAME, agent or inherited.get(own.AGENT_NAME))
    return attributes


def step_attributes(skill_id: str | None, index: int | None) -> Attributes:
    """A step inside a step keeps what it does not name itself."""
    outer = current.get()
    attributes = dict(outer.attributes) if outer else {}
    _put(attributes, own.SKILL_ID, skill_id)
    if isinstance(index, int):
        attributes[own.STEP_INDEX] = int(index)
    return attributes


def random_id(size_bytes: int) -> int:
    """Never zero. Not from `random`: programs seed it, and a forked child would repeat its parent's."""
    return int.from_bytes(urandom(size_bytes), "big") or 1


def name_of(value: object) -> str:
    """Ids are often UUIDs or integers: as text, bounded."""
    return str(value)[:MAX_NAME_CHARS]


def _put(attributes: dict[str, str | int], key: str, value: object) -> None:
    if value is not None and value != "":
        attributes[key] = name_of(value)
