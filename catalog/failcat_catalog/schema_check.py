"""Checks a catalog file against the schema where jsonschema is not installed, as in agents: the part of JSON Schema
that `catalog.schema.json` uses. Tests compare the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class Violation(NamedTuple):
    """What is wrong, and where."""

    path: tuple[str | int, ...]
    message: str


def first_violation(value: object, schema: Mapping[str, Any]) -> Violation | None:
    """The first place at which `value` does not fit `schema`; None if it fits."""
    return next(_violations(value, schema, schema, ()), None)


def _violations(value: Any, schema: Any, root: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Violation]:
    if isinstance(schema, bool):
        if not schema:
            yield Violation(path, "is not allowed")
        return
    if "$ref" in schema:
        yield from _violations(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, path)
    if (types := schema.get("type")) and not _is_of(value, types):
        yield Violation(path, f"{value!r:.80} is not of type {types}")
        return
    if "enum" in schema and not any(value == each and type(value) is type(each) for each in schema["enum"]):
        yield Violation(path, f"{value!r:.80} is not one of {schema['enum']}")
    if "anyOf" in schema and all(first_violation_of(value, each, root) for each in schema["anyOf"]):
        yield Violation(path, f"{value!r:.80} fits none of the forms that are allowed")
    yield from (Violation(path, message) for message in _bounds(value, schema))
    if isinstance(value, dict):
        yield from _members(value, schema, root, path)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _violations(item, schema["items"], root, (*path, number))


def first_violation_of(value: object, schema: Any, root: Mapping[str, Any]) -> Violation | None:
    """The same for a part of the schema `root`."""
    return next(_violations(value, schema, root, ()), None)


def _members(
    value: dict[Any, Any], schema: Mapping[str, Any], root: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[Violation]:
    for name in schema.get("required", ()):
        if name not in value:
            yield Violation(path, f"{name!r} is a required property")
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in properties:
            yield from _violations(item, properties[name], root, (*path, name))
        elif others is False:
            yield Violation(path, f"{name!r:.80} is not a known property")
        else:
            yield from _violations(item, others, root, (*path, name))


def _is_of(value: object, types: str | list[str]) -> bool:
    names = [types] if isinstance(types, str) else types
    if isinstance(value, bool):
        return "boolean" in names
    if isinstance(value, float) and value.is_integer() and "integer" in names:
        return True
    return any(isinstance(value, _TYPES[name]) for name in names)


def _bounds(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str):
        if "pattern" in schema and not _compiled(schema["pattern"]).search(value):
            yield f"{value!r:.80} does not match {schema['pattern']!r}"
        yield from _limits(len(value), schema, "Length", f"{value!r:.80}")
    if isinstance(value, list):
        yield from _limits(len(value), schema, "Items", "the list")
    if isinstance(value, dict):
        yield from _limits(len(value), schema, "Properties", "the object")
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{value} is not from {schema.get('minimum', '-')} to {schema.get('maximum', '-')}"


def _limits(size: int, schema: Mapping[str, Any], what: str, name: str) -> Iterator[str]:
    low, high = schema.get(f"min{what}", 0), schema.get(f"max{what}")
    if size < low or (high is not None and size > high):
        yield f"{name} is too {'short' if size < low else 'long'}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
