"""The current run and step: the attributes of every span and report made inside them."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from os import urandom

from failcat._guard import reraise_if_signalled
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
    attributes: dict[str, str | int] = {}
    for key in (own.TENANT_ID, own.AGENT_NAME):
        _put(attributes, key, outer.attributes.get(key) if outer else None)
    for key, value in ((own.RUN_ID, run_id), (own.TENANT_ID, tenant_id), (own.AGENT_NAME, agent)):
        _put(attributes, key, value)
    return attributes


def step_attributes(skill_id: str | None, index: int | None) -> Attributes:
    """A nested step inherits every attribute that it does not set."""
    outer = current.get()
    attributes = dict(outer.attributes) if outer else {}
    _put(attributes, own.SKILL_ID, skill_id)
    if (number := integer_of(index)) is not None:
        attributes[own.STEP_INDEX] = number
    return attributes


def random_id(size_bytes: int) -> int:
    """A random integer above zero. Not from `random`: programs seed it, and forked children would repeat ids."""
    return int.from_bytes(urandom(size_bytes), "big") or 1


def bounded_name(value: object) -> str:
    """`value` as text of at most MAX_NAME_CHARS characters: run ids are often UUIDs or integers."""
    return text_of_value(value, MAX_NAME_CHARS)


def text_of_value(value: object, max_chars: int) -> str:
    """`str(value)`, cut; `<its class>` if that raises."""
    try:
        return str(value)[:max_chars]
    except BaseException as error:
        reraise_if_signalled(error)
        return f"<{type(value).__name__}>"


def integer_of(value: object) -> int | None:
    """`value` if it is an integer, one of NumPy's too; else None."""
    try:
        return None if value is None else operator.index(value)  # type: ignore[arg-type]  # what is none raises
    except BaseException as error:
        reraise_if_signalled(error)
        return None


def _put(attributes: dict[str, str | int], key: str, value: object) -> None:
    if value is not None and (name := bounded_name(value)):
        attributes[key] = name
